"""Two plans of a cycle side by side: who is asked for more, who for less, and what it does
to the heat map where the cycle runs already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.core.paginator import Page, Paginator

from bihuan.goals.access import nodes_visible
from bihuan.goals.domain.deviation import Judgement, judge
from bihuan.goals.domain.pacing import Quoted, due
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle, Goal, Revision
from bihuan.goals.queries.cascade.changes import Changes, NodeChange
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.kernel.calendar import DayCount
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import Better
from bihuan.metrics.queries import Where, evaluate, metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit

PAGE_SIZE = 50
RATIO = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class ChangeSearch:
    """Which changes are shown."""

    metric: str = ""
    text: str = ""
    people_only: bool = False


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One node whose target changes, and how it stands before and after."""

    change: NodeChange
    name: str
    currency: str
    before: Judgement | None = None
    after: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two plans, as far as the reader sees it."""

    page: Page[NodeChange]
    lines: tuple[ChangeLine, ...]
    people: int
    units: int
    more: int
    less: int
    is_running: bool


def compared(
    cycle: Cycle,
    found: Changes,
    asked: ChangeSearch,
    *,
    scope: Scope,
    today: date,
    page: int | str = 1,
) -> Compared:
    """Return a page of what differs, the largest changes first."""
    rows, names = visible_changes(found, asked, scope)
    shown = Paginator(rows, PAGE_SIZE).get_page(page)
    listed = list(shown.object_list)
    goals = {goal.metric: goal for goal in cycle.goals.all()}
    is_running = cycle.start <= today < cycle.end
    judged = _judged(cycle, goals, listed, scope, today) if is_running else {}
    lines = [
        ChangeLine(
            row,
            names.get(row.node, row.node),
            goals[row.metric].currency if row.metric in goals else "",
            *judged.get((row.metric, row.node), (None, None)),
        )
        for row in listed
    ]
    return Compared(
        page=shown,
        lines=tuple(lines),
        people=len({row.node for row in rows if row.node.startswith("p")}),
        units=len({row.node for row in rows if row.node.startswith("u")}),
        more=sum(1 for row in rows if row.difference > 0),
        less=sum(1 for row in rows if row.difference < 0),
        is_running=is_running,
    )


def visible_changes(
    found: Changes, asked: ChangeSearch, scope: Scope
) -> tuple[list[NodeChange], dict[str, str]]:
    """Return the changes that are visible and asked for, the largest first, with names."""
    seen = nodes_visible({row.node for row in found.rows}, scope)
    rows = [row for row in found.rows if row.node in seen]
    if asked.metric:
        rows = [row for row in rows if row.metric == asked.metric]
    if asked.people_only:
        rows = [row for row in rows if row.node.startswith("p")]
    names = nodes_named({row.node for row in rows})
    if asked.text:
        wanted = asked.text.casefold()
        rows = [row for row in rows if wanted in names.get(row.node, "").casefold()]
    return rows, names


Key = tuple[str, str]


def _judged(
    cycle: Cycle, goals: Mapping[str, Goal], rows: Sequence[NodeChange], scope: Scope, today: date
) -> dict[Key, tuple[Judgement, Judgement]]:
    """Return how each row stands against what was due by now, before and after."""
    found: dict[Key, tuple[Judgement, Judgement]] = {}
    for metric in dict.fromkeys(row.metric for row in rows):
        if metric not in goals:
            continue
        nodes = [row.node for row in rows if row.metric == metric]
        actual = _achieved(cycle, metric, nodes, scope, today)
        ratio = due_ratio(cycle, goals[metric], today)
        lower = metric_named(cycle.tenant, metric).better is Better.LOWER
        for row in rows:
            if row.metric == metric:
                found[metric, row.node] = (
                    _judge(actual.get(row.node), row.before, ratio, is_lower=lower),
                    _judge(actual.get(row.node), row.after, ratio, is_lower=lower),
                )
    return found


def _judge(
    actual: Decimal | None, target: Decimal | None, ratio: Decimal, *, is_lower: bool
) -> Judgement:
    wanted = None if not target else target * ratio
    return judge(actual=actual, due=wanted, lower_is_better=is_lower)


def due_ratio(cycle: Cycle, goal: Goal, today: date) -> Decimal:
    """Return how much of a goal is due by the end of today, by its periods and working days."""
    total: int = sum(goal.period_weights)
    if not total:
        return Decimal(0)
    calendar = DayCount(cycle.tenant.day_count)
    tomorrow = today + timedelta(days=1)
    reached = sum(
        (
            due(Quoted(Decimal(weight), Span(each.start, each.end), calendar), by=tomorrow)
            for weight, each in zip(goal.period_weights, cycle.periods, strict=True)
        ),
        Decimal(0),
    )
    return (reached / total).quantize(RATIO, ROUND_HALF_UP)


def _achieved(
    cycle: Cycle, metric: str, nodes: Sequence[str], scope: Scope, today: date
) -> dict[str, Decimal | None]:
    """Return what nodes achieved so far in a cycle: people in one question, units by level."""
    span = Period("so far", cycle.start, min(cycle.end, today + timedelta(days=1)))
    people = tuple(int(node[1:]) for node in nodes if node.startswith("p"))
    found: dict[str, Decimal | None] = {}
    if people:
        rows = evaluate(
            tenant=cycle.tenant,
            metric=metric,
            by=("person",),
            spans=[span],
            where=Where(person_ids=people),
            scope=scope,
            with_total=False,
        )
        found |= {f"p{row.keys['person']}": row.value for row in rows}
    return found | _of_units(cycle, metric, nodes, scope, span)


def _of_units(
    cycle: Cycle, metric: str, nodes: Iterable[str], scope: Scope, span: Period
) -> dict[str, Decimal | None]:
    units = Unit.objects.filter(pk__in=[int(node[1:]) for node in nodes if node.startswith("u")])
    found: dict[str, Decimal | None] = {}
    for depth, paths in _by_depth(units).items():
        rows = evaluate(
            tenant=cycle.tenant,
            metric=metric,
            by=("unit",),
            spans=[span],
            where=Where(unit_path=cycle.root.path, unit_depth=depth),
            scope=scope,
            with_total=False,
        )
        known = {row.keys["unit"]: row.value for row in rows}
        found |= {f"u{pk}": known.get(pk) for pk in paths}
    return found


def _by_depth(units: Iterable[Unit]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit in units:
        found.setdefault(unit.depth, []).append(unit.pk)
    return found


def revisions_of(cycle: Cycle) -> list[Revision]:
    """Return the revisions of a cycle, the one in force first; their plans are not read."""
    found = cycle.revisions.select_related("published_by", "restores").defer(
        "plan", "restores__plan"
    )
    return list(found.order_by("-number"))
