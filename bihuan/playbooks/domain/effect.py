"""Effect: how often those who used a play recovered, and how sure that is.

    used       how often somebody said that they used it with a customer
    measured   how many of these uses have an outcome since: recovered or not
    recovered  how many of those recovered

Recovered after use is not recovered because of it; the figure ranks plays, it does
not praise them. Few uses say little, so what is told is an interval (Wilson's, at
95%), and below five measured uses nothing is told at all:

>>> interval(recovered=4, measured=4) is None
True
>>> interval(recovered=8, measured=10)
(Decimal('0.4902'), Decimal('0.9433'))

Plays are ranked by the lower end. One with too few measured uses stands where five
uses with the company's usual luck would put it, neither ahead of what has proved
itself nor behind what has failed:

>>> usual = Effect(used=30, measured=20, recovered=10)
>>> rank(Effect(), usual=usual)
Decimal('0.1704')
>>> rank(Effect(used=9, measured=8, recovered=7), usual=usual)
Decimal('0.5291')
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.kernel.interval import wilson

LEAST = 5
"""Below so many measured uses nothing is said of an effect."""
DIGITS = Decimal("0.0001")
EVEN = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What came of the uses of a play."""

    used: int = 0
    measured: int = 0
    recovered: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.recovered <= self.measured <= self.used, "a use is counted once"

    @property
    def is_told(self) -> bool:
        """Return whether there are enough measured uses to say something."""
        return self.measured >= LEAST

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        return interval(recovered=self.recovered, measured=self.measured)


def interval(*, recovered: int, measured: int) -> tuple[Decimal, Decimal] | None:
    """Return Wilson's interval of the share that recovers; none where too little is measured."""
    if measured < LEAST:
        return None
    low, high = wilson(Decimal(recovered) / measured, measured)
    return _rounded(low), _rounded(high)


def rank(effect: Effect, *, usual: Effect) -> Decimal:
    """Return what plays are ranked by: the lower end of the interval, or the usual one."""
    if effect.is_told:
        return _rounded(wilson(Decimal(effect.recovered) / effect.measured, effect.measured)[0])
    luck = Decimal(usual.recovered) / usual.measured if usual.measured else EVEN
    return _rounded(wilson(luck, LEAST)[0])


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(DIGITS, ROUND_HALF_UP)
