"""Disagreement: where what was asked in both trees differs from what holds.

Asked are amounts of single cells, by the split of a team or by that of a
product line; fitted is what makes both add up. Those that differ are listed
with the largest difference first, and equal ones as they stand in the table.

>>> asked = {(0, 0): 60, (0, 1): 50, (1, 1): 10}
>>> for found in disagreement(asked=asked, fitted=[[55, 45], [30, 10]]):
...     print(found)
Difference(row=0, column=0, asked=60, fitted=55, difference=-5)
Difference(row=0, column=1, asked=50, fitted=45, difference=-5)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Difference(NamedTuple):
    """A cell that could not have what was asked; ``difference`` is fitted less asked."""

    row: int
    column: int
    asked: int
    fitted: int
    difference: int


def disagreement(
    *, asked: Mapping[tuple[int, int], int], fitted: Sequence[Sequence[int]]
) -> list[Difference]:
    """Return the cells whose fitted amount is not the one asked, largest difference first."""
    found = [
        Difference(row, column, amount, fitted[row][column], fitted[row][column] - amount)
        for (row, column), amount in sorted(asked.items())
        if fitted[row][column] != amount
    ]
    return sorted(found, key=lambda each: -abs(each.difference))
