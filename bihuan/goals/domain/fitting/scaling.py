"""Scaling: proportional fitting of a table to its two margins, in whole numbers.

    fitted[i][j] = a[i] * seed[i][j] * b[j]

with factors such that rows and columns add up to their margins. It is the one
table with these margins that has the odds ratios of the seeds; as far as any
table has them it is the nearest one in the sense of relative entropy (RAS,
iterative proportional fitting; Deming and Stephan 1940, Sinkhorn 1967). Of all
sales of a team in a quarter, the mix of its product lines is kept as far as
both totals allow.

A cell is told in parts of a unit, 2**-30 each, rounded to the nearest:

>>> from fractions import Fraction
>>> table = scaled(rows=[60, 40], columns=[50, 50], seeds=[[1, 1], [1, 3]], is_regular=True)
>>> [[round(cell * 1000 / ONE) for cell in row] for row in table]
[[36411, 23589], [13589, 26411]]
>>> round(Fraction(36411 * 26411, 23589 * 13589), 3)  # Of the seeds: 1 * 3 / (1 * 1).
Fraction(3, 1)

Factors are whole numbers of small parts, so nothing depends on a machine's
arithmetic. Rows and columns are scaled in turn. Where that gains little, as with teams
that sell hardly anything but their own line, a Newton step on the logarithms of
``b`` follows (of its convex dual), which doubles the digits each time.
Seeds with zeros may have no such factors at all; ``is_regular`` says that they
do, and without it an answer that does not come quickly is ``None``.

>>> scaled(rows=[60, 40], columns=[50, 50], seeds=[[1, 0], [1, 3]], is_regular=False) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

BITS = 30
ONE = 1 << BITS
"""How many parts a unit has in a fitted cell."""

FACTOR_BITS = (256, 1024, 4096)
"""Factors are told in parts of 2**-256, and finer only where they lie far apart."""

LEAST_FACTOR = 1 << 112
"""A factor of fewer parts is not exact enough to meet a total of 10**16."""

CLOSE_BITS = 48
"""A fit is done when every column is met within 2**-48 of a unit."""

QUICK_BITS = 3
"""Scaling in turn is kept up as long as each turn gains this many digits."""

PATIENCE = 8
MOST_TURNS = 400

Table = Sequence[Sequence[int]]


def scaled(
    *, rows: Sequence[int], columns: Sequence[int], seeds: Table, is_regular: bool
) -> list[list[int]] | None:
    """Return the fitted cells in parts of a unit; nothing where no fit is found.

    Margins are above zero and add up to the same, and each row and column has a seed.
    """
    if _are_proportional(seeds):
        return _in_proportion(rows, columns)
    for bits in FACTOR_BITS if is_regular else FACTOR_BITS[:1]:
        fit = _Fit(rows, columns, seeds, bits)
        if fit.settle(is_regular=is_regular):
            return fit.cells(BITS)
    return None


def _are_proportional(seeds: Table) -> bool:
    """Tell whether all rows have the same mix, as where nobody's own is known yet."""
    first = seeds[0]
    return all(
        line == first
        or all(seed * first[0] == line[0] * other for seed, other in zip(line, first, strict=True))
        for line in seeds
    )


