"""Writes rows of long lists: fifty on a page, each of which was some forty nodes of a template."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from bihuan.customers.queries.listing import CustomerLine
from bihuan.facts.domain.kind import Kind
from bihuan.facts.models import Fact
from bihuan.facts.templatetags.facts_words import kind_name
from bihuan.web.templatetags.web_format import DASH, day, money

register = template.Library()

FACT = (
    '<tr><td class="tnum text-nowrap">{day}</td>'
    '<th scope="row"><a class="rowlink" href="{address}{seq}/">{kind}'
    '<span class="visually-hidden"> #{seq}</span></a> {standing}'
    '<div class="d-md-none muted tnum">{person}{beside}</div></th>'
    '<td class="d-none d-md-table-cell">{person}</td>'
    '<td class="d-none d-md-table-cell">{unit}</td>'
    '<td class="d-none d-md-table-cell">{about}</td>'
    '<td class="num d-none d-md-table-cell">{money}</td>'
    '<td class="muted d-none d-md-table-cell">{source}</td></tr>'
)
CUSTOMER = (
    '<tr><th scope="row"><a class="rowlink" href="{address}{pk}/">{name}</a>{tag}</th>'
    '<td class="d-none d-md-table-cell">{code}</td>'
    '<td class="muted d-none d-md-table-cell">{others}</td>'
    '<td class="tnum d-none d-lg-table-cell">{usccs}</td>'
    '<td class="tnum text-nowrap">{last}</td></tr>'
)


@register.simple_tag
def fact_rows(facts: list[Fact], kinds: Mapping[str, Kind]) -> SafeString:
    """Return the rows of a list of facts, as the list has named them."""
    address = reverse("facts:list")
    return mark_safe("\n".join(_fact(each, dict(kinds), address) for each in facts))


def _fact(fact: Fact, kinds: dict[str, Kind], address: str) -> str:
    sum_ = escape(money(fact.amount, fact.currency))
    row = fact.source_row
    return FACT.format(
        address=address,
        seq=fact.seq,
        day=escape(day(fact.business_on)),
        kind=conditional_escape(kind_name(fact.kind, kinds)),
        standing=_standing(fact),
        person=_name(fact.person),
        beside="" if fact.amount is None else f" · {sum_}",
        unit=_name(fact.unit),
        about=_name(fact.account or fact.opportunity or fact.product or fact.store),
        money=sum_,
        source=escape(f"{row.file}:{row.line}" if row else fact.source.name),
    )


def _standing(fact: Fact) -> str:
    if fact.reverses_id:
        return f'<span class="tag tag-neg">{escape(gettext("reversal"))}</span>'
    if fact.is_reversed:
        return f'<span class="tag tag-warn">{escape(gettext("taken back"))}</span>'
    return ""


def _name(named: object) -> str:
    """Return what something is called, a dash where there is nothing or it has no name."""
    return escape(getattr(named, "name", "") or DASH)


@register.simple_tag
def customer_rows(lines: list[CustomerLine]) -> SafeString:
    """Return the rows of a list of customers."""
    address = reverse("customers:list")
    return mark_safe("\n".join(_customer(each, address) for each in lines))


def _customer(line: CustomerLine, address: str) -> str:
    return CUSTOMER.format(
        address=address,
        pk=line.customer.pk,
        name=escape(line.customer.name),
        tag=_accounts(len(line.accounts)) if line.has_other_accounts else "",
        code=escape(line.customer.code),
        others=escape("、".join(line.other_names) or DASH),
        usccs=escape("、".join(line.usccs) or DASH),
        last=escape(day(line.last_on)),
    )


def _accounts(count: int) -> str:
    told = ngettext("%(counter)s account", "%(counter)s accounts", count) % {"counter": count}
    return f' <span class="tag tag-quiet">{escape(told)}</span>'
