"""Sight: whether a file could be looked into, and what becomes of one that could not.

A file in which a value occurs is destroyed. One that nobody can look into may hold one as
well. What only the person who is erased brought goes with them; what others brought too, or
what the company keeps for all, stays, and is named for somebody to look into by hand.

>>> fate_of(None, has_value=True, is_theirs=False)
<Fate.DESTROYED: 'destroyed'>
>>> fate_of(Unseen.LOCKED, has_value=False, is_theirs=True)
<Fate.DESTROYED: 'destroyed'>
>>> fate_of(Unseen.LOCKED, has_value=False, is_theirs=False)
<Fate.NAMED: 'named'>
>>> fate_of(None, has_value=False, is_theirs=True)
<Fate.KEPT: 'kept'>
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNLOOKED = "unlooked"
"""Under which word a certificate lists the files that nobody could look into."""


class Unseen(StrEnum):
    """Why a file could not be looked into."""

    LOCKED = "locked"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    GLYPHS = "glyphs"
    """A PDF that draws its letters by the numbers of a font: its words cannot be read."""
    UNREADABLE = "unreadable"


class Fate(StrEnum):
    DESTROYED = "destroyed"
    NAMED = "named"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlooked:
    """A file that stays and could not be looked into: where it lies, why, and where it opens."""

    place: str
    why: Unseen
    page: str = ""

    def as_data(self) -> dict[str, str]:
        return {"place": self.place, "why": self.why.value, "page": self.page}


def fate_of(unseen: Unseen | None, *, has_value: bool, is_theirs: bool) -> Fate:
    """Return what erasing somebody does to a file."""
    if has_value or (unseen is not None and is_theirs):
        return Fate.DESTROYED
    return Fate.KEPT if unseen is None else Fate.NAMED
