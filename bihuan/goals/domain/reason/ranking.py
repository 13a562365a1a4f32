"""Ranking: which reason is shown first.

    rank by   score * learned weight, the larger first; then by the order of the list
    of a unit = sum over its people of (share of what is missing * score)

The people of a unit count by how much each of them is behind, so one who is far
behind for a reason makes it the unit's, and ten who are ahead do not dilute it.

>>> of_unit([(Decimal(300), Decimal("0.9")), (Decimal(100), Decimal("0.1"))])
Decimal('0.7000')
>>> of_unit([(Decimal(0), Decimal("0.9"))])
Decimal('0')
>>> half = Decimal("0.5")
>>> in_order([("calls", half, Decimal("0.4")), ("visits", half, Decimal("0.8"))])
['visits', 'calls']
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from bihuan.goals.domain.reason.score import DIGITS, NONE

T = TypeVar("T")


def of_unit(parts: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the score of a unit from what each person is behind by and scores."""
    whole = sum((missing for missing, _ in parts), Decimal(0))
    if whole <= 0:
        return NONE
    total = sum((missing * score for missing, score in parts), Decimal(0))
    return (total / whole).quantize(DIGITS, ROUND_HALF_UP)


def strength(score: Decimal, weight: Decimal) -> Decimal:
    """Return what reasons are ranked by."""
    return (score * weight).quantize(DIGITS, ROUND_HALF_UP)


def in_order(scored: Sequence[tuple[T, Decimal, Decimal]]) -> list[T]:
    """Return what is scored and weighted, the strongest first; equals keep their order."""
    ordered = sorted(scored, key=lambda each: -strength(each[1], each[2]))
    return [each for each, _, _ in ordered]
