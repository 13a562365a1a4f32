"""What one fact changes, against every figure's facts reckoned with it and without it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from bihuan.facts.actions import record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.lineage import terms_of
from bihuan.metrics.queries import alike_in, effects_of
from bihuan.metrics.tests import brute
from bihuan.metrics.tests.company import START, Company
from bihuan.metrics.tests.test_figures import METRICS, happenings, record

EVER = Period("ever", date(2000, 1, 1), date(2100, 1, 1))
Told = tuple[int, date, str, Decimal]
"""A fact that a term counts: its number, the day it counts on, the term, and what it adds."""


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happened=happenings())
def test_a_fact_changes_what_is_reckoned_otherwise_without_it(
    happened: list[dict[str, object]],
) -> None:
    with transaction.atomic():
        company = Company()
        record(company, happened)
        facts = list(Fact.objects.filter(tenant=company.tenant).select_related("reverses"))
        for fact in facts:
            found = {
                effect.definition.key: sorted(
                    ((line.seq, line.day, place, share), line.sign)
                    for line in effect.lines
                    for place, share in line.shares.items()
                )
                for effect in effects_of(company.tenant, fact, METRICS)
            }
            assert found == expected(facts, fact)
        transaction.set_rollback(True)


def expected(facts: Sequence[Fact], fact: Fact) -> dict[str, list[tuple[Told, int]]]:
    told = {}
    for definition in METRICS:
        there = lines(definition, facts)
        without = lines(definition, [each for each in facts if each.pk != fact.pk])
        gained, lost = there - without, without - there
        changed = sorted([*((line, 1) for line in gained), *((line, -1) for line in lost)])
        if changed:
            told[definition.key] = changed
    return told


def lines(definition: MetricDefinition, facts: Sequence[Fact]) -> set[Told]:
    """Return every fact that a term counts, whenever it counts."""
    live = brute.live(facts, None)
    found = set()
    for place, term in terms_of(definition):
        for fact in brute._counted(term, definition, live, EVER, {}):
            day = brute._day(term, fact, definition, live)
            assert day is not None
            found.add((fact.seq, day, place, term.sign * brute._total(term, [fact], {})))
    return found


def draft(company: Company, ref: str, person: str, account: str, day: int) -> Draft:
    return Draft(
        kind="order.placed",
        business_on=START + timedelta(days=day),
        source_ref=ref,
        person_id=company.people[person].pk,
        account_id=company.members["account", account],
        amount=Decimal(10),
    )


def told(company: Company, key: str, fact: Fact) -> list[tuple[str, int]]:
    [definition] = [metric for metric in METRICS if metric.key == key]
    refs = dict(Fact.objects.filter(tenant=company.tenant).values_list("seq", "source_ref"))
    return [
        (refs[line.seq], line.sign)
        for effect in effects_of(company.tenant, fact, [definition])
        for line in effect.lines
    ]


@pytest.mark.django_db
def test_the_first_order_of_a_customer_keeps_the_second_from_being_it() -> None:
    company = Company()
    record_many(
        drafts=[draft(company, "one", "lin", "A", 1), draft(company, "two", "wang", "A", 40)],
        source=company.source,
        by=company.robot,
    )
    first, second = Fact.objects.filter(tenant=company.tenant).order_by("seq")
    assert told(company, "trial_5", first) == [("one", 1), ("two", -1)]
    assert told(company, "trial_5", second) == []


@pytest.mark.django_db
def test_a_reversal_takes_out_what_it_takes_back_and_what_it_takes_back_does_nothing() -> None:
    company = Company()
    record_many(
        drafts=[draft(company, "one", "lin", "A", 1)], source=company.source, by=company.robot
    )
    fact = Fact.objects.get(tenant=company.tenant)
    back = reverse(fact=fact, reason="trial", by=company.robot)
    assert told(company, "trial_1", fact) == []
    assert told(company, "trial_1", back) == [("one", -1)]


@pytest.mark.django_db
def test_facts_about_one_customer_are_alike_to_a_count_of_customers() -> None:
    company = Company()
    record_many(
        drafts=[
            draft(company, "one", "lin", "A", 1),
            draft(company, "two", "wang", "A", 20),
            draft(company, "three", "lin", "B", 1),
            draft(company, "later", "lin", "A", 50),
        ],
        source=company.source,
        by=company.robot,
    )
    fact = Fact.objects.get(tenant=company.tenant, source_ref="one")
    [definition] = [metric for metric in METRICS if metric.key == "trial_3"]
    [effect] = effects_of(company.tenant, fact, [definition])
    month = Period("1", START, START + timedelta(days=31))
    [(place, others)] = alike_in(company.tenant, definition, effect.lines[0], month).items()
    assert place == "measure[0]"
    assert [(each.person_id, each.day) for each in others] == [
        (company.people["wang"].pk, START + timedelta(days=20))
    ]
