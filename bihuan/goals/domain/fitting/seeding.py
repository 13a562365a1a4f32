"""Seeding: rows and columns that have no seed at all take the mix of the others.

A new team has sold nothing yet, a new product was sold by nobody. Their cells
are seeded as if they had the seeds of all others together, in proportion to
their totals; cells that are not open have no seed.

>>> seeds = seeded(rows=[600, 600], columns=[500, 700], seeds=[[3, 1], [0, 0]],
...                is_open=[[True, True], [True, True]])
>>> seeds[1][0] == 3 * seeds[1][1]
True

Where nobody has a seed, the totals alone say what is in proportion:

>>> seeds = seeded(rows=[60, 40], columns=[25, 75], seeds=[[0, 0], [0, 0]],
...                is_open=[[True, True], [True, False]])
>>> seeds[0][1] == 3 * seeds[0][0], 3 * seeds[1][0] == 2 * seeds[0][0], seeds[1][1]
(True, True, 0)
"""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.goals.domain.fitting.scaling import Table

FINER_BITS = 64
"""Seeds are told in such parts where some have to be made up between them."""


def seeded(
    *, rows: Sequence[int], columns: Sequence[int], seeds: Table, is_open: Sequence[Sequence[bool]]
) -> list[list[int]]:
    """Return seeds of the open cells; a cell without one is in a row and column that have some."""
    own = [
        [seed if free else 0 for seed, free in zip(*lines, strict=True)]
        for lines in zip(seeds, is_open, strict=True)
    ]
    across, down = list(map(sum, own)), list(map(sum, zip(*own, strict=True)))
    if all(across) and all(down):
        return own
    of_rows, of_columns = _mix(across, rows), _mix(down, columns)
    whole = max(sum(across), 1) << FINER_BITS
    return [
        [
            _made_up(of_rows[r] * of_columns[c], whole, free=is_open[r][c])
            if not (across[r] and down[c])
            else seed << FINER_BITS
            for c, seed in enumerate(line)
        ]
        for r, line in enumerate(own)
    ]


def _made_up(seed: int, whole: int, *, free: bool) -> int:
    return max(1, seed // whole) if free else 0


def _mix(sums: Sequence[int], totals: Sequence[int]) -> list[int]:
    """Return the sums of the seeds; for one that is zero, what its total is worth in seeds."""
    whole = max(sum(sums), 1)
    known = max(sum(total for each, total in zip(sums, totals, strict=True) if each), 1)
    return [
        (each << FINER_BITS) or (whole * total << FINER_BITS) // known
        for each, total in zip(sums, totals, strict=True)
    ]
