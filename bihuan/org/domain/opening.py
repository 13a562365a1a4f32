"""Opening: what others open to a person on a day: units that are lent, things that are shared.

>>> from datetime import date
>>> lent = LentSeat(delegation_id=3, lender_id=7, role=Role.MANAGER, path="/1/4/", is_whole=True)
>>> opened = Openings(date(2026, 10, 1), own=((Role.REP, "/1/5/"),), lent=(lent,))
>>> opened.held == ((Role.REP, "/1/5/"), (Role.MANAGER, "/1/4/"))
True
>>> opened.stands_for
frozenset({7})
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Lent, Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class LentSeat:
    """A role in a unit that is lent, by whom and by which delegation."""

    delegation_id: int
    lender_id: int
    role: Role
    path: str
    is_whole: bool
    """Whether all is lent that can be: then their tasks go along."""


@dataclass(frozen=True, slots=True)
class Openings:
    """What a person holds themselves on a day, and what others open to them."""

    day: date
    own: tuple[tuple[Role, str], ...]
    lent: tuple[LentSeat, ...] = ()
    shared: tuple[Shared, ...] = ()
    is_kept: bool = False
    """Whether it holds for the whole of a request."""

    @property
    def held(self) -> tuple[tuple[Role, str], ...]:
        """Return role and unit of everything that is held, one's own and what is lent."""
        return (*self.own, *((each.role, each.path) for each in self.lent))

    @property
    def units_lent(self) -> tuple[Lent, ...]:
        """Return the units managed in somebody else's place, without those managed anyway."""
        own = tuple(path for role, path in self.own if role is Role.MANAGER)
        return tuple(
            Lent(each.lender_id, each.path)
            for each in self.lent
            if each.role is Role.MANAGER and not each.path.startswith(own)
        )

    @property
    def stands_for(self) -> frozenset[int]:
        """Return in whose place the person stands altogether."""
        return frozenset(each.lender_id for each in self.lent if each.is_whole)
