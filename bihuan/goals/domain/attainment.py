"""Attainment: how much of a quota has been achieved.

    attainment = achieved / quota

It is a ratio, not a percentage, kept to four digits and never capped: whoever
does more than was asked shows it. A quota of zero has no attainment: nothing
was asked, so nothing can be attained. Where nothing was measured there is none
either, which is not the same as having achieved nothing.

>>> attainment(quota=Decimal(800_000), achieved=Decimal(600_000))
Decimal('0.7500')
>>> attainment(quota=Decimal(3), achieved=Decimal(7))
Decimal('2.3333')
>>> attainment(quota=Decimal(0), achieved=Decimal(1)) is None
True
>>> attainment(quota=Decimal(5), achieved=None) is None
True
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PRECISION = Decimal("0.0001")


def attainment(*, quota: Decimal, achieved: Decimal | None) -> Decimal | None:
    if quota == 0 or achieved is None:
        return None
    return (achieved / quota).quantize(PRECISION, ROUND_HALF_UP)
