"""Pacing: how much of a quota is due by a day, and how much falls in any span.

    due(day)   = quota * days that count in [start, day) / days that count in [start, end)
    part(a, b) = due(b) - due(a)

``due`` is rounded half-up to the unit, ``part`` is a difference of two dues. So
the parts of a quota over any partition of its span add up to the quota exactly,
whatever the partition: nothing is lost to rounding and nothing is made up.

The third quarter of 2026 has 66 Chinese working days, 23 of them in July:

>>> third = Span(date(2026, 7, 1), date(2026, 10, 1))
>>> july = Span(date(2026, 7, 1), date(2026, 8, 1))
>>> elapsed(third, by=july.end, calendar=DayCount.CHINA)
Elapsed(gone=23, whole=66)
>>> cent = Decimal("0.01")
>>> asked = Quoted(Decimal("100000"), third, DayCount.CHINA, cent)
>>> due(asked, by=july.end)
Decimal('34848.48')
>>> rest = Span(date(2026, 8, 1), date(2026, 10, 1))
>>> part(asked, within=july), part(asked, within=rest)
(Decimal('34848.48'), Decimal('65151.52'))

Before the span nothing is due, after it everything. A span in which no day
counts, a holiday week with a quota of its own, is paced by plain days.

>>> due(asked, by=date(2026, 6, 30)), due(asked, by=date(2027, 1, 1))
(Decimal('0'), Decimal('100000'))
>>> golden = Span(date(2025, 10, 1), date(2025, 10, 5))
>>> elapsed(golden, by=date(2025, 10, 2), calendar=DayCount.CHINA)
Elapsed(gone=1, whole=4)
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from bihuan.goals.domain.span import Span, overlap
from bihuan.kernel.calendar import DayCount, working_days

FINEST = Decimal("0.0001")
"""The finest unit of a quota: as many digits as its column has."""


class Quoted(NamedTuple):
    """What was asked for, over which days, and how those days count."""

    amount: Decimal
    span: Span
    calendar: DayCount
    unit: Decimal = FINEST


class Elapsed(NamedTuple):
    """How many of the days that count are gone, out of how many."""

    gone: int
    whole: int


@lru_cache(maxsize=20_000)
def elapsed(span: Span, *, by: date, calendar: DayCount) -> Elapsed:
    """Return how many counted days of a span lie before a day."""
    day = min(max(by, span.start), span.end)
    whole = working_days(span.start, span.end, calendar=calendar)
    if whole == 0:
        return Elapsed((day - span.start).days, span.days)
    return Elapsed(working_days(span.start, day, calendar=calendar), whole)


def due(quoted: Quoted, *, by: date) -> Decimal:
    """Return how much of a quota is due before a day begins."""
    gone, whole = elapsed(quoted.span, by=by, calendar=quoted.calendar)
    if gone == 0:
        return Decimal(0)
    if gone == whole:
        return quoted.amount
    share = (quoted.amount * gone / whole).quantize(quoted.unit, ROUND_HALF_UP)
    # An amount finer than the unit would be passed by its own rounding.
    return min(share, quoted.amount)


def part(quoted: Quoted, *, within: Span) -> Decimal:
    """Return how much of a quota falls in the days it shares with a span."""
    shared = overlap(quoted.span, within)
    if shared is None:
        return Decimal(0)
    return due(quoted, by=shared.end) - due(quoted, by=shared.start)
