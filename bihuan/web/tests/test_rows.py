"""Rows of lists have the letters of the templates that wrote them before."""

# ruff: noqa: E501  # The templates are as they were.

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from bihuan.customers.queries.listing import CustomerLine
from bihuan.facts.domain.kind import BUILT_IN
from bihuan.facts.models import Fact, Member, Source, SourceRow
from bihuan.org.models import Person, Unit

FACTS = """{% load facts_words i18n web_format %}
{% for fact in facts %}
  <tr>
    <td class="tnum text-nowrap">{{ fact.business_on|day }}</td>
    <th scope="row"><a class="rowlink" href="{% url 'facts:fact' fact.seq %}">{{ fact.kind|kind_name:kinds }}<span class="visually-hidden"> #{{ fact.seq }}</span></a> {% include "facts/_standing.html" %}<div class="d-md-none muted tnum">{{ fact.person.name|dash }}{% if fact.amount is not None %} · {{ fact.amount|money:fact.currency }}{% endif %}</div></th>
    <td class="d-none d-md-table-cell">{{ fact.person.name|dash }}</td>
    <td class="d-none d-md-table-cell">{{ fact.unit.name|dash }}</td>
    <td class="d-none d-md-table-cell">{% if fact.account %}{{ fact.account.name }}{% elif fact.opportunity %}{{ fact.opportunity.name }}{% elif fact.product %}{{ fact.product.name }}{% else %}{{ fact.store.name|dash }}{% endif %}</td>
    <td class="num d-none d-md-table-cell">{{ fact.amount|money:fact.currency }}</td>
    <td class="muted d-none d-md-table-cell">{% if fact.source_row %}{{ fact.source_row.file }}:{{ fact.source_row.line }}{% else %}{{ fact.source.name }}{% endif %}</td>
  </tr>
{% endfor %}
"""
CUSTOMERS = """{% load i18n web_format %}
{% for line in lines %}
  <tr>
    <th scope="row"><a class="rowlink" href="{% url 'customers:customer' line.customer.pk %}">{{ line.customer.name }}</a>{% if line.has_other_accounts %} <span class="tag tag-quiet">{% blocktranslate count counter=line.accounts|length %}{{ counter }} account{% plural %}{{ counter }} accounts{% endblocktranslate %}</span>{% endif %}</th>
    <td class="d-none d-md-table-cell">{{ line.customer.code }}</td>
    <td class="muted d-none d-md-table-cell">{{ line.other_names|join:"、"|dash }}</td>
    <td class="tnum d-none d-lg-table-cell">{{ line.usccs|join:"、"|dash }}</td>
    <td class="tnum text-nowrap">{{ line.last_on|day }}</td>
  </tr>
{% endfor %}
"""


def same(before: str, now: str, **shown: object) -> None:
    texts = [
        re.sub(r">\s+<", "><", Template(each).render(Context(shown))).strip()
        for each in (before, "{% load web_rows %}" + now)
    ]
    assert texts[0] == texts[1]
    assert texts[0].count("<tr>") == 4


def facts() -> list[Fact]:
    file = Source(name="CRM <1>")
    about = Member(name="A & B")
    plain = {"kind": "order.placed", "business_on": date(2026, 3, 1), "source": file}
    told = Fact(
        seq=1234567,
        amount=Decimal("1234.50"),
        currency="CNY",
        person=Person(name="O'Hara"),
        unit=Unit(name="<b>"),
        account=about,
        source_row=SourceRow(file="<a>.csv", line=12),
        **plain,
    )
    negative = Fact(seq=2, amount=Decimal(-3), reverses_id=1, opportunity=about, **plain)
    taken_back = Fact(seq=3, product=about, **plain | {"kind": "own.<kind>"})
    taken_back.is_reversed = True
    return [told, negative, taken_back, Fact(seq=4, store=about, **plain)]


def lines() -> list[CustomerLine]:
    one, other = Member(pk=1, name="A & B", code="c<1>"), Member(pk=2, name="C", code="")
    plain = CustomerLine(customer=one, other_names=(), usccs=(), accounts=(one,), last_on=None)
    return [
        plain,
        replace(plain, other_names=("O'Hara", "<b>"), usccs=("91<",), accounts=(one, other)),
        replace(plain, usccs=("1", "2"), accounts=(one, other, one), last_on=date(2026, 3, 31)),
        replace(plain, customer=other, other_names=("D",), last_on=date(2026, 12, 31)),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_rows_are_as_they_were(language: str) -> None:
    with translation.override(language):
        same(FACTS, "{% fact_rows facts kinds %}", facts=facts(), kinds=BUILT_IN)
        same(CUSTOMERS, "{% customer_rows lines %}", lines=lines())
