"""Projection: what the rest of a period will bring, in the middle.

    rate = (done + k * pace * season) / (gone + k)
    rest = (1 - w) * rate * left * late + w * yield * in hand

``k`` says for how many days of the present the past stands: with few, the rest is
as the period went so far, with many as the subject is used to. ``w`` is the weight
of what lies in hand, ``season`` is that of the same period a round of months or
quarters ago, or 1. Which of them is used is not decided here: every way is tried
on periods that are over.

>>> from bihuan.advice.domain.glimpse import Counted
>>> from bihuan.advice.domain.memory import Memory
>>> memory = Memory()
>>> half, twenty = Counted(10, 10), Decimal(20)
>>> memory.add(Glimpse(subject=1, place=0, days=half, done=twenty, rest=twenty))
>>> now = Glimpse(subject=1, place=1, days=half, done=2 * twenty)
>>> usual = memory.usual(now, seasons={})
>>> projected(now, usual, Way(leans=10)), projected(now, usual, Way(leans=90))
(Decimal('30'), Decimal('22.0'))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.advice.domain.glimpse import Glimpse
from bihuan.advice.domain.memory import Usual
from bihuan.kernel.period import Grain

LEANS = (5, 20, 60, 240)
FEWEST_BESIDE = 3
"""So many periods beside a whole round must be over before its season is heard."""
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to project: for how many days the past stands, and what else is heard."""

    leans: int
    in_hand: Decimal = Decimal(0)
    round_of: int = 0
    """After how many periods a season comes again; 0 where no season is heard."""


def rounds_of(grain: Grain, periods: int) -> tuple[int, ...]:
    """Return the seasons that can be heard once so many periods are over.

    Months come again after a quarter, at whose end business bunches, and after a year.
    """
    known = {Grain.MONTH: (3, 12), Grain.QUARTER: (4,)}.get(grain, ())
    return tuple(each for each in known if periods >= each + FEWEST_BESIDE)


def ways(*, rounds: Sequence[int] = (), with_hand: bool = False) -> Iterator[Way]:
    """Yield every way that can be tried, the plainest first."""
    for season in (0, *rounds):
        for weight in (Decimal(0), HALF) if with_hand else (Decimal(0),):
            for leans in LEANS:
                yield Way(leans, weight, season)


def projected(now: Glimpse, usual: Usual, way: Way) -> Decimal:
    """Return what the rest of a period brings."""
    pace = usual.pace * usual.seasons[way.round_of] if way.round_of else usual.pace
    rate = (now.done + way.leans * pace) / (now.days.gone + way.leans)
    by_pace = rate * now.days.left * usual.late
    if not way.in_hand:
        return by_pace
    return (1 - way.in_hand) * by_pace + way.in_hand * usual.in_hand
