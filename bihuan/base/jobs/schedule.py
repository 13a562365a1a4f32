"""When something happens again and again, by the clock on the wall of a time zone.

A schedule knows its hour and minute, and on which days it falls: every day, one
day of the week, or one day of the month. A month that is too short has it on its
last day. It falls once on each such day, whatever the clocks do: an hour that the
clocks skip is taken after the jump, an hour they show twice is taken the first time.

>>> monthly = Schedule(every=Every.MONTH, day=31, hour=8)
>>> falls = monthly.latest(until=datetime(2026, 3, 1, tzinfo=UTC), zone="Asia/Shanghai")
>>> falls.on.isoformat(), falls.at.isoformat()
('2026-02-28', '2026-02-28T00:00:00+00:00')
>>> monthly.next(after=falls.at, zone="Asia/Shanghai").on.isoformat()
'2026-03-31'
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Missed(StrEnum):
    """What is made up for when nobody was there to start it."""

    LATEST = "latest"
    """Only the newest: cleaning up once is enough."""
    EACH = "each"
    """All of them, in order: every month has its report."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occurrence:
    """One time a schedule falls: the instant, and the day it is there."""

    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """On which days, and when on the day.

    ``weekday`` counts from Monday, which is 1; ``day`` is that of the month. Each is
    read only where ``every`` asks for it.
    """

    every: Every
    hour: int = 0
    minute: int = 0
    weekday: int = 1
    day: int = 1
    missed: Missed = Missed.LATEST

    def __post_init__(self) -> None:
        assert 0 <= self.hour <= 23, "an hour of the day"
        assert 0 <= self.minute <= 59, "a minute of the hour"
        assert 1 <= self.weekday <= 7, "Monday is 1, Sunday is 7"
        assert 1 <= self.day <= 31, "a day of the month"

    def falls_on(self, day: date) -> bool:
        """Return whether it falls on this day.

        >>> Schedule(every=Every.WEEK, weekday=3).falls_on(date(2026, 11, 25))
        True
        """
        match self.every:
            case Every.DAY:
                return True
            case Every.WEEK:
                return day.isoweekday() == self.weekday
            case Every.MONTH:
                return day.day == min(self.day, monthrange(day.year, day.month)[1])

    def occurrence(self, *, on: date, zone: str) -> Occurrence:
        """Return the instant at which it falls on a day of this zone."""
        wall = datetime.combine(on, time(self.hour, self.minute), ZoneInfo(zone))
        return Occurrence(at=wall.astimezone(UTC), on=on)

    def latest(self, *, until: datetime, zone: str) -> Occurrence:
        """Return the newest occurrence that is not after an instant."""
        local = until.astimezone(ZoneInfo(zone)).date()
        days = (local + timedelta(days=1 - back) for back in count())
        return next(each for each in self._on(days, zone) if each.at <= until)

    def next(self, *, after: datetime, zone: str) -> Occurrence:
        """Return the first occurrence after an instant."""
        local = after.astimezone(ZoneInfo(zone)).date()
        days = (local + timedelta(days=ahead - 1) for ahead in count())
        return next(each for each in self._on(days, zone) if each.at > after)

    def due(self, *, since: datetime, now: datetime, zone: str, most: int) -> list[Occurrence]:
        """Return what is to be made up for after ``since`` and until ``now``, the oldest first.

        Of occurrences that are missed one by one, no more than the newest ``most`` come back.
        """
        latest = self.latest(until=now, zone=zone)
        found: list[Occurrence] = []
        while latest.at > since and len(found) < most:
            found.append(latest)
            if self.missed is Missed.LATEST:
                break
            latest = self.latest(until=latest.at - timedelta(microseconds=1), zone=zone)
        return found[::-1]

    def _on(self, days: Iterator[date], zone: str) -> Iterator[Occurrence]:
        return (self.occurrence(on=day, zone=zone) for day in days if self.falls_on(day))
