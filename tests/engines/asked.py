"""What is asked of every engine: which metrics, broken down by what, over which days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.domain.definition import read_definition
from bihuan.metrics.domain.figure import FactsBehind, MetricRow, Where
from bihuan.metrics.queries import evaluate, facts_behind
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

ANYWHERE = Where()
WORDS = {
    "group": "deals",
    "better": "higher",
    "name_zh": "试",
    "name_en": "Trial",
    "about_zh": "试",
    "about_en": "Trial",
}
WON = {"field": "kind", "op": "eq", "value": "opportunity.won"}
SOLD = {"field": "kind", "op": "in", "value": ["opportunity.won", "order.placed"]}
DUE = {"all": [SOLD, {"field": "due_on", "op": "is_set"}]}
RAW: dict[str, dict[str, object]] = {
    "buyers": {"unit": "count", "measure": [{"distinct": "account", "where": SOLD}]},
    "buyers_ever": {
        "unit": "count",
        "measure": [{"distinct": "account", "over": "to_date", "where": SOLD}],
    },
    "first_buys": {"unit": "count", "measure": [{"first": "account", "where": SOLD}]},
    "first_regions": {"unit": "count", "measure": [{"first": "region", "where": SOLD}]},
    "days_to_due": {
        "unit": "days",
        "ratio": {
            "of": [{"days_between": ["business_on", "due_on"], "where": DUE}],
            "to": [{"count": "facts", "where": DUE}],
        },
    },
    "share_of_all_time": {
        "unit": "ratio",
        "ratio": {
            "complement": True,
            "of": [{"sum": "amount", "where": SOLD}],
            "to": [{"sum": "amount", "over": "to_date", "where": SOLD}],
        },
    },
    "anything": {"unit": "count", "measure": [{"count": "facts"}]},
}
FURTHER = [read_definition({"key": key, **WORDS, **raw}) for key, raw in RAW.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One figure table: a metric, what it is broken down by, and what it is narrowed to."""

    metric: str
    by: tuple[str, ...] = ()
    where: Where = ANYWHERE
    scope: Scope | None = None
    as_of_seq: int | None = None

    def rows(self, tenant: Tenant, spans: Sequence[Period]) -> list[MetricRow]:
        return evaluate(
            tenant=tenant,
            metric=self.metric,
            by=self.by,
            spans=spans,
            where=self.where,
            scope=self.scope,
            as_of_seq=self.as_of_seq,
        )


def spans_of(start: date, end: date, *, fiscal_start_month: int) -> list[Period]:
    """Return the whole, every year, quarter and month, and the weeks around a New Year.

    Days lie in several of them, and the first week of a year begins in the last.
    """
    found = [Period("whole", start, end)]
    for grain in (Grain.YEAR, Grain.QUARTER, Grain.MONTH):
        found += periods(start, end, grain, fiscal_start_month=fiscal_start_month)
    new_year = date(end.year, 1, 1)
    return found + periods(new_year - timedelta(days=20), new_year + timedelta(days=20), Grain.WEEK)


def questions(
    metrics: Sequence[str], *, scope: Scope, as_of_seq: int, region: str
) -> Iterator[Question]:
    """Return what is asked of each metric: every way on some metrics, not all on each."""
    breakdowns: list[tuple[tuple[str, ...], Where]] = [
        (("person",), ANYWHERE),
        (("manager",), ANYWHERE),
        (("unit",), Where(unit_depth=1)),
        (("region", "product"), ANYWHERE),
    ]
    narrowed = [
        Question(metric="", by=("person",), as_of_seq=as_of_seq),
        Question(metric="", by=("unit",), scope=scope),
        Question(metric="", where=Where(region=region, without=("store",))),
    ]
    for number, metric in enumerate(metrics):
        for by, where in breakdowns[number % 2 :: 2]:
            yield Question(metric=metric, by=by, where=where)
        yield replace(narrowed[number % 3], metric=metric)


def behind(tenant: Tenant, metric: str, span: Period, where: Where) -> FactsBehind:
    """Return the facts behind a figure, and check that they add up to it."""
    found = facts_behind(
        tenant=tenant, metric=metric, span=span, where=where, scope=None, page_size=10_000
    )
    [row] = evaluate(tenant=tenant, metric=metric, spans=[span], where=where, scope=None)
    assert found.total_value == row.value
    if row.facts and len(found.lines) == found.count:
        assert sum(line.numerator for line in found.lines) == row.numerator
    return found
