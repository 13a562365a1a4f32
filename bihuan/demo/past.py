"""The past of the demo company's goals: two cycles with their revisions, and three reports.

Everything is done by the deeds that people do, each at the instant it would have been
done, so that reports, receipts and histories look like those of a company that has
worked with cycles for half a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.base import clock
from bihuan.goals import actions as goals
from bihuan.goals.actions import GoalAsked, put
from bihuan.goals.domain.cycle import Method, Reason, Seasonality
from bihuan.goals.domain.dilution import year_before
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle, Quota, Receipt
from bihuan.goals.queries.cascade import branch_of
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.queries import evaluate
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant, Unit
from bihuan.reports.actions import make_report

ASKED = (
    ("won_amount", "大客户突破", Decimal("1.18"), 4000),
    ("new_contract_amount", "新客户拓展", Decimal("1.12"), 2500),
    ("renewal_amount", "老客户留存", Decimal("1.06"), 2000),
    ("calls", "过程质量", Decimal("1.10"), 1500),
)
"""Metric, strategy, growth over last year, and weight."""
RATERS = 36
ACKNOWLEDGE = 85
"""How many in a hundred do."""
QUARTERS = {1: "一", 4: "二", 7: "三", 10: "四"}
REPORTS = 3
EDITED = 9
MADE = 6
"""How many days before its quarter a cycle is published."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision to be made: so many days into the quarter, why, and what it says."""

    after_days: int
    reason: Reason
    goal: int
    growth: Decimal
    note: str


REVISED = (
    Revised(16, Reason.MARKET, 0, Decimal("0.94"), "竞品降价，下调赢单目标"),
    Revised(44, Reason.STRATEGY, 1, Decimal("1.05"), "加大新客户投入"),
)


@transaction.atomic
def plant_past(*, tenant: Tenant, root: Unit, by: Person, today: date, since: date) -> None:
    """Publish the cycles of the last quarter and of this one, and make the reports since.

    A quarter that began before the company was there has none, and a month no report.
    """
    this = period_of(today, Grain.QUARTER)
    last = period_of(this.start - timedelta(days=1), Grain.QUARTER)
    chance = Random(tenant.code)
    for quarter in (each for each in (last, this) if each.start - timedelta(days=MADE) >= since):
        _live_through(tenant, quarter, (root, by), today=today, chance=chance)
    for first in (each for each in _firsts_of_months(today) if each > since):
        with clock.pretended(_at(tenant, first, hour=8)):
            month = period_of(first - timedelta(days=1), Grain.MONTH)
            make_report(month=month.key, by=robot_of(tenant))


def _live_through(
    tenant: Tenant, quarter: Period, where: tuple[Unit, Person], *, today: date, chance: Random
) -> None:
    root, by = where
    with clock.pretended(_at(tenant, quarter.start - timedelta(days=MADE))):
        cycle = _published(tenant, quarter, root, by)
    with clock.pretended(_at(tenant, quarter.start - timedelta(days=3))):
        _rated(cycle, chance)
    for revised in REVISED:
        on = quarter.start + timedelta(days=revised.after_days)
        if on < today:
            with clock.pretended(_at(tenant, on)):
                _revise(cycle, revised, by)
            with clock.pretended(_at(tenant, on + timedelta(days=1), hour=10)):
                _acknowledged(cycle, chance)


def _at(tenant: Tenant, day: date, *, hour: int = EDITED) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(tenant.time_zone))


def _firsts_of_months(today: date) -> list[date]:
    """Return the first days of the last months, on which reports are made, in order."""
    found = [today.replace(day=1)]
    while len(found) < REPORTS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _published(tenant: Tenant, quarter: Period, root: Unit, by: Person) -> Cycle:
    name = f"{quarter.start.year} 年第{QUARTERS[quarter.start.month]}季度重点目标"
    cycle = goals.open_cycle(
        code=f"{quarter.key}-focus", name=name, start=quarter.start, end=quarter.end,
        grain="month", root=root, by=by,
    )  # fmt: skip
    for metric, strategy, growth, _ in ASKED:
        asked = GoalAsked(
            metric=metric,
            amount=_amount(tenant, metric, quarter, growth),
            strategy=strategy,
            method=Method.HISTORY,
            seasonality=Seasonality.WORKING_DAYS,
        )
        goals.add_goal(cycle=cycle, asked=asked, by=by)
    weights = {metric: weight for metric, _, _, weight in ASKED[:-1]}
    goals.reweigh_goals(cycle=cycle, deed=put(weights), by=by)
    goals.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=by, note="季度目标发布")
    return cycle


def _amount(tenant: Tenant, metric: str, quarter: Period, growth: Decimal) -> Decimal:
    """Return what is asked: last year's figure grown, rounded to what people write down."""
    before = year_before(Span(quarter.start, quarter.end))
    span = Period(str(before), before.start, before.end)
    [row] = evaluate(tenant=tenant, metric=metric, spans=[span], scope=None)
    grown = (row.value or Decimal(1000)) * growth
    step = Decimal(10_000) if grown > 1_000_000 else Decimal(10)
    return (grown // step + 1) * step


def _revise(cycle: Cycle, revised: Revised, by: Person) -> None:
    """Change what a goal asks for, and move a tenth of its largest region to the next."""
    metric = ASKED[revised.goal][0]
    goal = cycle.goals.select_related("cycle__root", "cycle__tenant").get(metric=metric)
    step = Decimal(10) ** (6 - goal.digits - 2) if goal.amount > 1_000_000 else Decimal(1)
    amount = (goal.amount * revised.growth) // step * step
    goals.change_goal(goal=goal, amount=amount, by=by, note=revised.note)
    goal.refresh_from_db()
    branch = branch_of(goal, f"u{cycle.root_id}")
    while len(branch.children) == 1:
        branch = branch_of(goal, next(iter(branch.children)))
    largest = max(branch.children, key=lambda child: branch.children[child])
    less = branch.children[largest] * 9 // 10
    goals.reweigh(goal=goal, axis="org", node=branch.node, deed=put({largest: less}), by=by)
    goals.publish(cycle=cycle, reason=revised.reason, by=by, note=revised.note)


def _acknowledged(cycle: Cycle, chance: Random) -> None:
    """Have most of those who were asked acknowledge their targets."""
    waiting = Receipt.objects.waiting().filter(
        revision__cycle=cycle, revision__number=cycle.revisions.count()
    )
    for receipt in waiting.select_related("person__tenant").order_by("pk"):
        if chance.randrange(100) < ACKNOWLEDGE:
            goals.acknowledge(receipt=receipt, by=receipt.person)


def _rated(cycle: Cycle, chance: Random) -> None:
    """Have some people say how important their goals are: mostly, but not always, as weighted."""
    asked = Receipt.objects.filter(revision__cycle=cycle).select_related("person__tenant")
    people: Sequence[Person] = [each.person for each in asked.order_by("pk")]
    for person in chance.sample(people, min(RATERS, len(people))):
        carried = _metrics_of(cycle, person)
        for place, (metric, *_) in enumerate(ASKED):
            if metric in carried:
                rating = min(5, max(1, 5 - place + chance.choice((-2, -1, 0, 0, 0, 1))))
                goals.rate(cycle=cycle, metric=metric, rating=rating, by=person)


def _metrics_of(cycle: Cycle, person: Person) -> set[str]:
    own = Quota.objects.live().filter(revision__cycle=cycle, person=person)
    return set(own.order_by().values_list("metric", flat=True).distinct())
