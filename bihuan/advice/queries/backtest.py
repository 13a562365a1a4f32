"""The back-test of a company: every month and quarter that is over, projected as it ran.

Each is looked at from three mornings, with a quarter, a half and three quarters of its
working days gone, and projected by the periods before it alone. Nothing is chosen by
what is tested: ways and errors come from earlier periods each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Max, Min

from bihuan.advice.domain.backtest import Score, Tried, scored, tried
from bihuan.advice.domain.glimpse import Glimpse, same_point
from bihuan.advice.domain.projection import Way, rounds_of, ways
from bihuan.advice.queries.asking import Question, asked_today, can_project, require_projectable
from bihuan.advice.queries.seeing import WITH_HAND, Kind, past
from bihuan.base import clock
from bihuan.facts.models import Fact
from bihuan.goals.queries.person import KEY_METRICS
from bihuan.kernel.calendar import DayCount
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import Unit
from bihuan.metrics.queries import MetricDefinition, metric_named, metrics_of
from bihuan.org.models import Assignment, Tenant
from bihuan.org.models import Unit as OrgUnit

POINTS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
GRAINS = (Grain.MONTH, Grain.QUARTER)
INTERVAL = Decimal("0.8")
"""What the bounds are said to hold."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """How projections of one metric, length and kind of subject did."""

    metric: str
    grain: Grain
    of: str
    """``people``, or ``units`` of a level and which."""
    level: int | None
    score: Score
    first: str
    """The first period that was tested; all before it only taught."""


@dataclass(frozen=True, slots=True)
class Report:
    """The back-test of a company: the whole, and each part of it."""

    score: Score
    lines: tuple[ScoreLine, ...]


def backtest(tenant: Tenant, *, metrics: Sequence[str] = ()) -> Report:
    """Return how all projections of periods that are over would have done.

    The whole is that of people, of whom there are many; units are told beside it.
    """
    chosen = _chosen(tenant, metrics)
    lines: list[ScoreLine] = []
    everything: list[Tried] = []
    for grain in GRAINS:
        last = _last_over(tenant, grain)
        if last is None or not chosen:
            continue
        for kind in _kinds(tenant):
            found = _tried(tenant, chosen, last, kind)
            for metric, made in found.items():
                lines += _line(metric, grain, kind, made, last)
                everything += [each for each, _ in made] if kind.depth is None else []
    return Report(scored(everything), tuple(lines))


def _chosen(tenant: Tenant, metrics: Sequence[str]) -> tuple[MetricDefinition, ...]:
    """Return the metrics that are asked for, else those with running targets.

    Where nobody has a target, the key metrics of money are tried.
    """
    known = {each.key: each for each in metrics_of(tenant)}
    for key in metrics:
        require_projectable(metric_named(tenant, key))
    wanted = set(metrics) or set(asked_today(tenant, clock.today(tenant.time_zone)))
    if not wanted:
        wanted = {key for key in KEY_METRICS if key in known and known[key].unit is Unit.MONEY}
    return tuple(each for key, each in known.items() if key in wanted and can_project(each))


def _last_over(tenant: Tenant, grain: Grain) -> Period | None:
    """Return the period after the last one that is over and lies within the facts."""
    days = Fact.objects.filter(tenant=tenant).aggregate(Min("business_on"), Max("business_on"))
    newest: date | None = days["business_on__max"]
    if newest is None:
        return None
    day = min(newest + timedelta(days=1), clock.today(tenant.time_zone))
    return period_of(day, grain, fiscal_start_month=tenant.fiscal_start_month)


def _kinds(tenant: Tenant) -> list[Kind]:
    """Return everybody who sits somewhere, and the units of each level with more than one."""
    seats = Assignment.objects.filter(tenant=tenant).at_home()
    people = tuple(sorted(set(seats.values_list("person_id", flat=True))))
    paths = OrgUnit.objects.filter(tenant=tenant).values_list("path", flat=True)
    depths = [path.count("/") - 2 for path in paths]
    levels = sorted({depth for depth in depths if depths.count(depth) > 1})
    return [*([Kind(people=people)] if people else []), *(Kind(depth=each) for each in levels)]


def _tried(
    tenant: Tenant, metrics: tuple[MetricDefinition, ...], last: Period, kind: Kind
) -> dict[str, list[tuple[Tried, Question]]]:
    found: dict[str, list[tuple[Tried, Question]]] = {metric.key: [] for metric in metrics}
    for share in POINTS:
        morning = same_point(last, share, calendar=DayCount(tenant.day_count))
        asked = Question(tenant, metrics, last, morning)
        seen = past(asked, kind)
        for key, glimpses in seen.items():
            made = _of_metric(asked, key, glimpses)
            found[key] += [(each, asked) for each in made]
    return found


def _of_metric(asked: Question, metric: str, seen: list[Glimpse]) -> list[Tried]:
    def known(periods: int) -> Iterable[Way]:
        return ways(rounds=rounds_of(asked.grain, periods), with_hand=metric in WITH_HAND)

    return tried(seen, known)


def _line(
    metric: str,
    grain: Grain,
    kind: Kind,
    made: Sequence[tuple[Tried, Question]],
    last: Period,
) -> Iterable[ScoreLine]:
    if not made:
        return
    first = min(each.place for each, _ in made)
    yield ScoreLine(
        metric=metric,
        grain=grain,
        of="people" if kind.depth is None else "units",
        level=kind.depth,
        score=scored([each for each, _ in made]),
        first=made[0][1].before[first].key,
    )
