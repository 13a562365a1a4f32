"""What following the organisation would do to a goal's tree, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.base import clock
from bihuan.goals.domain.regrowth import regrown
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.tree import Tree, asked
from bihuan.goals.models import Goal
from bihuan.goals.queries.cascade.drawn import tree_of
from bihuan.goals.queries.cascade.history import history_of, year_before
from bihuan.goals.queries.cascade.shape import carriers_of, nodes_named, shape_of


@dataclass(frozen=True, slots=True)
class Mover:
    """One who came, left or moved: what they had, and what they would have."""

    name: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Joining:
    came: tuple[Mover, ...]
    left: tuple[Mover, ...]
    moved: tuple[Mover, ...]
    unlocked: tuple[Mover, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.came or self.left or self.moved)


def joining(goal: Goal) -> Joining:
    """Return who came, left or moved since a goal was shared out."""
    cycle = goal.cycle
    before = Span(year_before(cycle.start), year_before(cycle.end))
    day = min(max(cycle.start, clock.today(cycle.tenant.time_zone)), cycle.end)
    sold = history_of(cycle.tenant, goal.metric, before).people
    carriers = carriers_of(cycle.root, day, goal.metric, cycle.span, sold)
    tree = tree_of(goal)
    grown = regrown(tree, shape_of(cycle.root, day, carriers).below)
    told = _Told(goal, tree, grown.tree)
    return Joining(
        came=told.of(grown.came),
        left=told.of(grown.left),
        moved=told.of(grown.moved),
        unlocked=told.of(grown.unlocked),
    )


class _Told:
    def __init__(self, goal: Goal, before: Tree, after: Tree) -> None:
        self.goal = goal
        self.before, self.after = asked(before), asked(after)
        self.names = nodes_named({*self.before, *self.after})

    def of(self, nodes: Sequence[str]) -> tuple[Mover, ...]:
        return tuple(
            Mover(
                self.names.get(node, node),
                self._amount(self.before.get(node)),
                self._amount(self.after.get(node)),
            )
            for node in nodes
        )

    def _amount(self, units: int | None) -> Decimal | None:
        return None if units is None else self.goal.as_amount(units)
