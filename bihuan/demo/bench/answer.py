"""Answers as all engines must give them: whole numbers, in one order.

Money, quantities and minutes are in ten-thousandths, counts as they are. Engines
differ in what they call the sum of nothing, so nothing and nought are one here,
and a row of noughts is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal

Row = tuple[int, ...]
SCALED = (True, False, True, True, False, True, True, False, True, False)
"""Which of the ten metrics come in ten-thousandths."""


def digest(rows: Iterable[Row]) -> str:
    """Return what two answers have in common when they are the same, row by row."""
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def kept(rows: Iterable[Row], keys: int) -> list[Row]:
    """Return the rows that say something beside their keys."""
    return [row for row in rows if any(row[keys:])]


def whole(value: object) -> int:
    """Return a whole number of whatever type an engine gives it in."""
    return 0 if value is None else int(str(value))


def scaled(values: Sequence[object]) -> Row:
    """Return ten metrics in ten-thousandths, where they are amounts in their own unit."""
    return tuple(
        int(Decimal(str(value or 0)) * 10_000) if is_scaled else whole(value)
        for value, is_scaled in zip(values, SCALED, strict=True)
    )
