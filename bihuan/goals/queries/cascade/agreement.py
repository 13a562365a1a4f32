"""Whether everything adds up: every parent against its children, in every tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.access import nodes_visible
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.tree import Tree, asked, differences, faults
from bihuan.goals.models import Cycle, Goal, Quota, Revision, Siblings
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.cascade.drawn import frozen_goal, frozen_trees, tree_of
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.org.domain.scope import Scope


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place where two trees of a goal say different things: where, and by how much."""

    dimension: str
    node: str
    value: str
    asked: Decimal
    fitted: Decimal

    @property
    def difference(self) -> Decimal:
        return self.asked - self.fitted


def disagreements_of(goal: Goal, tree: Tree | None = None) -> list[Disagreement]:
    """Return where the mixes that were asked for do not agree with the trees, the largest first."""
    drawn = tree_of(goal) if tree is None else tree
    found = [
        Disagreement(
            dimension,
            each.node,
            each.value,
            goal.as_amount(each.asked),
            goal.as_amount(each.fitted),
        )
        for dimension in drawn.mixes
        for each in differences(drawn, dimension)
    ]
    return sorted(found, key=lambda each: -abs(each.difference))


def goals_with_mixes(cycle: Cycle) -> list[int]:
    """Return the goals that are split by more than the organisation: only these can disagree."""
    groups = Siblings.objects.filter(cycle=cycle, goal__isnull=False).exclude(axis=ORG)
    return list(groups.order_by().values_list("goal_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Place:
    """A disagreement with the name of where it is."""

    name: str
    found: Disagreement


def places_of(found: Sequence[Disagreement], scope: Scope) -> list[Place]:
    """Return the disagreements that a person sees, named."""
    seen = nodes_visible({each.node for each in found}, scope)
    names = nodes_named(seen)
    return [Place(names.get(each.node, ""), each) for each in found if each.node in seen]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A node of a published plan whose parts do not make it up, or whose target is another."""

    cycle: str
    span: Span
    metric: str
    tree: str
    node: str
    whole: Decimal
    parts: Decimal


def shortfalls(
    revisions: Iterable[Revision], *, metric: str | None = None
) -> tuple[int, list[Shortfall]]:
    """Check published plans: each parent against its children, and each target in force.

    Returns:
        How many nodes were checked, and what is wrong with any.
    """
    checked, found = 0, []
    for revision in revisions:
        cycle = revision.cycle
        for said, (key, tree) in zip(
            revision.plan["goals"], frozen_trees(cycle, revision.plan).items(), strict=True
        ):
            if metric not in (None, key):
                continue
            goal = frozen_goal(cycle, said)
            whole = asked(tree)
            checked += len(whole)
            found += [
                Shortfall(
                    cycle.code,
                    cycle.span,
                    key,
                    fault.tree,
                    fault.node,
                    goal.as_amount(fault.whole),
                    goal.as_amount(fault.parts),
                )
                for fault in faults(tree)
            ]
            found += _not_in_force(revision, goal, whole)
    return checked, found


def _not_in_force(revision: Revision, goal: Goal, whole: dict[str, int]) -> list[Shortfall]:
    """Return the nodes whose targets in force do not make up what the revision asks for."""
    cycle: Cycle = revision.cycle
    sums: dict[str, Decimal] = {}
    live = Quota.objects.live().filter(tenant_id=cycle.tenant_id, metric=goal.metric)
    inside = live.filter(start__gte=cycle.start, end__lte=cycle.end)
    for person, unit, amount in inside.values_list("person_id", "unit_id", "amount"):
        node = f"p{person}" if person is not None else f"u{unit}"
        sums[node] = sums.get(node, Decimal(0)) + amount
    return [
        Shortfall(
            cycle.code,
            cycle.span,
            goal.metric,
            "in force",
            node,
            goal.as_amount(units),
            sums.get(node, Decimal(0)),
        )
        for node, units in whole.items()
        if sums.get(node, Decimal(0)) != goal.as_amount(units)
    ]
