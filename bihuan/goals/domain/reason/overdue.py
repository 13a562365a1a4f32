"""Overdue: things that wait longer than is usual, and what they would make up.

    lateness = ramp(days of the latest one past its day, from 0 to ``full``)
    score    = lateness * (1 + filled(amount of all that is late)) / 2

Where nothing is known of amounts, one half is taken to be filled: an approval that
waits three weeks speaks for itself, but not as loudly as one that would close the gap.

>>> stuck = Late(seq=7, due=date(2026, 10, 1), amount=Decimal(486_000))
>>> seen = overdue([stuck], by=date(2026, 10, 24), missing=Decimal(200_000), full=Decimal(15))
>>> seen.score, seen.days, seen.amount
(Decimal('1.0000'), 23, Decimal('486000'))
>>> overdue([Late(8, date(2026, 10, 1), None)], by=date(2026, 10, 24),
...     missing=Decimal(200_000), full=Decimal(15)).score
Decimal('0.7500')
>>> overdue([stuck], by=date(2026, 9, 30), missing=Decimal(1), full=Decimal(15)) is None
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from bihuan.goals.domain.reason.score import DIGITS, WHOLE, filled, ramp

UNKNOWN_SHARE = Decimal("0.5")


class Late(NamedTuple):
    """A fact that waits for another, since which day that one is due, and how much it is about."""

    seq: int
    due: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is late on a day: how much of it, for how long, and which facts."""

    score: Decimal
    days: int
    amount: Decimal | None
    late: tuple[Late, ...]


def overdue(
    waiting: Iterable[Late], *, by: date, missing: Decimal, full: Decimal
) -> Overdue | None:
    """Return what is late on a day, the longest first; nothing where nothing is."""
    late = sorted((each for each in waiting if each.due < by), key=lambda each: each[1::-1])
    if not late:
        return None
    days = (by - late[0].due).days
    amounts = [each.amount for each in late if each.amount is not None]
    amount = sum(amounts, Decimal(0)) if amounts else None
    share = UNKNOWN_SHARE if amount is None else filled(amount, missing=missing)
    lateness = ramp(Decimal(days), begins=Decimal(0), full=full)
    score = (lateness * (WHOLE + share) / 2).quantize(DIGITS, ROUND_HALF_UP)
    return Overdue(score, days, amount, tuple(late))
