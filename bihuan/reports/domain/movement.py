"""Movement: how much of what people were asked a revision moved.

    moved    = Σ |after - before| over all people
    movement = moved / Σ before

What is taken from one and given to another counts on both sides: a plan that shifts
a tenth of itself moves two tenths. The first revision of a cycle moves nothing: it
asks.

>>> before = {7: Decimal(100), 8: Decimal(100)}
>>> moved_between(before, {7: Decimal(80), 8: Decimal(120)})
(Decimal('40'), Decimal('200'), 2)
>>> moved_between(before, {7: Decimal(100)})
(Decimal('100'), Decimal('200'), 1)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

NOTHING = Decimal(0)


def moved_between(
    before: Mapping[int, Decimal], after: Mapping[int, Decimal]
) -> tuple[Decimal, Decimal, int]:
    """Return what was moved, what was asked before, and of how many people it changed."""
    differences = [
        abs(after.get(key, NOTHING) - before.get(key, NOTHING)) for key in {**before, **after}
    ]
    return (
        sum(differences, NOTHING),
        sum(before.values(), NOTHING),
        sum(each != 0 for each in differences),
    )
