"""Who is covered by a rule on a morning, and since when they have been there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit
from bihuan.rules.domain.cover import Cover, covers
from bihuan.rules.domain.subject import Subject

Key = tuple[str, int]
"""A subject: its kind and its id, as ``("person", 7)`` or ``("account", 12)``."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A home seat of somebody, from a day until another."""

    start: date
    end: date | None
    unit_id: int
    path: str
    role: Role

    def holds_on(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


class Seating:
    """Every home seat of a company, its units, and who has left; read once."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.units: Mapping[int, Unit] = Unit.objects.filter(tenant=tenant).in_bulk()
        gone = Person.objects.filter(tenant=tenant, ended_on__isnull=False)
        self.left: Mapping[int, date] = {
            pk: on for pk, on in gone.values_list("pk", "ended_on") if on is not None
        }
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        held = Assignment.objects.filter(tenant=tenant, person__is_robot=False).at_home()
        for person, start, end, unit, role in held.order_by("valid_from").values_list(
            "person_id", "valid_from", "valid_to", "unit_id", "role"
        ):
            path = self.units[unit].path
            self.seats[person].append(Seat(start, end, unit, path, Role(role)))

    @cached_property
    def root(self) -> int:
        """Return the unit that everything lies in."""
        return min(self.units.values(), key=lambda unit: unit.depth).pk

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units.values()}

    def paths(self, cover: Cover) -> list[str]:
        """Return the paths of the units that a cover names; one that is gone covers nobody."""
        return [self._by_code[code].path for code in cover.units if code in self._by_code]

    def covered(self, subject: Subject, cover: Cover, on: date) -> dict[Key, int]:
        """Return every subject that is covered on a morning, with the unit it is seen in."""
        paths = self.paths(cover)
        if subject is Subject.UNIT:
            return {
                ("unit", unit.pk): unit.pk
                for unit in self.units.values()
                if (unit.ended_on is None or unit.ended_on > on)
                and (not cover.units or any(unit.path.startswith(path) for path in paths))
            }
        found: dict[Key, int] = {}
        for person in self.seats:
            seat = self.seat_on(person, on)
            if seat is not None and covers(cover, path=seat.path, paths=paths, role=seat.role):
                found["person", person] = seat.unit_id
        return found

    def seat_on(self, person: int, on: date) -> Seat | None:
        """Return the seat that somebody has at home on a day; nobody who has left has one."""
        left = self.left.get(person)
        if left is not None and left <= on:
            return None
        return next((each for each in self.seats.get(person, ()) if each.holds_on(on)), None)

    def there_since(self, key: Key, on: date) -> date | None:
        """Return since when a subject has been there without a day between two seats."""
        if key[0] == "unit":
            return date.min
        since: date | None = None
        end: date | None = date.min
        for seat in self.seats.get(key[1], ()):
            if seat.start > on:
                break
            if since is None or (end is not None and seat.start > end):
                since = seat.start
            end = _later(end, seat.end)
        is_there = end is None or on < end
        return since if is_there else None


def _later(one: date | None, other: date | None) -> date | None:
    """Return the later of two ends; none is later than any."""
    return None if one is None or other is None else max(one, other)
