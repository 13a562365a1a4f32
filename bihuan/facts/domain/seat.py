"""Seat: the unit in which a person's facts are earned on a day.

Assignments are dated and half-open, so a fact keeps the unit the person sat in
on its business day, wherever they sit now.

>>> seats = Seats(
...     held={7: [(date(2025, 1, 1), date(2026, 1, 1), 40), (date(2026, 1, 1), None, 50)]},
...     regions={40: "East", 50: "West"},
... )
>>> seats.unit_of(7, date(2025, 12, 31)), seats.unit_of(7, date(2026, 1, 1))
(40, 50)
>>> seats.region_of(50), seats.unit_of(8, date(2026, 1, 1))
('West', None)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Held = tuple[date, date | None, int]


@dataclass(frozen=True, slots=True)
class Seats:
    """Who sat where, and which region each unit lies in."""

    held: Mapping[int, Sequence[Held]]
    regions: Mapping[int, str]

    def unit_of(self, person_id: int | None, day: date) -> int | None:
        """Return the unit a person sat in on a day, if they sat anywhere."""
        if person_id is None:
            return None
        for start, end, unit_id in self.held.get(person_id, ()):
            if start <= day and (end is None or day < end):
                return unit_id
        return None

    def region_of(self, unit_id: int | None) -> str:
        """Return the name of the region a unit lies in, or nothing."""
        return "" if unit_id is None else self.regions.get(unit_id, "")
