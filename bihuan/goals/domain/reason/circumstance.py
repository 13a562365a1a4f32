"""Circumstance: what stands around a figure and is not the work itself.

    absent   = ramp(working days without any activity)
    new      = 1 - days in the seat / days that one is new
    jumped   = ramp(target now / target before - 1), unless the work itself fell

A target that rose by half while the work stayed as it was is a reason of the target's:

>>> jumped(target=Decimal(300), before=Decimal(200), now=Decimal(195), usual=Decimal(200),
...        begins=Decimal("0.2"), full=Decimal("0.6"))
Decimal('0.7500')
>>> jumped(target=Decimal(300), before=Decimal(200), now=Decimal(90), usual=Decimal(200),
...        begins=Decimal("0.2"), full=Decimal("0.6"))
Decimal('0')
>>> newcomer(days=45, new_for=Decimal(90)), newcomer(days=400, new_for=Decimal(90))
(Decimal('0.5000'), Decimal('0'))
>>> absent(days=8, begins=Decimal(3), full=Decimal(13))
Decimal('0.5000')
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from bihuan.goals.domain.reason.score import DIGITS, NONE, WHOLE, drop, ramp

HELD = Decimal("0.10")
"""The work is taken to have stayed as it was while it fell by less than this share."""


def absent(*, days: int, begins: Decimal, full: Decimal) -> Decimal:
    """Return how strongly so many working days without any activity speak."""
    return ramp(Decimal(days), begins=begins, full=full)


def newcomer(*, days: int, new_for: Decimal) -> Decimal:
    """Return how new somebody is who has sat there for so many days."""
    share = WHOLE - Decimal(days) / new_for
    return max(NONE, share.quantize(DIGITS, ROUND_HALF_UP)) if share > 0 else NONE


def jumped(
    *,
    target: Decimal,
    before: Decimal,
    now: Decimal,
    usual: Decimal | None,
    begins: Decimal,
    full: Decimal,
) -> Decimal:
    """Return how strongly a risen target explains a low cell."""
    if before <= 0:
        return NONE
    fell = None if usual is None else drop(now=now, usual=usual, lower_is_better=False)
    if fell is not None and fell >= HELD:
        return NONE
    return ramp(target / before - 1, begins=begins, full=full)
