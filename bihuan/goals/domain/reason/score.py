"""Score: how strongly something seen speaks for a reason, from 0 to 1.

    ramp(x)  = (x - begins) / (full - begins), not below 0 and not above 1
    drop     = 1 - now / usual          where more is better
             = now / usual - 1          where less is better
    filled   = part / missing, not above 1

A score is a Decimal of four digits, so that the same facts always rank alike.

>>> ramp(Decimal("0.40"), begins=Decimal("0.20"), full=Decimal("0.60"))
Decimal('0.5000')
>>> drop(now=Decimal(9), usual=Decimal(21), lower_is_better=False)
Decimal('0.5714')
>>> median([Decimal(3), Decimal(1), Decimal(8), Decimal(4)])
Decimal('3.5')
>>> filled(Decimal(386_000), missing=Decimal(300_000))
Decimal('1')

Of nothing usual there is no drop, and nothing missing is filled by nothing:

>>> drop(now=Decimal(0), usual=Decimal(0), lower_is_better=False) is None
True
>>> filled(Decimal(5), missing=Decimal(0))
Decimal('0')
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

DIGITS = Decimal("0.0001")
NONE, WHOLE = Decimal(0), Decimal(1)


def ramp(value: Decimal, *, begins: Decimal, full: Decimal) -> Decimal:
    """Return 0 up to where it begins, 1 from where it is full, and the share between."""
    if value <= begins:
        return NONE
    if value >= full:
        return WHOLE
    return ((value - begins) / (full - begins)).quantize(DIGITS, ROUND_HALF_UP)


def drop(*, now: Decimal, usual: Decimal, lower_is_better: bool) -> Decimal | None:
    """Return by which share something is worse than usual; nothing where nothing is usual."""
    if usual <= 0:
        return None
    off = now / usual - 1
    return (off if lower_is_better else -off).quantize(DIGITS, ROUND_HALF_UP)


def filled(part: Decimal, *, missing: Decimal) -> Decimal:
    """Return how much of what is missing a part would make up, at most all of it."""
    if missing <= 0 or part <= 0:
        return NONE
    return min(WHOLE, (part / missing).quantize(DIGITS, ROUND_HALF_UP))


def median(values: Sequence[Decimal]) -> Decimal:
    """Return the middle value, or the mean of the two in the middle; there must be one."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
