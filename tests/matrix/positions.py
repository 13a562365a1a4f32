"""Which route and method was tried by whom, and where what it was about lay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.matrix.places import KINDS, Places, Position
from tests.matrix.routes import plain
from tests.matrix.world import World

ROLES: dict[str, tuple[str, ...]] = {
    "nobody": ("anonymous",),
    "rep": ("rep", "rep by token"),
    "manager": ("manager",),
    "store clerk": ("store clerk",),
    "HRBP": ("HRBP",),
    "quality officer": ("quality officer",),
    "admin": ("admin",),
    "integration": ("integration by token", "integration by session"),
}
"""The eight roles that every route is tried in, and who knocks in each."""
ROLE_OF = {actor: role for role, actors in ROLES.items() for actor in actors}

Cell = tuple[str, str, str, str]
"""A route, a method, a role and a position."""


class Knocking(Protocol):
    """Whoever knocks, as far as it counts here."""

    @property
    def name(self) -> str: ...

    @property
    def person(self) -> str | None: ...


class Door(Protocol):
    """Where one knocks, as far as it counts here."""

    @property
    def route(self) -> str: ...

    @property
    def method(self) -> str: ...

    @property
    def about(self) -> Mapping[str, str]: ...


class Sight:
    """Where the rows of the world lie in the eyes of each who knocks."""

    def __init__(self, world: World, places: Places) -> None:
        self.world = world
        self.places = places
        self._of_kind: dict[tuple[str | None, str], dict[Position, list[str]]] = {}
        self._anywhere: dict[str | None, frozenset[Position]] = {}

    def of_row(self, actor: Knocking, kind: str, pk: int) -> frozenset[Position]:
        person = self.world.people[actor.person].pk if actor.person else None
        return self.places.seen_from(person, self.places.of(kind, pk))

    def of_request(
        self, actor: Knocking, door: Door, objects: Mapping[str, int]
    ) -> frozenset[Position]:
        """Return where all that a request is about lies.

        What is about no row shows rows of every kind there is, wherever they lie: the canary
        of each would be heard.
        """
        if not door.about:
            return self.anywhere(actor)
        places = [self.of_row(actor, kind, objects[name]) for name, kind in door.about.items()]
        return frozenset.intersection(*places)

    def of_kind(self, actor: Knocking, kind: str) -> dict[Position, list[str]]:
        """Return the names of the rows of a kind that lie in each position."""
        key = (actor.person, kind)
        if key not in self._of_kind:
            self._of_kind[key] = self._sorted_out(actor, kind)
        return self._of_kind[key]

    def _sorted_out(self, actor: Knocking, kind: str) -> dict[Position, list[str]]:
        found: dict[Position, list[str]] = {}
        for name, pk in self.world.objects[kind].items():
            for position in self.of_row(actor, kind, pk):
                found.setdefault(position, []).append(name)
        return found

    def anywhere(self, actor: Knocking) -> frozenset[Position]:
        """Return the positions in which somebody has a row of whatever kind."""
        if actor.person not in self._anywhere:
            self._anywhere[actor.person] = frozenset(
                position
                for kind in KINDS & self.world.objects.keys()
                for position in self.of_kind(actor, kind)
            )
        return self._anywhere[actor.person]


def all_cells(doors: Iterable[Door]) -> Iterator[Cell]:
    """Return what there is to try: every route and method, in every role, at every position."""
    for route, method in {(plain(door.route), door.method) for door in doors}:
        for role in ROLES:
            for position in Position:
                yield route, method, role, position.value


@dataclass
class Tally:
    """Which route and method was tried by whom, and where what it was about lay."""

    sight: Sight
    cells: set[Cell] = field(default_factory=set)

    def note(self, actor: Knocking, door: Door, objects: Mapping[str, int]) -> None:
        """Note one request; who knocks beyond the eight roles is not counted."""
        role = ROLE_OF.get(actor.name)
        if role is not None:
            route = plain(door.route)
            for place in self.sight.of_request(actor, door, objects):
                self.cells.add((route, door.method, role, place.value))
