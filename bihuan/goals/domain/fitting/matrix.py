"""Matrix: the amounts in which two dimension trees agree.

The children of a unit have their totals, and the unit's product lines have
theirs; the matrix says how much of each line is each child's. Rows and columns
add up to their totals to the unit, what is held stays as it is, nothing is
negative, and the rest keeps the proportions of the seeds (last year's sales, or
what stood there before) as far as the totals allow:

    scaling     every free cell is seed * factor of its row * factor of its column
    rounding    each goes to the whole unit below or above, the nearest that adds up

>>> fit(rows=[600, 400], columns=[500, 500], seeds=[[3, 1], [1, 1]], held={})
[[364, 236], [136, 264]]
>>> fit(rows=[600, 400], columns=[500, 500], seeds=[[3, 1], [1, 1]], held={(0, 0): 300})
[[300, 300], [200, 200]]

A row or a column without any seed, such as a new team, takes the mix of the
others. A single cell without a seed stays empty, unless the totals cannot be
met without it; then it takes no more than it must.

>>> fit(rows=[600, 400], columns=[500, 500], seeds=[[3, 1], [0, 0]], held={})
[[300, 300], [200, 200]]
>>> fit(rows=[600, 400], columns=[500, 500], seeds=[[1, 0], [1, 1]], held={})
[[500, 100], [0, 400]]

What cannot be met is refused, and the refusal says where and by how much:

>>> fit(rows=[600, 400], columns=[500, 500], seeds=[[1, 1], [1, 1]], held={(1, 0): 450})
Traceback (most recent call last):
bihuan.goals.domain.fitting.refusal.RowOver: What is held in row 2 is 50 more than its total.
>>> fit(rows=[60, 40], columns=[50, 51], seeds=[[1, 1], [1, 1]], held={})
Traceback (most recent call last):
bihuan.goals.domain.fitting.refusal.MarginsDisagree: The rows add up to 100, the columns to 101.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bihuan.goals.domain.fitting.refusal import ColumnOver, MarginsDisagree, RowOver
from bihuan.goals.domain.fitting.rounding import rounded
from bihuan.goals.domain.fitting.scaling import Table, scaled
from bihuan.goals.domain.fitting.seeding import seeded
from bihuan.goals.domain.fitting.transport import CLOSED, SEED, ZERO, carried, usable

Held = Mapping[tuple[int, int], int]
"""The row and the column of a cell, and the amount that it keeps."""


def fit(
    *, rows: Sequence[int], columns: Sequence[int], seeds: Table, held: Held
) -> list[list[int]]:
    """Return whole amounts whose rows and columns add up, in the proportions of the seeds."""
    _check(rows, columns, seeds, held)
    if sum(rows) != sum(columns):
        raise MarginsDisagree(rows_total=sum(rows), columns_total=sum(columns))
    rows, columns = _left(rows, columns, held)
    is_open = [
        [bool(row and column) and (r, c) not in held for c, column in enumerate(columns)]
        for r, row in enumerate(rows)
    ]
    free = seeded(rows=rows, columns=columns, seeds=seeds, is_open=is_open)
    table = _at_once(rows, columns, free) or _in_blocks(rows, columns, free, is_open)
    for (row, column), amount in held.items():
        table[row][column] = amount
    return table


def _check(rows: Sequence[int], columns: Sequence[int], seeds: Table, held: Held) -> None:
    if len(seeds) != len(rows) or any(len(line) != len(columns) for line in seeds):
        raise ValueError("there is a seed for each row and column")
    if any(each < 0 for line in (rows, columns, *seeds, held.values()) for each in line):
        raise ValueError("totals, seeds and what is held are not negative")
    height, width = range(len(rows)), range(len(columns))
    if any(row not in height or column not in width for row, column in held):
        raise ValueError("what is held stands in the table")


def _left(rows: Sequence[int], columns: Sequence[int], held: Held) -> tuple[list[int], list[int]]:
    """Return what is left of the totals beside what is held."""
    rows_left, columns_left = list(rows), list(columns)
    for (row, column), amount in held.items():
        rows_left[row] -= amount
        columns_left[column] -= amount
    for index, left in enumerate(rows_left):
        if left < 0:
            raise RowOver(indexes=[index], units=-left)
    for index, left in enumerate(columns_left):
        if left < 0:
            raise ColumnOver(indexes=[index], units=-left)
    return rows_left, columns_left


def _at_once(rows: Sequence[int], columns: Sequence[int], seeds: Table) -> list[list[int]] | None:
    """Fit all rows and columns in which something is left; nothing where zeros stand in the way."""
    here = [row for row, total in enumerate(rows) if total]
    there = [column for column, total in enumerate(columns) if total]
    cut = [[seeds[row][column] for column in there] for row in here]
    if not all(map(any, cut)) or not all(map(any, zip(*cut, strict=True))):
        return None
    is_regular = all(map(all, cut))
    part = _turned([rows[r] for r in here], [columns[c] for c in there], cut, is_regular=is_regular)
    table = [[0] * len(columns) for _ in rows]
    return None if part is None else _put(table, here, there, part)


def _in_blocks(
    rows: Sequence[int], columns: Sequence[int], seeds: Table, is_open: Sequence[Sequence[bool]]
) -> list[list[int]]:
    """Fit each block of cells that can be above zero by itself.

    Zero seeds that have to be used share what they take by the totals they stand in.
    """
    states = [
        [(SEED if seed else ZERO) if free else CLOSED for seed, free in zip(*lines, strict=True)]
        for lines in zip(seeds, is_open, strict=True)
    ]
    blocks = usable(rows=rows, columns=columns, states=states)
    table = [[0] * len(columns) for _ in rows]
    for block in sorted({each for line in blocks for each in line if each is not None}):
        here = [row for row, line in enumerate(blocks) if block in line]
        there = [column for column, line in enumerate(zip(*blocks, strict=True)) if block in line]
        cut = [
            [(seeds[r][c] or rows[r] * columns[c]) if blocks[r][c] == block else 0 for c in there]
            for r in here
        ]
        _put(table, here, there, _block([rows[r] for r in here], [columns[c] for c in there], cut))
    return table


def _block(rows: list[int], columns: list[int], seeds: Table) -> Table:
    table = _turned(rows, columns, seeds, is_regular=True)
    if table is not None:
        return table
    # Seeds and totals lie too far apart for any proportion: at least all totals are met.
    states = [[SEED if seed else CLOSED for seed in line] for line in seeds]
    return carried(rows=rows, columns=columns, states=states)


def _turned(rows: list[int], columns: list[int], seeds: Table, *, is_regular: bool) -> Table | None:
    """Scale and round so that there are no more columns than rows, which is the quicker way."""
    if len(columns) > len(rows):
        turned = _turned(columns, rows, list(zip(*seeds, strict=True)), is_regular=is_regular)
        return turned and list(zip(*turned, strict=True))
    if len(columns) < 2:
        return [[row] for row in rows]
    cells = scaled(rows=rows, columns=columns, seeds=seeds, is_regular=is_regular)
    return cells and rounded(rows=rows, columns=columns, cells=cells)


def _put(
    table: list[list[int]], here: Sequence[int], there: Sequence[int], part: Table
) -> list[list[int]]:
    """Put a part of a table in its rows and columns."""
    for row, line in zip(here, part, strict=True):
        for column, amount in zip(there, line, strict=True):
            table[row][column] = amount
    return table