def _in_proportion(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Return the share of each column in each row, to the nearest part."""
    whole = sum(rows)
    return [[((row * column << BITS + 1) // whole + 1) >> 1 for column in columns] for row in rows]


class _Fit:
    """The factors of a table on their way, in parts of 2**-bits."""

    def __init__(
        self, rows: Sequence[int], columns: Sequence[int], seeds: Table, bits: int
    ) -> None:
        self.rows, self.columns, self.seeds = rows, columns, seeds
        self.down = list(zip(*seeds, strict=True))
        self.bits = bits
        even = bits - max(map(max, seeds)).bit_length() // 2
        self.of_rows = [1 << even] * len(rows)
        self.of_columns = [1 << even] * len(columns)

    def settle(self, *, is_regular: bool) -> bool:
        """Scale until all margins are met; tell whether they are."""
        before = sum(self.columns) << 2 * self.bits
        for turn in range(MOST_TURNS):
            self.of_rows = self._met(self.rows, self.seeds, self.of_columns)
            missing = self._missing()
            error = max(map(abs, missing))
            if error < 1 << 2 * self.bits - CLOSE_BITS:
                return True
            is_slow = before >> QUICK_BITS < error
            if is_slow and not is_regular and turn > PATIENCE:
                return False
            step = self._newton(missing) if is_slow and turn else None
            self.of_columns = (
                self._met(self.columns, self.down, self.of_rows)
                if step is None
                else _stepped(self.of_columns, step, self.bits // 2)
            )
            if min(*self.of_rows, *self.of_columns) < LEAST_FACTOR:
                return False
            before = error
        return False

    def cells(self, bits: int) -> list[list[int]]:
        """Return the cells in parts of 2**-bits, to the nearest."""
        surplus = 2 * self.bits - bits
        half = 1 << surplus - 1
        return [
            [
                (factor * seed * other + half) >> surplus
                for seed, other in zip(line, self.of_columns, strict=True)
            ]
            for factor, line in zip(self.of_rows, self.seeds, strict=True)
        ]

    def _met(self, totals: Sequence[int], lines: Table, others: Sequence[int]) -> list[int]:
        """Return the factors with which lines meet their totals, given those across."""
        return [
            (total << 2 * self.bits) // sum(map(mul, line, others))
            for total, line in zip(totals, lines, strict=True)
        ]

    def _missing(self) -> list[int]:
        """Return what each column lacks, in parts of 2**-bits squared."""
        return [
            (total << 2 * self.bits) - factor * sum(map(mul, line, self.of_rows))
            for total, factor, line in zip(self.columns, self.of_columns, self.down, strict=True)
        ]

    def _newton(self, missing: Sequence[int]) -> list[int] | None:
        """Return by how much the logarithm of each column's factor is to change.

        The rows' factors follow from the columns', so the slope of a column's sum is

            slope[j][k] = (column j if j is k) - sum over rows of cell[j] * cell[k] / row

        One column is left as it is: factors of rows and columns are only known together.
        """
        half = self.bits // 4
        down = list(zip(*self.cells(half), strict=True))[:-1]
        slope = [[0] * len(down) for _ in down]
        for j, column in enumerate(down):
            shares = [
                (cell << half) // total for cell, total in zip(column, self.rows, strict=True)
            ]
            for k in range(j + 1):
                slope[j][k] = slope[k][j] = -(sum(map(mul, shares, down[k])) >> half)
            slope[j][j] += sum(column) << half
        wanted = [each >> 2 * self.bits - 2 * half for each in missing[:-1]]
        solved = _solved(slope, wanted, 2 * half)
        return None if solved is None else [*solved, 0]


def _solved(slope: list[list[int]], wanted: list[int], bits: int) -> list[int] | None:
    """Solve the symmetric equations by elimination, in parts of 2**-bits."""
    size = len(wanted)
    for j in range(size):
        if slope[j][j] <= 0:  # Two groups of columns hang together by less than a part.
            return None
        for k in range(j + 1, size):
            ratio = (slope[k][j] << bits) // slope[j][j]
            if ratio:
                line = slope[k]
                for place in range(j + 1, size):
                    line[place] -= ratio * slope[j][place] >> bits
                wanted[k] -= ratio * wanted[j] >> bits
    found = [0] * size
    for j in reversed(range(size)):
        known = sum(map(mul, slope[j][j + 1 :], found[j + 1 :])) >> bits
        found[j] = ((wanted[j] - known) << bits) // slope[j][j]
    return found


def _stepped(factors: list[int], step: list[int], bits: int) -> list[int]:
    """Multiply each factor by the exponential of its step, none by more than three.

    (2 + x) / (2 - x) is the exponential to the third order, and never negative.
    """
    whole = 1 << bits
    longest = max(map(abs, step))
    if longest > whole:
        step = [(each << bits) // longest for each in step]
    return [
        factor * (2 * whole + each) // (2 * whole - each)
        for factor, each in zip(factors, step, strict=True)
    ]
