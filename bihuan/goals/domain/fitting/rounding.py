"""Rounding: a fitted table in whole units, with both its margins.

Every cell becomes the whole number below or above it, one that is whole stays.
Of all such tables with these margins it is the nearest to the fit: with the
least sum of squared differences, which is the largest sum of remainders that
are rounded up. A single column so gives largest remainders.

>>> rounded(rows=[1, 2], columns=[2, 1], cells=[[ONE * 6 // 10, ONE * 4 // 10],
...                                             [ONE * 14 // 10, ONE * 6 // 10]])
[[1, 0], [1, 1]]

Each row first rounds its own largest remainders up. Columns that then have too
many give units to those that have too few along the path that costs the least,
through rows that change their mind: the shortest augmenting paths of a
transport problem, so the outcome is the best one and not only a good one.
Of equal remainders a row rounds up the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from bihuan.goals.domain.fitting.scaling import BITS, ONE, Table

Move = tuple[int, int, int]
"""A unit goes from one column to another, in a row: row, from, onto."""


def rounded(*, rows: Sequence[int], columns: Sequence[int], cells: Table) -> list[list[int]] | None:
    """Return the table in whole units; nothing where the cells are no fit of the margins."""
    table = [[cell >> BITS for cell in line] for line in cells]
    rests = [[cell & ONE - 1 for cell in line] for line in cells]
    odd = [total - sum(floors) for total, floors in zip(rows, table, strict=True)]
    ups = [_largest(line, count) for line, count in zip(rests, odd, strict=True)]
    if [len(up) for up in ups] != odd:
        return None
    counts = [sum(line) for line in zip(*table, strict=True)]
    for up in ups:
        for column in up:
            counts[column] += 1
    spare = [count - total for count, total in zip(counts, columns, strict=True)]
    if any(spare) and not _balanced(_Choices(rests, ups), spare):
        return None
    for floors, up in zip(table, ups, strict=True):
        for column in up:
            floors[column] += 1
    return table


def _largest(rests: Sequence[int], count: int) -> set[int]:
    """Return the columns of the largest remainders; a whole cell is never among them."""
    order = sorted((c for c, rest in enumerate(rests) if rest), key=lambda c: -rests[c])
    return set(order[: max(count, 0)])


class _Choices:
    """Which cells each row rounds up, and what it costs to move a unit between two columns."""

    def __init__(self, rests: Table, ups: list[set[int]]) -> None:
        self.rests, self.ups = rests, ups
        self.size = len(rests[0])
        self.swaps: list[list[list[tuple[int, int]]]] = [
            [[] for _ in range(self.size)] for _ in range(self.size)
        ]
        for row in range(len(rests)):
            for cost, source, onto in self._open_to(row):
                self.swaps[source][onto].append((cost, row))
        for line in self.swaps:
            for heap in line:
                heapify(heap)

    def _open_to(self, row: int) -> list[tuple[int, int, int]]:
        line, up = self.rests[row], self.ups[row]
        others = [c for c, rest in enumerate(line) if rest and c not in up]
        return [(line[source] - line[onto], source, onto) for source in up for onto in others]

    def cheapest(self, source: int, onto: int) -> tuple[int, int] | None:
        """Return the cost and the row of the best move of a unit between two columns."""
        heap = self.swaps[source][onto]
        while heap:
            up = self.ups[heap[0][1]]
            if source in up and onto not in up:
                return heap[0]
            heappop(heap)  # That row has changed its mind since.
        return None

    def make(self, moves: Sequence[Move]) -> None:
        for row, source, onto in moves:
            self.ups[row].remove(source)
            self.ups[row].add(onto)
        for row in sorted({row for row, _, _ in moves}):
            for cost, source, onto in self._open_to(row):
                heappush(self.swaps[source][onto], (cost, row))


def _balanced(choices: _Choices, spare: list[int]) -> bool:
    """Move units from columns with too many to those with too few; tell whether all could."""
    while any(each > 0 for each in spare):
        moves = _shortest(choices, spare)
        if not moves:
            return False
        choices.make(moves)
        spare[moves[0][1]] -= 1
        spare[moves[-1][2]] += 1
    return not any(spare)


def _shortest(choices: _Choices, spare: Sequence[int]) -> list[Move]:
    """Return the moves that cost the least to bring a unit to where one is missing."""
    cost = {column: 0 for column, each in enumerate(spare) if each > 0}
    came: dict[int, Move] = {}
    edges = [
        (source, onto, *found)
        for source in range(choices.size)
        for onto in range(choices.size)
        if source != onto and (found := choices.cheapest(source, onto))
    ]
    is_better = True
    while is_better:
        is_better = False
        for source, onto, price, row in edges:
            if source in cost and (onto not in cost or cost[source] + price < cost[onto]):
                cost[onto] = cost[source] + price
                came[onto] = (row, source, onto)
                is_better = True
    short = [column for column in cost if spare[column] < 0]
    return _path(came, min(short, key=lambda c: (cost[c], c))) if short else []


def _path(came: dict[int, Move], end: int) -> list[Move]:
    moves: list[Move] = []
    while end in came:
        moves.append(came[end])
        end = came[end][1]
    return moves[::-1]
