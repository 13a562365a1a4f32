"""A task lived through day by day, in the plainest way: what the rule of escalation must equal."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from bihuan.kernel.calendar import DayCount

DAYS = 60
"""How long a task is watched."""


@dataclass(frozen=True)
class Life:
    """A task from its first day: on which days it is put off or woken, and when the job ran."""

    since: date
    calendar: DayCount
    after: tuple[int, ...]
    notes: Mapping[date, date | None]
    runs: Set[date]

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=number) for number in range(DAYS)]


def counts(day: date, calendar: DayCount) -> bool:
    if calendar is DayCount.CHINA:
        return bool(chinese_calendar.is_workday(day))
    return calendar is DayCount.PLAIN or day.isoweekday() <= 5


def steps_taken_on(life: Life) -> list[date]:
    """Return the day of each step: what is put off in the morning sleeps, then the job runs."""
    waiting, until, taken = 0, life.since, list[date]()
    for day in life.days:
        if day in life.notes:
            until = life.notes[day] or day
        is_asleep = day < until
        if day == life.since or is_asleep or not counts(day, life.calendar):
            continue
        waiting += 1
        is_left = len(taken) < len(life.after)
        if day in life.runs and is_left and waiting >= life.after[len(taken)]:
            taken.append(day)
    return taken
