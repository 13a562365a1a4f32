"""Whom a response goes to on a day: by how they stand to the subject, from dated seats."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant
from bihuan.rules.domain.response import Response, To, nearest

Held = dict[str, set[int]]
"""Who holds a role, by the path of the unit."""


@dataclass(frozen=True, slots=True)
class About:
    """Of whom a response speaks: a person, or a unit and nobody in particular."""

    person_id: int | None
    path: str


class Addressing:
    """The seats of a company, read once; asked for any day."""

    def __init__(self, tenant: Tenant) -> None:
        seats = Assignment.objects.filter(tenant=tenant, person__is_robot=False)
        self._seats = list(
            seats.values_list(
                "role", "unit__path", "person_id", "valid_from", "valid_to", "person__ended_on"
            )
        )
        self._held = lru_cache(maxsize=64)(self._held_on)
        self.people: dict[int, Person] = Person.objects.filter(tenant=tenant).in_bulk()

    def _held_on(self, role: Role, on: date) -> Held:
        held: Held = defaultdict(set)
        for of, path, person, start, end, left in self._seats:
            is_there = start <= on and (end is None or on < end) and (left is None or on < left)
            if of == role.value and is_there:
                held[path].add(person)
        return held

    def find(self, response: Response, about: About, on: date) -> list[Person]:
        """Return whom a response goes to, in the order of their ids; there may be nobody."""
        found = self._ids(response, about, on)
        return [self.people[each] for each in sorted(found)]

    def _ids(self, response: Response, about: About, on: date) -> set[int]:
        match response.to:
            case To.PERSON if about.person_id is not None:
                return {about.person_id}
            case To.PERSON:
                return set(self._held(Role.MANAGER, on).get(about.path, ()))
            case To.QUALITY_OFFICER:
                everybody = self._held(Role.QUALITY_OFFICER, on).values()
                return {each for people in everybody for each in people}
            case _:
                role = _role(response)
                return nearest(about.path, self._held(role, on), without=about.person_id)


def _role(response: Response) -> Role:
    roles = {To.MANAGER: Role.MANAGER, To.HRBP: Role.HRBP}
    return response.role or roles.get(response.to, Role.MANAGER)
