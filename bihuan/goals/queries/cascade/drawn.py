"""The working copy of a cycle, drawn as trees: one for each goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bihuan.goals.domain.sharing import Level, Share
from bihuan.goals.domain.spreading import EVERY_LEVEL, PERIOD, weighted
from bihuan.goals.domain.tree import Tree, asked, cells
from bihuan.goals.models import Cycle, Goal, Siblings
from bihuan.goals.models.cycle import ORG, WEIGHTS

Groups = Iterable[tuple[str, str, Level]]
"""Axis, node and the group of siblings."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of a goal with its children, reckoned from the groups on the way to it only."""

    goal: Goal
    node: str
    chain: tuple[str, ...]
    whole: int
    """What the node itself is asked for, in smallest units."""
    group: Siblings | None
    """How its children share it; nothing for a leaf."""
    children: dict[str, int]
    mixes: dict[str, dict[str, dict[str, int]]]
    """By dimension, and by "period", the mixes of the node and of its children."""


def tree_of(goal: Goal, groups: Iterable[Siblings] | None = None) -> Tree:
    """Return a goal's working copy, whole."""
    found = goal.siblings.all() if groups is None else groups
    return drawn(goal, [(each.axis, each.node, each.level) for each in found])


def drawn(goal: Goal, groups: Groups, *, with_periods: bool = False) -> Tree:
    """Return the tree that groups of siblings make.

    The periods are a dimension of it where some node has periods of its own, or where
    they are asked for; all others follow the company's.
    """
    org: dict[str, Level] = {}
    mixes: dict[str, dict[str, Level]] = {}
    for axis, node, level in groups:
        if axis == ORG:
            org[node] = level
        else:
            mixes.setdefault(axis, {})[node] = level
    root = f"u{goal.cycle.root_id}"
    depths = goal.depths
    if PERIOD in mixes or with_periods:
        mixes.setdefault(PERIOD, {})[root] = weighted(goal.units, goal.weights)
        depths = {**depths, PERIOD: EVERY_LEVEL}
    return Tree(total=goal.units, root=root, org=org, mixes=mixes, depths=depths)


def trees_of(cycle: Cycle) -> dict[str, Tree]:
    """Return the trees of all goals of a cycle by metric, in two statements."""
    goals = list(cycle.goals.on().select_related("cycle"))
    groups: dict[int, list[Siblings]] = {goal.pk: [] for goal in goals}
    for each in Siblings.objects.filter(cycle=cycle, goal__isnull=False):
        groups[each.goal_id or 0].append(each)
    return {goal.metric: tree_of(goal, groups[goal.pk]) for goal in goals}


def weights_of(cycle: Cycle) -> Siblings | None:
    """Return how the goals of a cycle share its weight."""
    return Siblings.objects.filter(cycle=cycle, axis=WEIGHTS, goal__isnull=True).first()


def branch_of(goal: Goal, node: str) -> Branch:
    """Return one node of a goal and its children: three statements, however large the tree is."""
    group = goal.siblings.filter(axis=ORG, node=node).select_related("changed_by").first()
    chain = chain_to(goal, node) if group is None else tuple(group.chain.split("/"))
    on_the_way = {each.node: each for each in goal.siblings.filter(axis=ORG, node__in=chain)}
    org = {each: on_the_way[each].level for each in chain if each in on_the_way}
    near = [*chain, *(child for level in org.values() for child in level)]
    groups = [(ORG, each, level) for each, level in org.items()]
    mixed = goal.siblings.exclude(axis=ORG).filter(node__in=near)
    groups += [(each.axis, each.node, each.level) for each in mixed]
    tree = drawn(goal, groups, with_periods=True)
    whole = asked(tree)
    children = {child: whole[child] for child in org.get(node, {})}
    mixes = {}
    for dimension in tree.depths:
        known = cells(tree, dimension, whole)
        mixes[dimension] = {each: known[each] for each in (node, *children) if each in known}
    return Branch(goal, node, chain, whole[node], group, children, mixes)


def chain_to(goal: Goal, node: str) -> tuple[str, ...]:
    """Return the way to a leaf: that of its parent, and itself."""
    for each in goal.siblings.filter(axis=ORG, shares__contains=[[node]]):
        return (*each.chain.split("/"), node)
    return (node,)


def frozen_trees(cycle: Cycle, plan: Mapping[str, Any]) -> dict[str, Tree]:
    """Return the trees of a published plan by metric."""
    found = {}
    for each in plan["goals"]:
        goal = frozen_goal(cycle, each)
        groups = [
            (axis, node, {key: Share(weight, held) for key, weight, held in shares})
            for axis, node, _, shares in each["siblings"]
        ]
        found[goal.metric] = drawn(goal, groups)
    return found


def frozen_goal(cycle: Cycle, said: Mapping[str, Any]) -> Goal:
    """Return a goal as a plan says it; it is not kept."""
    return Goal(
        cycle=cycle, **{name: from_json(name, each) for name, each in said["fields"].items()}
    )


DECIMALS = frozenset({"amount", "floor_ratio", "stretch_ratio"})


def from_json(name: str, value: Any) -> Any:
    """Return a value of a goal as it was before a plan or an edit wrote it down."""
    return Decimal(value) if name in DECIMALS and value is not None else value
