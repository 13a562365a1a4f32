"""Assignment: a seat held by a person, which is a role in a unit, from a day until another.

Days are half-open: a seat that ends on the 1st is held through the day before.
The home seat is the one in which a person's own facts are earned; a person has
at most one on any day. The first selling role taken becomes the home seat.

>>> from datetime import date
>>> rep = Seat(unit_id=4, role=Role.REP, valid_from=date(2026, 1, 1))
>>> settle(rep, held=[]).is_home
True
>>> later = Seat(unit_id=5, role=Role.MANAGER, valid_from=date(2026, 7, 1))
>>> settle(later, held=[settle(rep, held=[])]).is_home
False

The same seat asked for again is held already, and nothing is to be done:

>>> settle(rep, held=[settle(rep, held=[])]) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.domain.role import SELLING, Role

BEGINNING = date(1990, 1, 1)
"""The day from which a seat is held when nobody knows better."""


class SeatTaken(Conflict):
    code = "org.seat_taken"
    says = gettext_noop("%(person)s already holds a seat of this kind at that time.")


class SeatEndsTooEarly(Invalid):
    code = "org.seat_ends_too_early"
    says = gettext_noop("A seat taken on %(since)s can end on the day after at the earliest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A role in a unit for a time; ``is_home`` is left open until it is settled."""

    unit_id: int
    role: Role
    valid_from: date = BEGINNING
    valid_to: date | None = None
    is_home: bool | None = None

    def overlaps(self, other: Seat) -> bool:
        """Return whether two seats are held on one day."""
        begins_in_time = other.valid_to is None or self.valid_from < other.valid_to
        return begins_in_time and (self.valid_to is None or other.valid_from < self.valid_to)

    def contains(self, other: Seat) -> bool:
        """Return whether this seat is held on every day of the other."""
        if other.valid_from < self.valid_from:
            return False
        return self.valid_to is None or (
            other.valid_to is not None and other.valid_to <= self.valid_to
        )


def settle(wanted: Seat, *, held: Sequence[Seat], name: str = "") -> Seat | None:
    """Return the seat as it is to be taken, or None when it is held already.

    Raises ``SeatTaken`` when it would overlap a seat of the same kind.
    """
    if wanted.valid_to is not None and wanted.valid_to <= wanted.valid_from:
        raise SeatEndsTooEarly(since=wanted.valid_from)
    at_that_time = [seat for seat in held if seat.overlaps(wanted)]
    for seat in at_that_time:
        if (seat.unit_id, seat.role) == (wanted.unit_id, wanted.role):
            if seat.contains(wanted) and wanted.is_home in (None, seat.is_home):
                return None
            raise SeatTaken(person=name)
    is_seated = any(seat.is_home for seat in at_that_time)
    if wanted.is_home and is_seated:
        raise SeatTaken(person=name)
    home = wanted.role in SELLING and not is_seated if wanted.is_home is None else wanted.is_home
    return replace(wanted, is_home=home)
