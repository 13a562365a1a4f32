"""Glimpse: one subject in one period, as it stood on the morning of a day inside it.

What lies before that morning is done, the day itself and what follows is the rest.
Of a period that is over the rest is known, of the one that runs it is what is
asked for. Past periods are looked at from the morning on which as large a part of
their working days was gone as is gone now: 18 of 21 days are held against
19 of 22.

>>> from bihuan.kernel.period import month
>>> november = month(2026, 11)
>>> counted(november, morning=date(2026, 11, 26), calendar=DayCount.CHINA)
Counted(gone=18, left=3)
>>> same_point(month(2026, 9), Fraction(18, 21), calendar=DayCount.CHINA)
datetime.date(2026, 9, 25)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from bihuan.kernel.calendar import DayCount, working_days
from bihuan.kernel.period import Period


class Counted(NamedTuple):
    """How many of a period's working days lie before a morning, and from it on."""

    gone: int
    left: int

    @property
    def share(self) -> Fraction:
        """Return how large a part is gone."""
        return Fraction(self.gone, self.gone + self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What is known of one subject on one morning of one period."""

    subject: int
    place: int
    """The number of the period; earlier ones have smaller numbers."""
    days: Counted
    done: Decimal
    rest: Decimal | None = None
    """What came from the morning on; nothing while the period runs."""
    pieces: int = 0
    """How many facts that is: those of the rest too, where it is known."""
    open: int = 0
    """How many opportunities were in hand that morning."""

    @property
    def whole(self) -> Decimal:
        return self.done + (self.rest or Decimal(0))


def counted(period: Period, *, morning: date, calendar: DayCount) -> Counted:
    """Return the days of a period before and from a morning; plain days where none is worked."""
    day = min(max(morning, period.start), period.end)
    gone = working_days(period.start, day, calendar=calendar)
    left = working_days(day, period.end, calendar=calendar)
    if gone + left == 0:
        return Counted((day - period.start).days, (period.end - day).days)
    return Counted(gone, left)


def same_point(period: Period, share: Fraction, *, calendar: DayCount) -> date:
    """Return the first morning of a period before which at least a share of its days is gone."""
    whole = sum(counted(period, morning=period.start, calendar=calendar))
    # Rounded to the nearest day, so that a half of 21 days is 10 or 11 and not always more.
    wanted = (share * whole + Fraction(1, 2)).__floor__()
    first, last = 0, period.days
    while first < last:
        middle = (first + last) // 2
        morning = period.start + timedelta(days=middle)
        if counted(period, morning=morning, calendar=calendar).gone >= wanted:
            last = middle
        else:
            first = middle + 1
    return period.start + timedelta(days=first)
