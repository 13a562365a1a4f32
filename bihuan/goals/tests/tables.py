"""Tables to be fitted, and what is known of them by trying all there are or scaling in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from math import ceil, floor

from hypothesis import strategies as st

from bihuan.goals.domain.fitting import CannotFit, ColumnShort, fit

Table = list[list[int]]


@dataclass(frozen=True)
class Case:
    rows: list[int]
    columns: list[int]
    seeds: Table
    held: dict[tuple[int, int], int] = field(default_factory=dict)

    def fit(self) -> Table:
        return fit(rows=self.rows, columns=self.columns, seeds=self.seeds, held=self.held)


@st.composite
def totals(draw: st.DrawFn, whole: int, count: int) -> list[int]:
    """Draw a whole cut anywhere, also into parts of nothing."""
    cuts = sorted(draw(st.lists(st.integers(0, whole), min_size=count - 1, max_size=count - 1)))
    return [end - start for start, end in zip([0, *cuts], [*cuts, whole], strict=True)]


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    largest: int,
    seeds: st.SearchStrategy[int],
    size: int = 3,
    holding: bool = True,
) -> Case:
    height, width = draw(st.integers(1, size)), draw(st.integers(1, size))
    whole = draw(st.integers(0, largest))
    rows, columns = draw(totals(whole, height)), draw(totals(whole, width))
    table = [[draw(seeds) for _ in columns] for _ in rows]
    cells = st.tuples(st.integers(0, height - 1), st.integers(0, width - 1))
    amounts = st.integers(0, largest)
    held = draw(st.dictionaries(cells, amounts, max_size=height * width)) if holding else {}
    return Case(rows, columns, table, held)


def tables(case: Case) -> Iterator[Table]:
    """Yield every table that adds up and keeps what is held, by trying all."""
    yield from _tables(case, [], list(case.columns))


def _tables(case: Case, above: Table, left: list[int]) -> Iterator[Table]:
    row = len(above)
    if row == len(case.rows):
        if not any(left):
            yield above
        return
    kept = [case.held.get((row, column)) for column in range(len(left))]
    ranges = [
        range(most + 1) if fixed is None else [fixed]
        for most, fixed in zip(left, kept, strict=True)
    ]
    for line in product(*ranges):
        rest = [most - cell for most, cell in zip(left, line, strict=True)]
        if sum(line) == case.rows[row] and min(rest) >= 0:
            yield from _tables(case, [*above, list(line)], rest)


def made_to_take(case: Case, table: Table) -> int:
    """Return what stands in free cells without a seed whose row and column have seeds."""
    left = [list(case.rows), list(case.columns)]
    for (row, column), amount in case.held.items():
        left[0][row] -= amount
        left[1][column] -= amount
    open_cells = {
        (r, c)
        for r, row in enumerate(left[0])
        for c, column in enumerate(left[1])
        if row and column and (r, c) not in case.held
    }
    seeded = {(r, c) for r, c in open_cells if case.seeds[r][c]}
    return sum(
        table[r][c]
        for r, c in open_cells - seeded
        if any(row == r for row, _ in seeded) and any(column == c for _, column in seeded)
    )


def lacking(case: Case, refusal: CannotFit) -> int:
    """Return what the named rows have to bring beyond what their free columns can take."""
    turned = isinstance(refusal, ColumnShort)
    lines, across = (case.columns, case.rows) if turned else (case.rows, case.columns)
    held = {(p[::-1] if turned else p): amount for p, amount in case.held.items()}
    own = sum(lines[i] for i in refusal.indexes)
    kept = sum(amount for (line, _), amount in held.items() if line in refusal.indexes)
    open_to = {j for i in refusal.indexes for j in range(len(across)) if (i, j) not in held}
    room = sum(across[j] - sum(a for (_, k), a in held.items() if k == j) for j in open_to)
    return own - kept - room


def by_turns(case: Case) -> list[list[Fraction]] | None:
    """Scale rows and columns in turn, in sixty digits; nothing where that takes long."""
    cells = [[Decimal(seed) for seed in line] for line in case.seeds]
    with localcontext(prec=60):
        for _ in range(300):
            cells = [scaled_to(total, line) for total, line in zip(case.rows, cells, strict=True)]
            down = [
                scaled_to(total, line)
                for total, line in zip(case.columns, zip(*cells, strict=True), strict=True)
            ]
            cells = [list(line) for line in zip(*down, strict=True)]
            wrong = [
                sum(line, Decimal(-total)) for total, line in zip(case.rows, cells, strict=True)
            ]
            if all(abs(each) < Decimal("1e-30") for each in wrong):
                return [[Fraction(cell) for cell in line] for line in cells]
    return None


def scaled_to(total: int, line: Sequence[Decimal]) -> list[Decimal]:
    whole = sum(line, Decimal(0))
    return [cell * total / whole for cell in line] if whole else list(line)


def nearest(case: Case, exact: list[list[Fraction]]) -> list[Table]:
    """Return the tables of whole neighbours that add up, the nearest first."""
    wholes = [[round(cell, 20) for cell in line] for line in exact]
    choices = [sorted({floor(cell), ceil(cell)}) for line in wholes for cell in line]
    width = len(case.columns)
    found = []
    for flat in product(*choices):
        table = [list(flat[start : start + width]) for start in range(0, len(flat), width)]
        if [sum(line) for line in table] == case.rows and [
            sum(line) for line in zip(*table, strict=True)
        ] == case.columns:
            found.append((off(table, exact), table))
    return [table for _, table in sorted(found)]


def off(table: Table, exact: list[list[Fraction]]) -> Fraction:
    return sum(
        ((cell - each) ** 2 for line, fits in zip(table, exact, strict=True)
         for cell, each in zip(line, fits, strict=True)),
        Fraction(0),
    )  # fmt: skip
