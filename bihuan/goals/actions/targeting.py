"""Setting the targets that a revision asks for: of every node, in every period, on three levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from bihuan.base import clock
from bihuan.goals.actions.setting import keep
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.spreading import PERIOD, at_level, by_period
from bihuan.goals.domain.tree import Tree, asked, cells
from bihuan.goals.models import Cycle, DimensionTarget, Goal, Quota, Revision
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person

ROWS_AT_ONCE = 2000


class ReachesOutside(Conflict):
    code = "goals.reaches_outside"
    says = gettext_noop(
        "%(who)s has a target from %(start)s to %(end)s, which reaches beyond this cycle."
        " End it first."
    )


@dataclass(slots=True)
class Published:
    """What publishing changed."""

    revision: Revision
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    ended: int = 0
    people: set[int] = field(default_factory=set)
    """Whose targets changed: those who carry them, and who leads the units that do."""
    units: set[int] = field(default_factory=set)


def set_targets(done: Published, goal: Goal, tree: Tree, by: Person) -> None:
    whole = asked(tree)
    standing = _standing(goal)
    cycle = goal.cycle
    now = clock.now()
    ended, added = [], []
    for (node, span), levels in _levels(goal, tree, whole):
        before = standing.pop((node, span), [])
        if before and _says(before[0]) == levels:
            done.unchanged += 1
            continue
        ended += [each.pk for each in before]
        added.append(_quota(done, goal, (node, span), levels, by, now, before))
        done.replaced += bool(before)
        done.new += not before
        _touch(done, node)
    for (node, _), left in standing.items():
        for each in left:
            _require_inside(cycle.span, each)
            ended.append(each.pk)
            done.ended += 1
            _touch(done, node)
    keep(ended=ended, added=added, by=by)
    parts = list(_parts(done.revision, goal, tree, whole))
    DimensionTarget.objects.bulk_create(parts, batch_size=ROWS_AT_ONCE)


Levels = tuple[Decimal, Decimal | None, Decimal | None]
"""Target, floor and stretch."""


def _levels(
    goal: Goal, tree: Tree, whole: Mapping[str, int]
) -> Iterator[tuple[tuple[str, Span], Levels]]:
    """Yield what each node is asked for in each period; nothing where nothing is asked."""
    spread = by_period(tree, goal.weights, whole)
    for place, period in enumerate(goal.cycle.periods):
        here = {node: each[place] for node, each in spread.items()}
        floors = _other(goal, tree, here, goal.floor_ratio)
        stretches = _other(goal, tree, here, goal.stretch_ratio)
        span = Span(period.start, period.end)
        for node, amount in here.items():
            if amount:
                others = (None if each is None else each[node] for each in (floors, stretches))
                floor, stretch = (None if each is None else goal.as_amount(each) for each in others)
                yield (node, span), (goal.as_amount(amount), floor, stretch)


def _other(
    goal: Goal, tree: Tree, here: Mapping[str, int], ratio: Decimal | None
) -> dict[str, int] | None:
    if ratio is None:
        return None
    total = int((Decimal(here[tree.root]) * ratio).to_integral_value(ROUND_HALF_UP))
    return at_level(tree, here, total)


def _standing(goal: Goal) -> dict[tuple[str, Span], list[Quota]]:
    """Return the targets in force that share a day with the cycle, below its unit."""
    cycle = goal.cycle
    found: dict[tuple[str, Span], list[Quota]] = defaultdict(list)
    tree_nodes = {
        key for shares in goal.siblings.values_list("shares", flat=True) for key, *_ in shares
    } | {f"u{cycle.root_id}"}
    live = Quota.objects.live().filter(tenant_id=cycle.tenant_id, metric=goal.metric)
    near = live.touching(cycle.span).select_related("person", "unit", "revision")
    for each in near.defer("revision__plan"):  # It is long, and would come with every target.
        node = f"p{each.person_id}" if each.person_id is not None else f"u{each.unit_id}"
        is_ours = each.revision is not None and each.revision.cycle_id == cycle.pk
        if node in tree_nodes or is_ours:
            found[node, each.span].append(each)
    return found


def _says(quota: Quota) -> Levels:
    return quota.amount, quota.floor_amount, quota.stretch_amount


def _quota(  # noqa: PLR0913 - one row of many, each value by place
    done: Published,
    goal: Goal,
    where: tuple[str, Span],
    levels: Levels,
    by: Person,
    now: datetime,
    before: list[Quota],
) -> Quota:
    node, span = where
    pk = int(node[1:])
    return Quota(
        tenant_id=goal.cycle.tenant_id,
        metric=goal.metric,
        person_id=pk if node.startswith("p") else None,
        unit_id=pk if node.startswith("u") else None,
        start=span.start,
        end=span.end,
        amount=levels[0],
        floor_amount=levels[1],
        stretch_amount=levels[2],
        currency=goal.currency,
        revision=done.revision,
        origin=f"{goal.cycle.name} r{done.revision.number}"[:200],
        set_by=by,
        set_at=now,
        replaces=before[0] if before else None,
    )


def _require_inside(span: Span, quota: Quota) -> None:
    if quota.start < span.start or quota.end > span.end:
        raise ReachesOutside(who=quota.bearer_name, start=quota.start, end=quota.end)


def _touch(done: Published, node: str) -> None:
    if node.startswith("p"):
        done.people.add(int(node[1:]))
    else:
        done.units.add(int(node[1:]))


def _parts(
    revision: Revision, goal: Goal, tree: Tree, whole: Mapping[str, int]
) -> Iterator[DimensionTarget]:
    for dimension in tree.depths:
        if dimension == PERIOD:
            continue
        for node, mix in cells(tree, dimension, whole).items():
            pk = int(node[1:])
            for value, amount in mix.items():
                yield DimensionTarget(
                    revision=revision,
                    goal=goal,
                    person_id=pk if node.startswith("p") else None,
                    unit_id=pk if node.startswith("u") else None,
                    dimension=dimension,
                    value=value,
                    amount=goal.as_amount(amount),
                )


def end_dropped(done: Published, cycle: Cycle, goals: list[Goal], by: Person) -> None:
    """End the targets of this cycle whose metric it does not ask for any more."""
    kept = [goal.metric for goal in goals]
    dropped = Quota.objects.live().filter(revision__cycle=cycle).exclude(metric__in=kept)
    found = list(dropped)
    for each in found:
        _touch(done, f"p{each.person_id}" if each.person_id else f"u{each.unit_id}")
    keep(ended=[each.pk for each in found], added=[], by=by)
    done.ended += len(found)


def leaders_of(done: Published) -> set[int]:
    """Return who leads the units whose targets changed, as of today."""
    today = clock.today(done.revision.cycle.tenant.time_zone)
    seats = Assignment.objects.filter(unit_id__in=done.units, role=Role.MANAGER.value).on(today)
    return set(seats.exclude(person__ended_on__lte=today).values_list("person_id", flat=True))
