"""Escalation: what happens with a task that lies, step by step, without anybody's doing.

A ladder says after how many days which step is taken: the owner is reminded, the
owner's manager is told and sees it from then on, the manager gets the task. Days are
counted from the day after the task was made or handed over; they are working days
of the company, or days of the calendar. A day on which the task sleeps does not
count, and nothing happens on it.

A task of Monday, 2 November 2026, with the ladder of the house:

>>> monday = date(2026, 11, 2)
>>> count = Count(since=monday, calendar=DayCount.WEEKDAYS)
>>> [next_step_on(DEFAULT, taken=0, count=count), DEFAULT.steps[0].deed.value]
[datetime.date(2026, 11, 5), 'remind']
>>> next_step_on(DEFAULT, taken=1, count=replace(count, last_on=date(2026, 11, 5)))
datetime.date(2026, 11, 9)

It slept from Tuesday until Thursday, so two days less were counted:

>>> slept = replace(count, sleeps=(Sleep(date(2026, 11, 3), date(2026, 11, 5)),))
>>> next_step_on(DEFAULT, taken=0, count=slept)
datetime.date(2026, 11, 9)

Where the days of several steps have come and nobody was there to take them, they
are made up for one a day, so nobody loses a task without having been reminded:

>>> late = replace(count, last_on=date(2026, 11, 30))
>>> next_step_on(DEFAULT, taken=1, count=late)
datetime.date(2026, 12, 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bihuan.kernel.calendar import DayCount, is_working_day, working_days
from bihuan.kernel.errors import Invalid, gettext_noop

MOST_STEPS = 6
MOST_DAYS = 365
A_DAY = timedelta(days=1)


class Deed(StrEnum):
    REMIND = "remind"
    """The owner is reminded."""
    COPY = "copy"
    """The owner's managers are told, and see the task from now on."""
    REASSIGN = "reassign"
    """The owner's manager gets the task."""


class Counting(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


class StepsTooMany(Invalid):
    code = "inbox.steps_too_many"
    says = gettext_noop("A ladder has up to %(most)s steps.")


class StepUnfit(Invalid):
    code = "inbox.step_unfit"
    says = gettext_noop("A step is taken after 1 to %(most)s days.")


class StepsOutOfOrder(Invalid):
    code = "inbox.steps_out_of_order"
    says = gettext_noop("Each step is taken later than the one before.")


@dataclass(frozen=True, slots=True)
class Step:
    """After how many days, and what then."""

    after: int
    deed: Deed


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a task in their order, and which days count; without steps it just lies."""

    steps: tuple[Step, ...]
    counting: Counting = Counting.WORKING

    def as_data(self) -> dict[str, object]:
        """Return it in the form in which it is kept."""
        steps = [{"after": each.after, "deed": each.deed.value} for each in self.steps]
        return {"steps": steps, "counting": self.counting.value}


DEFAULT = Ladder((Step(3, Deed.REMIND), Step(5, Deed.COPY), Step(7, Deed.REASSIGN)))
"""What holds where a company has said nothing else."""


def read_ladder(data: Mapping[str, object]) -> Ladder:
    """Return the ladder that was kept.

    >>> read_ladder(DEFAULT.as_data()) == DEFAULT
    True
    """
    steps = data["steps"]
    assert isinstance(steps, list), "steps are kept in their order"
    return Ladder(
        tuple(Step(int(each["after"]), Deed(each["deed"])) for each in steps),
        Counting(str(data["counting"])),
    )


def check_ladder(ladder: Ladder) -> None:
    """Refuse a ladder nobody could climb.

    >>> check_ladder(DEFAULT)
    >>> check_ladder(Ladder((Step(5, Deed.COPY), Step(3, Deed.REMIND))))
    Traceback (most recent call last):
    bihuan.inbox.domain.escalation.StepsOutOfOrder: Each step is taken later than the one before.
    """
    if len(ladder.steps) > MOST_STEPS:
        raise StepsTooMany(most=MOST_STEPS)
    if any(not 1 <= each.after <= MOST_DAYS for each in ladder.steps):
        raise StepUnfit(most=MOST_DAYS)
    if any(one.after >= two.after for one, two in pairwise(ladder.steps)):
        raise StepsOutOfOrder()


@dataclass(frozen=True, slots=True)
class Sleep:
    """Days on which a task was put off: from ``start`` until the day before ``end``."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """From when, by which calendar and with which pauses the days of a task are counted."""

    since: date
    calendar: DayCount
    sleeps: tuple[Sleep, ...] = ()
    last_on: date | None = None
    """The day on which the last step was taken."""


def waited(count: Count, today: date) -> int:
    """Return how many days a task has been waiting that count."""
    start, end = count.since + A_DAY, today + A_DAY
    whole = working_days(start, end, calendar=count.calendar)
    slept = sum(
        working_days(max(each.start, start), min(each.end, end), calendar=count.calendar)
        for each in count.sleeps
    )
    return whole - slept


def is_due(ladder: Ladder, *, taken: int, count: Count, today: date) -> bool:
    """Return whether the next step is to be taken today."""
    if taken >= len(ladder.steps) or (count.last_on is not None and today <= count.last_on):
        return False
    is_asleep = any(each.start <= today < each.end for each in count.sleeps)
    if is_asleep or not is_working_day(today, calendar=count.calendar):
        return False
    return waited(count, today) >= ladder.steps[taken].after


def next_step_on(ladder: Ladder, *, taken: int, count: Count) -> date | None:
    """Return the first day on which the next step is due; nothing after the last one."""
    if taken >= len(ladder.steps):
        return None
    day = max(count.since, count.last_on or count.since) + A_DAY
    while not is_due(ladder, taken=taken, count=count, today=day):
        day += A_DAY
    return day


def sleeps_told(notes: Iterable[tuple[date, date | None]]) -> tuple[Sleep, ...]:
    """Return when a task slept, by what happened to it in order.

    A note is the day on which it was put off and until when, or on which it was woken,
    which is a note without an end. Putting it off again ends the sleep before.

    >>> [first] = sleeps_told([(date(2026, 11, 3), date(2026, 11, 9)), (date(2026, 11, 5), None)])
    >>> first.end
    datetime.date(2026, 11, 5)
    """
    found: list[Sleep] = []
    for day, until in notes:
        if found and found[-1].end > day:
            found[-1] = replace(found[-1], end=day)
        if until is not None:
            found.append(Sleep(day, until))
    return tuple(each for each in found if each.start < each.end)


def last_step(ladder: Ladder, taken: int) -> Step | None:
    """Return the step that was taken last."""
    steps: Sequence[Step] = ladder.steps[:taken]
    return steps[-1] if steps else None
