"""Cycle: how long a set of targets runs, into which periods it is cut, and how.

A cycle is any half-open span: a year, a fiscal quarter, or the dated quotas of an
old book. It is cut into the periods that each get a target of their own: those of the
calendar, none at all, or its own, which need not be calendar quarters:

>>> days = [date(2011, 3, 31), date(2011, 7, 1), date(2011, 9, 29)]
>>> [str(each.start) for each in own_periods(days)]
['2011-03-31', '2011-07-01']
>>> print(check_cuts([date(2011, 3, 31), date(2011, 3, 31)]))
The days that a cycle is cut at must each be later than the one before: 2011-03-31.

>>> check_cycle(start=date(2027, 1, 1), end=date(2027, 4, 1), grain="month") is None
True
>>> print(check_cycle(start=date(2027, 4, 1), end=date(2027, 1, 1), grain="month"))
A cycle must end after it begins: 2027-04-01, 2027-01-01.
>>> period_grain("month"), period_grain("whole")
(<Grain.MONTH: 'month'>, None)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

from bihuan.kernel.errors import DomainError, Invalid, gettext_noop
from bihuan.kernel.period import Grain, Period

GRAINS = ("week", "month", "quarter", "year", "whole", "own")
LONGEST_DAYS = 366 * 3


class Seasonality(StrEnum):
    """How the target of a cycle is shared over its periods."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    EVEN = "even"
    HISTORY = "history"
    HISTORY_AND_DAYS = "history_and_days"
    BY_HAND = "by_hand"


class Method(StrEnum):
    """How a target is shared among siblings when it is split anew."""

    EVEN = "even"
    HISTORY = "history"
    POTENTIAL = "potential"


class Reason(StrEnum):
    """Why a revision was published."""

    NEW_CYCLE = "new_cycle"
    STRATEGY = "strategy"
    MARKET = "market"
    SEASON = "season"
    PEOPLE = "people"
    CORRECTION = "correction"
    RESTORED = "restored"
    OTHER = "other"


class CycleBackwards(Invalid):
    code = "goals.cycle_backwards"
    says = gettext_noop("A cycle must end after it begins: %(start)s, %(end)s.")


class CycleTooLong(Invalid):
    code = "goals.cycle_too_long"
    says = gettext_noop("A cycle lasts three years at most.")


class CutsUnclear(Invalid):
    code = "goals.cuts_unclear"
    says = gettext_noop(
        "The days that a cycle is cut at must each be later than the one before: %(day)s."
    )


class GrainUnknown(Invalid):
    code = "goals.grain_unknown"
    says = gettext_noop(
        "A cycle is cut by week, month, quarter or year, at days of its own, or not: “%(grain)s”."
    )


def check_cycle(*, start: date, end: date, grain: str) -> DomainError | None:
    """Return why there cannot be such a cycle, or nothing."""
    if end <= start:
        return CycleBackwards(start=start, end=end)
    if (end - start).days > LONGEST_DAYS:
        return CycleTooLong()
    if grain not in GRAINS:
        return GrainUnknown(grain=grain)
    return None


def period_grain(grain: str) -> Grain | None:
    """Return the calendar's grain, or nothing for a cycle that is left whole or cut its own way."""
    return None if grain in ("whole", "own") else Grain(grain)


def own_periods(cuts: Sequence[date]) -> list[Period]:
    """Return the spans between days: the first begins the cycle, the last ends it."""
    return [Period(f"{start}..{end}", start, end) for start, end in pairwise(cuts)]


def check_cuts(cuts: Sequence[date]) -> DomainError | None:
    """Return why a cycle cannot be cut at these days, or nothing."""
    for before, after in pairwise(cuts):
        if after <= before:
            return CutsUnclear(day=after)
    return None if len(cuts) > 1 else CutsUnclear(day=cuts[0] if cuts else "–")
