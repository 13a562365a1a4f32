"""What must be well, each with whether it is: quick questions that name no secret."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from bihuan.base.home import home
from bihuan.base.jobs.showing import is_worked_on


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    name: str
    is_well: bool
    is_needed: bool
    """Whether pages cannot be served without it."""


def states() -> list[State]:
    """Return how everything is; what needs the database is not well when that is away."""
    needed: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "migrations": _tables_are_ours,
    }
    wanted: dict[str, Callable[[], bool]] = {"worker": is_worked_on, "disk": _has_room}
    return [
        *(State(name=name, is_well=_asked(ask), is_needed=True) for name, ask in needed.items()),
        *(State(name=name, is_well=_asked(ask), is_needed=False) for name, ask in wanted.items()),
    ]


def _asked(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Error:
        connection.close()
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset(loader.graph.nodes)


def _tables_are_ours() -> bool:
    """Tell whether the tables have all changes of this code, and none that it does not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return _known_migrations() <= applied and not applied - _on_disk()


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _has_room() -> bool:
    """Tell whether the disk of the home has room for the next import or backup."""
    return shutil.disk_usage(home()).free >= settings.LEAST_FREE_BYTES
