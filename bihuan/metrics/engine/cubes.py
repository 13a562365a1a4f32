"""Cubes: tallies summed beforehand, by person, unit and day, and by unit and day.

They are derived files beside the replica's base. Each holds the tallies of the
catalogue up to the last fact of a base; what came after is added to every answer,
so a cube is never behind, only long to add to. A definition that changes names
its tallies anew, and until they are in a cube its figures come from the facts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial, reduce
from operator import or_
from typing import NamedTuple, cast

import duckdb
import ibis
from django.db import connection, connections

from bihuan.facts import replica
from bihuan.facts.replica import COLUMN_TYPES, Derived, Reading
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine.compiling import Asked
from bihuan.metrics.engine.tallies import (
    CUBE,
    KEYS,
    Tally,
    added,
    can_be_cubed,
    cube_for,
    does_add_up,
    sql_of,
    tallies_of,
    wanted,
)
from bihuan.org.models import Tenant

LEAST = 200_000
"""Below so many facts, adding them up takes no longer than finding a cube."""
SHARE = 20
"""A cube is built anew when the facts after it are one in so many."""
DAYS_AT_ONCE = 28
"""A cube is built so many days at a time, and lies so on the disk, by person within."""
PAUSE = 10
"""So many seconds pass before a process looks again whether a cube is due."""

_looked: dict[int, int] = {}


class Taken(NamedTuple):
    """The cube that an answer begins from, if any, and whether facts came after it."""

    cube: str
    has_more: bool


def cube_of(reading: Reading, by: tuple[str, ...], asked: Asked, names: frozenset[str]) -> Taken:
    """Return the cube that an answer can begin from."""
    if reading.base_upto >= LEAST and can_be_cubed(by, asked):
        there = reading.attach(CUBE)
        if there is not None and names <= _held(there):
            return Taken(cube_for(by, asked), reading.upto > there.upto)
    return Taken("", has_more=True)


@lru_cache(maxsize=64)
def _held(cube: Derived) -> frozenset[str]:
    return frozenset(cube.holds.split())


def keep_up(tenant: Tenant, definitions: Callable[[], Iterable[MetricDefinition]]) -> None:
    """Have the cube built behind the answer when it is missing, old, or lacks a metric."""
    now = time.monotonic_ns()
    if connection.in_atomic_block or now - _looked.get(tenant.pk, 0) < PAUSE * 10**9:
        return
    _looked[tenant.pk] = now
    base = replica.base_of(tenant)
    if base is None or base.upto < LEAST:
        return
    tallies = tallies_to_hold(definitions())
    if _is_due(replica.derived_of(tenant, CUBE), base.upto, tallies):
        build = partial(_build_behind, tenant, tallies)
        threading.Thread(target=build, name="cube-builder").start()


def _is_due(cube: Derived | None, upto: int, tallies: Sequence[Tally]) -> bool:
    if cube is None or not _held(cube) >= {tally.name for tally in tallies}:
        return True
    return upto - cube.upto > upto // SHARE


def _build_behind(tenant: Tenant, tallies: Sequence[Tally]) -> None:
    try:
        build(tenant, tallies)
    finally:
        connections.close_all()


def tallies_to_hold(definitions: Iterable[MetricDefinition]) -> list[Tally]:
    """Return the different tallies of all metrics that are made of them."""
    found: dict[Tally, None] = {}
    for definition in definitions:
        if does_add_up(definition):
            found |= dict.fromkeys(tallies_of(definition))
    return list(found)


def build(tenant: Tenant, tallies: Sequence[Tally]) -> Derived | None:
    """Build the cube of the present base, unless somebody is building it now."""
    holds = " ".join(sorted(tally.name for tally in tallies))
    return replica.derive(tenant, CUBE, holds, lambda con: _parts(con, tallies))


def _parts(con: duckdb.DuckDBPyConnection, tallies: Sequence[Tally]) -> Iterator[tuple[str, str]]:
    """Give what is summed by person, unit and day, some days at a time, and that by unit."""
    days = con.execute("SELECT min(business_on), max(business_on) FROM facts").fetchone()
    first, last = cast("tuple[date, date]", days)
    while first <= last:
        end = first + timedelta(days=DAYS_AT_ONCE)
        yield "person_day", _person_day(tallies, first, end)
        first = end
    sums = ", ".join(f"sum({tally.name})::BIGINT AS {tally.name}" for tally in tallies)
    yield (
        "unit_day",
        f"SELECT unit_id, business_on, {sums} FROM person_day GROUP BY ALL"
        " ORDER BY business_on, unit_id",
    )


def _person_day(tallies: Sequence[Tally], start: date, end: date) -> str:
    facts = ibis.table(dict(COLUMN_TYPES), name="facts")
    inside = facts.filter((facts.business_on >= start) & (facts.business_on < end))
    kept = wanted(inside, tallies)
    parts = kept.select(*KEYS, **added(kept, tallies))
    sums = {tally.name: ibis.coalesce(parts[tally.name].sum(), 0) for tally in tallies}
    found = parts.group_by(list(KEYS)).aggregate(**sums)
    is_any = reduce(or_, (found[name] != 0 for name in sums))
    whole = ", ".join(f"{name}::BIGINT AS {name}" for name in sums)
    return (
        f"SELECT {', '.join(KEYS)}, {whole} FROM ({sql_of(found.filter(is_any))})"
        " ORDER BY person_id, business_on"
    )
