"""Files that are derived from the base and lie beside it: cubes, for whoever adds up a lot.

What goes into one is the asker's affair; here it is built from the base alone,
by one process at a time, published by rename and named by a manifest of its own,
as the base is. It can be thrown away at any time, and is not used for another
ledger than the one it was built from.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from bihuan.facts.replica.builder import written
from bihuan.facts.replica.manifest import (
    SCHEMA_VERSION,
    Manifest,
    building_alone,
    folder_of,
    publish,
    read_manifest,
)
from bihuan.org.models import Tenant

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A derived file: what it holds, and up to which fact of which ledger."""

    file: str
    size: int
    written_ns: int
    upto: int
    last_fact: str
    time_zone: str
    holds: str
    """What the asker knows it again by."""
    schema: str = SCHEMA_VERSION


def read_derived(folder: Path, name: str, tenant: Tenant) -> Derived | None:
    """Return the newest derived file of a name, unless there is none that can be used."""
    try:
        found = Derived(**json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        there = (folder / found.file).stat()
    except (OSError, ValueError, TypeError):
        return None
    is_current = (found.schema, found.time_zone) == (SCHEMA_VERSION, tenant.time_zone)
    is_same = (there.st_size, there.st_mtime_ns) == (found.size, found.written_ns)
    return found if is_current and is_same else None


def derived_of(tenant: Tenant, name: str) -> Derived | None:
    """Return the newest derived file of a name, as its manifest tells."""
    return read_derived(folder_of(tenant), name, tenant)


Parts = Callable[[duckdb.DuckDBPyConnection], Iterable[tuple[str, str]]]
"""Gives tables by name and what is to be appended to each, one statement after the other."""


def derive(tenant: Tenant, name: str, holds: str, parts: Parts) -> Derived | None:
    """Build a derived file from the present base, unless somebody is building it now.

    What ``parts`` gives sees the table ``facts``, which is the base and no more, and
    what was appended before. Where the file cannot be built, there is none.
    """
    folder = folder_of(tenant)
    with building_alone(folder, wait=False, name=f"{name}.lock") as is_ours:
        base = read_manifest(folder, tenant)
        if not is_ours or base is None:
            return None
        try:
            return _derive(folder, (name, holds), base, parts)
        except (duckdb.Error, OSError) as error:
            logger.warning("%s could not be derived in %s: %s", name, folder, error)
            return None
        finally:
            _drop(folder, f"deriving-{name}-*", set())


def _derive(
    folder: Path,
    named: tuple[str, str],
    base: Manifest,
    parts: Parts,
) -> Derived:
    name, holds = named
    path = folder / f"deriving-{name}-{secrets.token_hex(4)}.duckdb"
    source = str(folder / base.file).replace("'", "''")
    with written(path) as con:
        con.execute(f"ATTACH '{source}' AS base (READ_ONLY)")
        con.execute("CREATE TEMP VIEW facts AS SELECT * FROM base.facts")
        for table, select in parts(con):
            con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS {select} LIMIT 0")
            con.execute(f"INSERT INTO {table} {select}")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    there = path.stat()
    made = Derived(
        file=f"{name}-{base.upto}-{path.stem.rpartition('-')[2]}.duckdb",
        size=there.st_size,
        written_ns=there.st_mtime_ns,
        upto=base.upto,
        last_fact=base.last_fact,
        time_zone=base.time_zone,
        holds=holds,
    )
    path.replace(folder / made.file)
    before = {path.name for path in folder.glob(f"{name}-*.duckdb")}
    publish(folder, f"{name}.json", asdict(made))
    _drop(folder, f"{name}-*.duckdb", {made.file, _newest(folder, before - {made.file})})
    return made


def _newest(folder: Path, names: set[str]) -> str:
    """Return the file that was the newest before: who has just read of it still opens it."""
    return max(names, key=lambda name: (folder / name).stat().st_mtime_ns, default="")


def _drop(folder: Path, pattern: str, keep: set[str]) -> None:
    for path in folder.glob(pattern):
        if path.name not in keep:
            path.unlink(missing_ok=True)
