"""What following the organisation would do to a goal's tree, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.cycle import Method
from bihuan.goals.domain.regrowth import regrown
from bihuan.goals.domain.tree import Tree, asked
from bihuan.goals.models import Goal
from bihuan.goals.queries.cascade.drawn import tree_of
from bihuan.goals.queries.cascade.first import shared_by
from bihuan.goals.queries.cascade.shape import nodes_named


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
    shape, _ = shared_by(goal.cycle, goal, Method.EVEN)
    tree = tree_of(goal)
    grown = regrown(tree, shape.below)
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
