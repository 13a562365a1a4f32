"""Versions as one definition, against a plain reading of each fact's own version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.condition import holds
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.splice import BEGINNING, InForce, spliced
from bihuan.metrics.queries import evaluate
from bihuan.metrics.tests import brute
from bihuan.metrics.tests.office import (
    KEY,
    OCTOBER,
    Office,
    without_consumables,
)

pytestmark = pytest.mark.django_db


DAYS = 40
CATEGORIES = ("新签", "增购", "续约")


@st.composite
def histories(draw: st.DrawFn) -> list[InForce]:
    """Draw versions that follow each other, of one shape and of different conditions."""
    starts = sorted(draw(st.sets(st.integers(1, DAYS - 1), max_size=3)))
    days = [BEGINNING, *(OCTOBER + timedelta(days=each) for each in starts)]
    how = draw(st.sampled_from(["sum", "distinct", "first", "mixed"]))
    return [
        InForce(_definition(draw, how), start, end)
        for start, end in zip(days, [*days[1:], None], strict=True)
    ]


def _definition(draw: st.DrawFn, how: str) -> MetricDefinition:
    def where() -> dict[str, object]:
        some = draw(st.sets(st.sampled_from(CATEGORIES), min_size=1))
        return {"field": "category", "op": "in", "value": sorted(some)}

    shapes: dict[str, Callable[[], list[dict[str, object]]]] = {
        "sum": lambda: [{"sum": "amount", "where": where()}],
        "distinct": lambda: [{"distinct": "account", "where": where()}],
        "first": lambda: [{"first": "account", "where": where()}],
        "mixed": lambda: [
            {"sum": "amount", "where": where()},
            *draw(st.sampled_from([[], [{"sum": "amount", "sign": -1, "where": where()}]])),
        ],
    }
    is_money = how in ("sum", "mixed")
    return read_definition(
        {
            **without_consumables(),
            "unit": "money" if is_money else "count",
            "measure": shapes[how](),
        }
    )


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=histories(),
    signed=st.lists(
        st.tuples(st.integers(0, DAYS), st.sampled_from(CATEGORIES), st.integers(1, 99)),
        min_size=1,
        max_size=12,
    ),
    cut=st.integers(0, DAYS),
)
def test_spliced_versions_read_each_fact_by_the_version_of_its_day(
    history: list[InForce], signed: list[tuple[int, str, int]], cut: int
) -> None:
    with transaction.atomic():
        office = Office()
        office.sign(*((OCTOBER + timedelta(days=d), c, a) for d, c, a in signed))
        facts = brute.live(list(Fact.objects.filter(tenant=office.tenant)), None)
        middle = OCTOBER + timedelta(days=cut)
        edges = [OCTOBER - timedelta(days=1), middle, OCTOBER + timedelta(days=DAYS + 1)]
        spans = [Period(str(n), edges[n], edges[n + 1]) for n in (0, 1)]
        spans.append(Period("all", edges[0], edges[2]))
        made = spliced(history)
        rows = evaluate(tenant=office.tenant, metric=KEY, spans=spans, scope=None, trial=made)
        assert [row.value or 0 for row in rows] == [plainly(history, facts, span) for span in spans]
        transaction.set_rollback(True)


def plainly(history: list[InForce], facts: list[Fact], span: Period) -> Decimal:
    """Reckon a figure by asking of each fact which version was in force on its day."""
    counted: list[tuple[Fact, int]] = []
    for fact in sorted(facts, key=lambda each: (each.business_on, each.seq)):
        [version] = [
            each
            for each in history
            if each.valid_from <= fact.business_on
            and (each.valid_to is None or fact.business_on < each.valid_to)
        ]
        counted += [
            (fact, term.sign)
            for term in version.definition.terms
            if term.where is not None and holds(term.where, brute.values_of(fact))
        ]
    how = history[0].definition.terms[0]
    if how.first is not None:
        firsts: dict[int, Fact] = {}
        for fact, _ in counted:
            firsts.setdefault(fact.account_id or 0, fact)
        return Decimal(sum(span.contains(fact.business_on) for fact in firsts.values()))
    inside = [(fact, sign) for fact, sign in counted if span.contains(fact.business_on)]
    if how.distinct is not None:
        return Decimal(len({fact.account_id for fact, _ in inside}))
    return sum((sign * (fact.amount or Decimal(0)) for fact, sign in inside), Decimal(0))
