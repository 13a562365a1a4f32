"""The board: one node of a goal's tree and those who share its target, one level at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.paginator import Page, Paginator

from bihuan.goals.access import NodeMissing, SetsFor, node_seen, nodes_visible
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.domain.spreading import PERIOD
from bihuan.goals.models import Cycle, Goal, Siblings
from bihuan.goals.models.cycle import ORG, WEIGHTS
from bihuan.goals.queries.cascade.before import GROWTH, Before, before_of, growth
from bihuan.goals.queries.cascade.drawn import Branch, branch_of, weights_of
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit

PAGE_SIZE = 50
WHOLE_WEIGHT = 10_000
WEIGHT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One of those who share a target, as a row of the board."""

    key: str
    name: str
    units: int
    """What it is asked for, in smallest units."""
    weight: int
    is_locked: bool
    amount: Decimal
    share: Decimal | None
    before: Decimal | None = None
    growth: Decimal | None = None
    opens: bool = False
    """Whether there is somebody below who shares it further."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node on the way from the company down; one that is not seen has no link."""

    node: str
    name: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One level of a cycle's working copy, one page of its rows."""

    cycle: Cycle
    goal: Goal | None
    """Nothing where the goals themselves share the cycle's weight."""
    axis: str
    node: str
    way: tuple[Step, ...]
    whole: int
    digits: int
    group: Siblings | None
    lines: tuple[Line, ...]
    page: Page[tuple[str, int]]
    before: Before | None
    may_set: bool

    @property
    def amount(self) -> Decimal:
        return Decimal(self.whole).scaleb(-self.digits)

    @property
    def growth(self) -> Decimal | None:
        return growth(self.amount, self.before.whole) if self.before else None

    @property
    def shown_amount(self) -> Decimal:
        return Decimal(sum(line.units for line in self.lines)).scaleb(-self.digits)

    @property
    def rest(self) -> int:
        """Return what stands on the other pages."""
        return self.whole - sum(line.units for line in self.lines)

    @property
    def version(self) -> int:
        return 0 if self.group is None else self.group.version

    @property
    def changed(self) -> tuple[str, datetime] | None:
        return None if self.group is None else (self.group.changed_by.name, self.group.changed_at)

    @property
    def name(self) -> str:
        return self.way[-1].name if self.way else ""

    @property
    def is_weights(self) -> bool:
        return self.axis == WEIGHTS

    @property
    def is_org(self) -> bool:
        return self.axis == ORG


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at a board, and on which day."""

    person: Person
    scope: Scope
    today: date


def start_node(cycle: Cycle, scope: Scope) -> str:
    """Return where a person's board begins: the highest unit of the cycle that they see.

    A company whose whole target goes to one division begins there: one child shares nothing.
    """
    if scope.covers_figures(cycle.root.path):
        return _first_that_shares(cycle)
    below = Unit.objects.filter(path__in=scope.all_paths, path__startswith=cycle.root.path)
    found = sorted(below, key=lambda unit: (unit.depth, unit.pinyin, unit.name))
    if not found:
        raise NodeMissing()
    return f"u{found[0].pk}"


def _first_that_shares(cycle: Cycle) -> str:
    node = f"u{cycle.root_id}"
    groups = Siblings.objects.filter(cycle=cycle, goal__is_on=True, axis=ORG)
    while True:
        levels = groups.filter(node=node).values_list("shares", flat=True)
        below = {key for shares in levels for key, *_ in shares}
        only = next(iter(below)) if len(below) == 1 else ""
        if not only.startswith("u"):
            return node
        node = only


def board(goal: Goal, axis: str, node: str, by: Looker, *, page: int | str = 1) -> Board:
    """Return one level of a goal's working copy, down the organisation or along a dimension."""
    node_seen(node, by.scope)
    branch = branch_of(goal, node)
    if axis not in (ORG, PERIOD, *goal.depths) or branch.chain[0] != f"u{goal.cycle.root_id}":
        raise NodeMissing()
    group, level, now = _level(goal, branch, axis)
    shown = Paginator(list(now.items()), PAGE_SIZE).get_page(page)
    keys = [key for key, _ in shown.object_list]
    names = nodes_named((*branch.chain, *(keys if axis == ORG else ())))
    drawn = Board(
        cycle=goal.cycle,
        goal=goal,
        axis=axis,
        node=node,
        way=_way(branch.chain, names, by.scope),
        whole=branch.whole,
        digits=goal.digits,
        group=group,
        lines=_lines(shown, level, branch.whole, goal.digits, names),
        page=shown,
        before=before_of(goal, axis, node, keys, scope=by.scope, today=by.today),
        may_set=_may_set(goal.cycle, branch.chain, by.person) and bool(now),
    )
    return _with_before(drawn)


