"""Standing: what a company may still do on a day, by the terms of its plans.

    own         it never had a term: the installation is its own, nothing ends
    trial       a trial covers the day: everything is open
    subscribed  a plan that somebody agreed on covers the day
    read-only   every term is over: all can be read and taken along, nothing is written

Terms that follow each other without a gap are one: what ends is the last of them. A
trial is told of from its tenth day on, and those who administer the company five
days and one day before the end.

>>> trial = Term(valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 16), is_trial=True)
>>> stood = standing_of([trial], date(2026, 11, 10))
>>> stood.standing.value, stood.days_left, stood.is_told
('trial', 6, True)
>>> standing_of([trial], date(2026, 11, 16)).standing
<Standing.READ_ONLY: 'read-only'>
>>> paid = Term(valid_from=date(2026, 11, 16), valid_to=None, is_trial=False)
>>> standing_of([trial, paid], date(2026, 11, 10)).is_told
False
>>> standing_of([], date(2026, 11, 10)).standing
<Standing.OWN: 'own'>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TRIAL_DAYS = 15
TOLD_FROM_DAY = 10
"""The day of a trial, counted from one, on which every page begins to tell when it ends."""
REMINDED_BEFORE = (5, 1)
"""How many days before the end administrators are reminded."""


class Standing(StrEnum):
    OWN = "own"
    TRIAL = "trial"
    SUBSCRIBED = "subscribed"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when until when a plan holds; without an end it holds on."""

    valid_from: date
    valid_to: date | None
    is_trial: bool

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How a company stands on a day, and when that ends."""

    standing: Standing
    ends_on: date | None = None
    """The first day on which nothing is written any more; the day it began where that is so."""
    days_left: int | None = None
    is_told: bool = False

    @property
    def is_read_only(self) -> bool:
        return self.standing is Standing.READ_ONLY

    @property
    def is_reminded(self) -> bool:
        """Tell whether administrators are reminded on this day."""
        return not self.is_read_only and self.days_left in REMINDED_BEFORE


def standing_of(terms: Sequence[Term], on: date) -> Stood:
    """Return how a company with these terms stands on a day."""
    if not terms:
        return Stood(standing=Standing.OWN)
    current = next((term for term in terms if term.covers(on)), None)
    if current is None:
        over = [
            term.valid_to for term in terms if term.valid_to is not None and term.valid_to <= on
        ]
        return Stood(standing=Standing.READ_ONLY, ends_on=max(over, default=None))
    ends_on = _end_of_row(terms, current)
    days_left = None if ends_on is None else (ends_on - on).days
    day_of_trial = (on - current.valid_from).days + 1
    return Stood(
        standing=Standing.TRIAL if current.is_trial else Standing.SUBSCRIBED,
        ends_on=ends_on,
        days_left=days_left,
        is_told=current.is_trial
        and ends_on == current.valid_to
        and _is_late(current, day_of_trial),
    )


def _is_late(trial: Term, day_of_trial: int) -> bool:
    """Tell whether a trial is so far on that it is told of, however long it was made."""
    assert trial.valid_to is not None, "a trial ends"
    longer = (trial.valid_to - trial.valid_from).days - TRIAL_DAYS
    return day_of_trial >= TOLD_FROM_DAY + longer


def _end_of_row(terms: Sequence[Term], current: Term) -> date | None:
    """Return the end of the terms that follow each other without a gap."""
    ends_on = current.valid_to
    while ends_on is not None:
        following = next((term for term in terms if term.covers(ends_on)), None)
        if following is None:
            return ends_on
        ends_on = following.valid_to
    return None
