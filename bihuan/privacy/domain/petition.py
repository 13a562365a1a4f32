"""Petition: what is asked for with personal data, and who may decide on it.

Erasing somebody, taking many contacts away at once, and a copy of somebody's data ask for
two: one who asks and one who decides, and neither is the person it is about. A copy of
one's own data needs nobody else:

>>> needs_second(Asked.COPY, by=1, about=1), needs_second(Asked.COPY, by=1, about=3)
(False, True)
>>> needs_second(Asked.ERASURE, by=1, about=1)
True

>>> may_decide(by=2, asked_by=1, about=3)
True
>>> may_decide(by=1, asked_by=1, about=3), may_decide(by=3, asked_by=1, about=3)
(False, False)

A request of a person is answered within a month (GDPR art. 12), by the rule of
China within fifteen working days; the earlier day is the deadline:

>>> answer_by(date(2026, 11, 26))
datetime.date(2026, 12, 17)
>>> answer_by(date(2026, 9, 14))
datetime.date(2026, 10, 10)
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from bihuan.kernel.calendar import DayCount, is_working_day
from bihuan.kernel.errors import Conflict, Forbidden, gettext_noop

WORKING_DAYS = 15
MONTH = 30


class Asked(StrEnum):
    ERASURE = "erasure"
    CONTACTS = "contacts"
    COPY = "copy"


class State(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASKED, State.AGREED})


class SecondPersonNeeded(Forbidden):
    code = "privacy.second_person_needed"
    says = gettext_noop(
        "Somebody else decides: neither who asked for it nor the person it is about."
    )


class ManyNeedAgreement(Forbidden):
    code = "privacy.many_need_agreement"
    says = gettext_noop(
        "More than %(most)s contacts in full at once: ask for it, and somebody else decides."
    )


class PetitionDecided(Conflict):
    code = "privacy.petition_decided"
    says = gettext_noop("This request is decided already.")


def needs_second(kind: Asked, *, by: int, about: int | None) -> bool:
    """Tell whether somebody else has to agree, by numbers of people."""
    return kind is not Asked.COPY or by != about


def may_decide(*, by: int, asked_by: int, about: int | None) -> bool:
    """Tell whether a person is the second one, by numbers of people."""
    return by not in (asked_by, about)


def answer_by(asked_on: date) -> date:
    """Return the last day on which a request of a person is answered in time."""
    day, left = asked_on, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, calendar=DayCount.CHINA)
    return min(day, asked_on + timedelta(days=MONTH))