def _level(
    goal: Goal, branch: Branch, axis: str
) -> tuple[Siblings | None, Level, Mapping[str, int]]:
    if axis == ORG:
        level = {} if branch.group is None else branch.group.level
        return branch.group, level, branch.children
    group = goal.siblings.filter(axis=axis, node=branch.node).select_related("changed_by").first()
    now = branch.mixes.get(axis, {}).get(branch.node, {})
    held = {} if group is None else group.level
    level = {key: Share(each, held[key].held if key in held else None) for key, each in now.items()}
    return group, level, now


def _way(chain: tuple[str, ...], names: Mapping[str, str], scope: Scope) -> tuple[Step, ...]:
    seen = nodes_visible(chain, scope)
    return tuple(
        Step(node, names.get(node, node) if node in seen else "", node in seen) for node in chain
    )


def _lines(
    shown: Page[tuple[str, int]],
    level: Level,
    whole: int,
    digits: int,
    names: Mapping[str, str],
) -> tuple[Line, ...]:
    return tuple(
        Line(
            key=key,
            name=names.get(key, key),
            units=units,
            weight=level[key].weight,
            is_locked=level[key].held is not None,
            amount=Decimal(units).scaleb(-digits),
            share=_share(units, whole),
            opens=key.startswith("u") and key in names,
        )
        for key, units in shown.object_list
    )


def _share(units: int, whole: int) -> Decimal | None:
    return (Decimal(units) / whole).quantize(GROWTH, ROUND_HALF_UP) if whole else None


def _with_before(drawn: Board) -> Board:
    """Return a board with what each row achieved a year before."""
    before = drawn.before
    assert before is not None, "a level of a goal has a year before"
    lines = tuple(
        replace(
            line,
            before=before.parts.get(line.key),
            growth=growth(line.amount, before.parts.get(line.key)),
        )
        for line in drawn.lines
    )
    return replace(drawn, lines=lines)


def _may_set(cycle: Cycle, chain: tuple[str, ...], person: Person) -> bool:
    if cycle.closed_at is not None:
        return False
    unit = Unit.objects.get(pk=int(next(n for n in reversed(chain) if n[:1] == "u")[1:]))
    return SetsFor(person).covers_unit(unit.path)


def weights_board(cycle: Cycle, by: Looker) -> Board:
    """Return how the goals of a cycle share its weight, in hundredths of a percent."""
    group = weights_of(cycle)
    level = {} if group is None else group.level
    now = amounts(WHOLE_WEIGHT, level)
    shown = Paginator(list(now.items()), PAGE_SIZE).get_page(1)
    return Board(
        cycle=cycle,
        goal=None,
        axis=WEIGHTS,
        node="",
        way=(),
        whole=WHOLE_WEIGHT,
        digits=WEIGHT_DIGITS,
        group=group,
        lines=_lines(shown, level, WHOLE_WEIGHT, WEIGHT_DIGITS, {}),
        page=shown,
        before=None,
        may_set=_may_set(cycle, (f"u{cycle.root_id}",), by.person) and bool(now),
    )
