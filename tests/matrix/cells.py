"""What a full run tries, and what cannot be tried: together all there is, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.matrix.nowhere import Nowhere, reason_for
from tests.matrix.places import Position
from tests.matrix.positions import ROLES, Cell, Tally, all_cells
from tests.matrix.walk import ACTORS, Line, Row, Walk, lines_of

Gap = tuple[Line, str, Position]
"""A line, a role and a position at which nothing of it is tried."""


def tried_at(walk: Walk, rows: Sequence[Row]) -> dict[Line, set[Cell]]:
    """Return what a full run tries of each line; nothing is sent for it."""
    in_full = replace(walk, in_full=True)
    found: dict[Line, set[Cell]] = {}
    for line, together in lines_of(rows).items():
        tally = Tally(walk.sight)
        for row in together:
            for actor in ACTORS:
                for objects in in_full.tried(row, actor, together):
                    tally.note(actor, row, objects)
        found[line] = tally.cells
    return found


def gaps(tried: dict[Line, set[Cell]]) -> Iterator[Gap]:
    """Return where nothing of a line is tried in a role."""
    for (route, method, kinds), cells in tried.items():
        for role in ROLES:
            for position in Position:
                if (route, method, role, position.value) not in cells:
                    yield (route, method, kinds), role, position


def reasons(tried: dict[Line, set[Cell]]) -> dict[Cell, Nowhere]:
    """Return why a cell cannot be tried, at none of the lines of its route and method."""
    everywhere: set[Cell] = set().union(*tried.values())
    found: dict[Cell, Nowhere] = {}
    for (route, method, kinds), role, position in gaps(tried):
        cell = (route, method, role, position.value)
        reason = reason_for(role, position, kinds)
        if cell not in everywhere and reason is not None:
            found[cell] = reason
    return found


def figures(walk: Walk, rows: Sequence[Row]) -> dict[str, object]:
    """Return the line of figures of some rows: what was tried, what cannot be, what is left."""
    tried = tried_at(walk, rows)
    why = reasons(tried)
    done = walk.tally.cells
    left = set().union(*tried.values()) - done
    return {
        "routes": sorted({cell[0] for cell in all_cells(rows)}),
        "routes and methods": sorted({" ".join(cell[:2]) for cell in all_cells(rows)}),
        "roles": sorted(ROLES),
        "positions": [position.value for position in Position],
        "cells": sorted(" ".join(cell) for cell in all_cells(rows)),
        "cells tried": sorted(map(" ".join, done)),
        "cells left to a full run": sorted(map(" ".join, left)),
        "cells that cannot be": sorted(map(" ".join, why)),
        "reasons": sorted({reason.why for reason in why.values()}),
    }
