"""Where a row lies as seen by whoever knocks: one's own, below, beside, above, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tests.matrix.world import World


class Position(Enum):
    """The five places a row can have in the eyes of a person."""

    OWN = "own"
    SUB_TREE = "sub-tree"
    SIBLING = "sibling"
    PARENT = "parent"
    OTHER_TENANT = "other tenant"


THEIRS = ("their", "stranger", "other")
"""How the names of whatever belongs to the other company begin."""


def positions_of(world: World, person: str, objects: Mapping[str, int]) -> set[Position]:
    """Return where the rows that a request is about lie; a row that is not there lies nowhere."""
    names = {(pk, name) for known in world.objects.values() for name, pk in known.items()}
    named = [name for pk in objects.values() for known, name in names if known == pk]
    return {place for name in named if (place := _position(world, person, name)) is not None}


def _position(world: World, person: str, name: str) -> Position | None:
    if name in ("absent", "invented"):
        return None
    if name.startswith(THEIRS) != person.startswith(THEIRS):
        return Position.OTHER_TENANT
    if person in name.split(" in ")[0] and name.split(" in ")[0].startswith(person):
        return Position.OWN
    home, there = _unit_of(world, person), _unit_of(world, name)
    if there is None or home is None:
        return Position.PARENT
    if there.startswith(home):
        return Position.SUB_TREE
    return Position.PARENT if home.startswith(there) else Position.SIBLING


def _unit_of(world: World, name: str) -> str | None:
    """Return the path of the unit that a name of the world speaks of, by person or by itself."""
    for words in (name, name.removeprefix("unit "), name.split(" in ")[-1]):
        if words in world.units:
            return world.units[words].path
    for seat in world.objects["seat"]:
        who, _, unit = seat.partition(" in ")
        if name.startswith(who):
            return world.units[unit].path
    return None


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


@dataclass
class Tally:
    """Which route and method was tried by whom, and where what it was about lay."""

    cells: set[tuple[str, str, str, str]] = field(default_factory=set)

    def note(self, world: World, actor: Knocking, door: Door, objects: Mapping[str, int]) -> None:
        """Note one request; what shows many rows shows those of all positions."""
        places = set(Position)
        if door.about:
            places = positions_of(world, actor.person, objects) if actor.person else set()
        for place in places:
            self.cells.add((door.route, door.method, actor.name, place.value))

    def figures(self) -> dict[str, object]:
        """Return what was tried, for the line at the end of a run."""
        return {
            "routes": sorted({cell[0] for cell in self.cells}),
            "routes and methods": sorted({" ".join(cell[:2]) for cell in self.cells}),
            "actors": sorted({cell[2] for cell in self.cells}),
            "positions": sorted({cell[3] for cell in self.cells}),
            "cells": sorted(" ".join(cell) for cell in self.cells),
        }
