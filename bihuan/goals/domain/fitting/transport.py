"""Transport: whether a table can have its margins at all, and in which cells.

The rows of a table bring units, the columns take them, through open cells. Where
only some cells have a seed, two things are asked before anything is scaled.

*Can the margins be met?* With zero seeds closed if that will do; otherwise with
as few units in them as can be; and if not even so, some rows together have more
to bring than their columns can take, which is the refusal.

*Which cells can be above zero?* A seed that no table with these margins can use
has no share: here the first row fills its only column, so that nothing is left
of the second row's seed in it.

>>> usable(rows=[60, 40], columns=[60, 40], states=[[SEED, CLOSED], [SEED, SEED]])
[[0, None], [None, 1]]
>>> usable(rows=[60, 40], columns=[50, 50], states=[[SEED, ZERO], [SEED, SEED]])
[[0, 0], [None, 0]]
>>> usable(rows=[60, 40], columns=[50, 50], states=[[SEED, CLOSED], [SEED, SEED]])
Traceback (most recent call last):
bihuan.goals.domain.fitting.refusal.RowShort: What is held leaves 10 of row 1 no free cell.

Units go along the paths that use zero seeds least (successive shortest paths).
A cell can be above zero if a circle of such paths that costs nothing leads
through it: if its row and its column are strongly connected in what is left.
So a table falls into blocks that have nothing to do with each other, each with
margins of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bihuan.goals.domain.fitting.refusal import CannotFit, ColumnShort, RowShort

SEED, ZERO, CLOSED = 0, 1, 2
"""Of a cell: it has a seed, it has none but is free, or it takes nothing."""

States = Sequence[Sequence[int]]


def usable(
    *, rows: Sequence[int], columns: Sequence[int], states: States
) -> list[list[int | None]]:
    """Return the block of each cell that can be above zero with zero seeds used the least."""
    flow = _Flow(rows, columns, states)
    flow.carry()
    return flow.circles()


def carried(*, rows: Sequence[int], columns: Sequence[int], states: States) -> list[list[int]]:
    """Return some table in whole units with these margins."""
    flow = _Flow(rows, columns, states)
    flow.carry()
    return flow.table


class _Flow:
    """Units on their way. A place is a row or, numbered after the rows, a column."""

    def __init__(self, rows: Sequence[int], columns: Sequence[int], states: States) -> None:
        self.states = states
        self.rows, self.columns = range(len(rows)), range(len(columns))
        self.totals = [*rows, *columns]
        self.left = [*rows, *columns]
        self.table = [[0] * len(columns) for _ in rows]

    def carry(self) -> None:
        """Bring all units of all rows into columns, or refuse."""
        for row in self.rows:
            for column in self.columns:
                if self.states[row][column] == SEED:
                    self._bring([row, len(self.rows) + column])
        for row in self.rows:
            while self.left[row]:
                cost, came = self._paths([row])
                ends = [place for place in cost if place >= len(self.rows) and self.left[place]]
                if not ends:
                    raise self._short(cost)
                self._bring(_path(came, min(ends, key=lambda place: (cost[place], place))))

    def circles(self) -> list[list[int | None]]:
        """Return the cells through which units could go round without a zero seed more."""
        cost, _ = self._paths(range(len(self.totals)))
        after: list[list[int]] = [[] for _ in self.totals]
        before: list[list[int]] = [[] for _ in self.totals]
        for place in range(len(self.totals)):
            for onto, price in self._steps(place):
                if cost[place] + price == cost[onto]:
                    after[place].append(onto)
                    before[onto].append(place)
        block = _connected(after, before)
        height = len(self.rows)
        return [
            [
                block[row] if height + c in after[row] and block[row] == block[height + c] else None
                for c in self.columns
            ]
            for row in self.rows
        ]

    def _bring(self, path: Sequence[int]) -> None:
        """Bring as much as can be along a path from a row to a column, to and fro."""
        legs = list(pairwise(path))
        taken = [self.table[onto][place - len(self.rows)] for place, onto in legs[1::2]]
        units = min(self.left[path[0]], self.left[path[-1]], *taken)
        for turn, (place, onto) in enumerate(legs):
            if turn % 2:
                self.table[onto][place - len(self.rows)] -= units
            else:
                self.table[place][onto - len(self.rows)] += units
        self.left[path[0]] -= units
        self.left[path[-1]] -= units

    def _steps(self, place: int) -> Iterable[tuple[int, int]]:
        """Return where units can go from a place, and how many more zero seeds they use."""
        height = len(self.rows)
        if place < height:
            states = self.states[place]
            return [(height + c, states[c]) for c in self.columns if states[c] != CLOSED]
        column = place - height
        return [(r, -self.states[r][column]) for r in self.rows if self.table[r][column]]

    def _paths(self, sources: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
        """Return the cost of the cheapest path to each place, and from where it comes."""
        cost = dict.fromkeys(sources, 0)
        came: dict[int, int] = {}
        waiting = deque(cost)
        while waiting:
            place = waiting.popleft()
            for onto, price in self._steps(place):
                if onto not in cost or cost[place] + price < cost[onto]:
                    cost[onto] = cost[place] + price
                    came[onto] = place
                    waiting.append(onto)
        return cost, came

    def _short(self, reached: Mapping[int, int]) -> CannotFit:
        """Name the fewest of what is short: the rows reached, or the columns that are not."""
        rows = [row for row in self.rows if row in reached]
        columns = [column for column in self.columns if len(self.rows) + column not in reached]
        units = sum(self.left[row] for row in rows)
        if columns and len(columns) < len(rows):
            return ColumnShort(indexes=columns, units=units)
        return RowShort(indexes=rows, units=units)


def _path(came: Mapping[int, int], end: int) -> list[int]:
    path = [end]
    while path[-1] in came:
        path.append(came[path[-1]])
    return path[::-1]


def _connected(after: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> list[int]:
    """Return for each place the first of those that it reaches and that reach it."""
    first: dict[int, int] = {}
    for place in range(len(after)):
        if place not in first:
            first.update(dict.fromkeys(_reached(place, after) & _reached(place, before), place))
    return [first[place] for place in range(len(after))]


def _reached(start: int, steps: Sequence[Sequence[int]]) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        for onto in steps[waiting.pop()]:
            if onto not in reached:
                reached.add(onto)
                waiting.append(onto)
    return reached
