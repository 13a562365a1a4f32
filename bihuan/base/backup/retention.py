"""Which of the scheduled backups stay: the newest of each day, week and month, so many of each.

A day, week or month without a backup counts for none, so that a machine that slept
for a month keeps what it had. The newest always stays.

>>> from datetime import date, timedelta
>>> nights = [date(2026, 11, 26) - timedelta(days=back) for back in range(100)]
>>> [day.isoformat() for day in sorted(kept(nights, days=3, weeks=2, months=3), reverse=True)]
['2026-11-26', '2026-11-25', '2026-11-24', '2026-11-22', '2026-10-31', '2026-09-30']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

DAYS = 7
WEEKS = 4
MONTHS = 12

D = TypeVar("D", bound=date)


def kept(
    made: Iterable[D], *, days: int = DAYS, weeks: int = WEEKS, months: int = MONTHS
) -> set[D]:
    """Return those that stay, of the instants or days on which backups were made."""
    newest_first = sorted(made, reverse=True)
    return {
        *newest_first[:1],
        *_newest_of_each(newest_first, lambda day: (day.year, day.month, day.day), days),
        *_newest_of_each(newest_first, lambda day: day.isocalendar()[:2], weeks),
        *_newest_of_each(newest_first, lambda day: (day.year, day.month), months),
    }


def _newest_of_each(
    newest_first: Sequence[D], span: Callable[[D], tuple[int, ...]], most: int
) -> list[D]:
    found: dict[tuple[int, ...], D] = {}
    for each in newest_first:
        found.setdefault(span(each), each)
    return list(found.values())[:most]
