"""A goal as a sheet: one row for each unit and person, a column for each period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.spreading import by_period
from bihuan.goals.domain.tree import asked
from bihuan.goals.models import Goal
from bihuan.goals.queries.cascade.drawn import tree_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One node: its kind and code, its parent's code, its target as a whole and by period."""

    kind: str
    code: str
    name: str
    parent: str
    total: Decimal
    periods: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class GoalSheet:
    goal: Goal
    periods: tuple[str, ...]
    rows: list[SheetRow]


def goal_sheet(goal: Goal, scope: Scope | None) -> GoalSheet:
    """Return what the working copy asks of everybody whose figures are visible, top down.

    A parent that is not visible is not named either.
    """
    tree = tree_of(goal)
    whole = asked(tree)
    spread = by_period(tree, goal.weights, whole)
    parents = {child: node for node, level in tree.org.items() for child in level}
    units = {f"u{each.pk}": each for each in Unit.objects.filter(tenant_id=goal.cycle.tenant_id)}
    people = {f"p{each.pk}": each for each in Person.objects.filter(tenant_id=goal.cycle.tenant_id)}
    told = {
        child: over
        for child, over in parents.items()
        if scope is None or scope.covers_figures(units[over].path)
    }
    rows = [
        _row(goal, node, (units, people), told, spread[node])
        for node in _depth_first(tree.root, tree.org)
        if scope is None or _is_seen(node, units, parents, scope)
    ]
    return GoalSheet(goal, tuple(period.key for period in goal.cycle.periods), rows)


def _row(
    goal: Goal,
    node: str,
    named: tuple[Mapping[str, Unit], Mapping[str, Person]],
    parents: Mapping[str, str],
    spread: list[int],
) -> SheetRow:
    units, people = named
    bearer = units.get(node) or people[node]
    over = parents.get(node)
    return SheetRow(
        kind="unit" if node.startswith("u") else "person",
        code=bearer.code,
        name=bearer.name,
        parent=units[over].code if over else "",
        total=goal.as_amount(sum(spread)),
        periods=tuple(goal.as_amount(each) for each in spread),
    )


def _depth_first(root: str, org: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    yield root
    for child in org.get(root, ()):
        yield from _depth_first(child, org)


def _is_seen(
    node: str, units: Mapping[str, Unit], parents: Mapping[str, str], scope: Scope
) -> bool:
    unit = node if node in units else parents[node]
    return scope.covers_figures(units[unit].path)
