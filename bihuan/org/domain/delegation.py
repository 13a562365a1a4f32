"""Delegation: what somebody manages or serves, lent to a colleague for some days.

Lent is what the lender holds themselves on that day, and no more: never what was lent to
them, so nothing is passed on, and never an administrator's or a quality officer's role. A
delegation may be of all of it, of one role, or of one unit:

>>> team, east = Held(role=Role.MANAGER, path="/1/4/9/"), Held(role=Role.HRBP, path="/1/4/")
>>> [(role.value, path) for role, path in lent_seats([team, east], Limits())]
[('manager', '/1/4/9/'), ('hrbp', '/1/4/')]
>>> [path for _, path in lent_seats([team, east], Limits(role=Role.MANAGER))]
['/1/4/9/']

Of a unit below, only that; of a unit above what the lender has, what they have:

>>> [lent_seats([team], Limits(path=path))[0][1] for path in ("/1/4/9/2/", "/1/")]
['/1/4/9/2/', '/1/4/9/']
>>> lent_seats([team], Limits(path="/1/5/"))
[]
>>> lent_seats([Held(role=Role.ADMIN, path="/1/")], Limits())
[]

Days are half-open, and it can be ended early: from that day on it holds no longer.

>>> days = Days(valid_from=date(2026, 10, 1), valid_to=date(2026, 10, 9))
>>> [days.holds(date(2026, 10, day)) for day in (1, 8, 9)]
[True, True, False]
>>> Days(days.valid_from, days.valid_to, date(2026, 10, 3)).holds(date(2026, 10, 3))
False
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.kernel.errors import Conflict, Forbidden, Invalid, gettext_noop
from bihuan.org.domain.role import Role

LENDABLE = frozenset({Role.MANAGER, Role.HRBP})
LONGEST = timedelta(days=92)
"""Who is away for longer is replaced, not stood in for."""


class NothingToLend(Invalid):
    code = "org.nothing_to_lend"
    says = gettext_noop("%(person)s leads or serves nothing of that on %(day)s.")


class DelegationDays(Invalid):
    code = "org.delegation_days"
    says = gettext_noop(
        "A delegation begins today or later, lasts a day at least and 92 days at most."
    )


class DelegationToOneself(Invalid):
    code = "org.delegation_to_oneself"
    says = gettext_noop("Somebody else stands in for you.")


class AlreadyLent(Conflict):
    code = "org.already_lent"
    says = gettext_noop("This is lent to %(person)s already on some of these days.")


class DelegationOver(Conflict):
    code = "org.delegation_over"
    says = gettext_noop("This delegation is over already.")


class NotYoursToLend(Forbidden):
    code = "org.not_yours_to_lend"
    says = gettext_noop("Everybody lends what is their own; an administrator does it for others.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that a lender holds themselves in a unit."""

    role: Role
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a delegation is limited to: one role, one unit; nothing said is all."""

    role: Role | None = None
    path: str = ""


EVERYTHING = Limits()


@dataclass(frozen=True, slots=True)
class Days:
    """From when until when a delegation holds, and on which day it was ended early."""

    valid_from: date
    valid_to: date
    ended_on: date | None = None

    def holds(self, day: date) -> bool:
        is_ended = self.ended_on is not None and self.ended_on <= day
        return self.valid_from <= day < self.valid_to and not is_ended

    def check(self, today: date) -> None:
        """Refuse days that are over, turned round or too many."""
        length = self.valid_to - self.valid_from
        if self.valid_from < today or not timedelta(0) < length <= LONGEST:
            raise DelegationDays()


def lent_seats(held: Iterable[Held], limits: Limits) -> list[tuple[Role, str]]:
    """Return role and unit path of what is lent, of what a lender holds themselves."""
    found = []
    for each in held:
        path = _both(each.path, limits.path)
        if each.role in LENDABLE and limits.role in (None, each.role) and path:
            found.append((each.role, path))
    return found


def _both(held: str, wanted: str) -> str:
    """Return the smaller of two units where one lies in the other, else nothing."""
    if not wanted or held.startswith(wanted):
        return held
    return wanted if wanted.startswith(held) else ""
