"""Building the file of the replica: copy the sealed base, append, publish.

One builder at a time, under a lock that the kernel frees when its holder dies.
What is being built has another name until it is whole, so a builder that is
killed leaves nothing that a reader would take. Readers keep the file they have
open; one older generation is kept for those who have just read the manifest.

The ledger is only read, so nobody who appends to it ever waits for a builder.
Where nothing can be written, the old base goes on serving.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.db import connection

from bihuan.base import openlineage
from bihuan.facts.replica import telling
from bihuan.facts.replica.columns import TABLE, read_facts
from bihuan.facts.replica.manifest import (
    Manifest,
    building_alone,
    folder_of,
    head_of,
    read_manifest,
    sync_folder,
    write_manifest,
)
from bihuan.org.models import Tenant

logger = logging.getLogger(__name__)

AFTER = 20_000
"""So many facts after the base make a new base worth building, and a hundredth of a large one."""
SHARE = 100
PAUSE = 60
"""So many seconds pass before a process tries again where a base could not be built."""
ROOM = 64 * 1024 * 1024
"""So many bytes are left free beside a base."""

_failed: dict[Path, int] = {}
"""When this process could not build, by folder."""


def open_file(path: str) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, or ``:memory:``, within the bounds of one process of many."""
    return duckdb.connect(path, config={"threads": 2, "memory_limit": "1GB"})


@contextmanager
def written(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Write a file that nobody reads yet; it is whole when the block has ended.

    There is no log beside it, which would write everything twice: a file that is not finished is
    thrown away, so nothing would ever be brought back from a log.
    """
    quoted = str(path).replace("'", "''")
    with open_file(":memory:") as con:
        con.execute(f"SET temp_directory = '{quoted}.tmp'")
        con.execute(f"ATTACH '{quoted}' AS made (RECOVERY_MODE no_wal_writes)")
        con.execute("USE made")
        yield con
        con.execute("CHECKPOINT made")
        con.execute("USE memory")
        con.execute("DETACH made")


def step_after(base: Manifest | None) -> int:
    """Return how many facts make the next base worth building.

    All of a base is copied for the next one, so the step grows with it.
    """
    return max(AFTER, base.upto // SHARE) if base is not None else AFTER


def catch_up(tenant: Tenant, *, after: int | None = None, wait: bool = False) -> Manifest | None:
    """Build the next base when at least so many facts have come since the last one.

    Returns the newest base, or None when there is none: nothing is built by two
    processes at once, nor of facts that are not committed yet. ``wait`` waits for
    another builder and takes what it has built.
    """
    folder = folder_of(tenant)
    if connection.in_atomic_block or _has_just_failed(folder):
        return read_manifest(folder, tenant)
    with building_alone(folder, wait=wait) as is_ours:
        if not is_ours:
            return read_manifest(folder, tenant)
        base = usable_base(folder, tenant)
        new = head_of(tenant).last - (base.upto if base else 0)
        if new < max(step_after(base) if after is None else after, 1):
            return base
        return _build_or_keep(folder, tenant, base)


def rebuild(tenant: Tenant) -> Manifest | None:
    """Build the base anew from the ledger, whatever is there."""
    folder = folder_of(tenant)
    with building_alone(folder, wait=True):
        return _build(folder, tenant, None) if head_of(tenant).last else None


def base_of(tenant: Tenant) -> Manifest | None:
    """Return the newest base, as its manifest tells."""
    return read_manifest(folder_of(tenant), tenant)


def discard(tenant: Tenant) -> None:
    """Let nobody use the present base any more."""
    (folder_of(tenant) / "manifest.json").unlink(missing_ok=True)


def usable_base(folder: Path, tenant: Tenant) -> Manifest | None:
    """Return the present base if it was built from this very ledger."""
    base = read_manifest(folder, tenant)
    if base is None:
        return None
    [there] = head_of(tenant, base.upto).named
    return base if there == base.last_fact else None


def _has_just_failed(folder: Path) -> bool:
    return folder in _failed and time.monotonic_ns() - _failed[folder] < PAUSE * 10**9


def _build_or_keep(folder: Path, tenant: Tenant, base: Manifest | None) -> Manifest | None:
    """Build the next base, from the ledger alone if the last one cannot be read.

    Where that fails too, as on a disk that is full, the last one stays.
    """
    for start in dict.fromkeys((base, None)):
        try:
            return _build(folder, tenant, start)
        except (duckdb.Error, OSError) as error:
            logger.warning("the replica in %s could not be built: %s", folder, error)
            _drop_unfinished(folder)
            if isinstance(error, OSError):
                break
    _failed[folder] = time.monotonic_ns()
    return base


def _build(folder: Path, tenant: Tenant, base: Manifest | None) -> Manifest:
    """Build and publish a base, and say so where anybody is told."""
    run = openlineage.begin(f"{tenant.code}.replica.sync", inputs=[telling.ledger()])
    try:
        made = _publish(folder, tenant, base)
    except (duckdb.Error, OSError) as error:
        run.fail(str(error))
        raise
    run.complete(
        inputs=[telling.ledger()],
        outputs=[telling.replica(tenant, made.upto, is_output=True)],
    )
    return made


def _publish(folder: Path, tenant: Tenant, base: Manifest | None) -> Manifest:
    _drop_unfinished(folder)
    _require_room(folder, base)
    path = folder / f"building-{secrets.token_hex(4)}.duckdb"
    if base is not None:
        shutil.copyfile(folder / base.file, path)
    head = head_of(tenant)
    _append(path, tenant, after=base.upto if base else 0, upto=head.last)
    written = path.stat()
    made = Manifest(
        file=f"base-{head.last}-{path.stem.removeprefix('building-')}.duckdb",
        size=written.st_size,
        written_ns=written.st_mtime_ns,
        upto=head.last,
        last_fact=head.last_fact,
        time_zone=tenant.time_zone,
    )
    path.replace(folder / made.file)
    sync_folder(folder)
    write_manifest(folder, made)
    _drop_old(folder, keep={made.file, base.file if base else ""})
    _failed.pop(folder, None)
    return made


def _require_room(folder: Path, base: Manifest | None) -> None:
    """Refuse to begin what the disk has no room for, before it is full for everybody."""
    if shutil.disk_usage(folder).free < (base.size if base else 0) + ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _append(path: Path, tenant: Tenant, *, after: int, upto: int) -> None:
    """Append the facts after a number up to another to the file."""
    with written(path) as con:
        con.execute(f"CREATE TABLE IF NOT EXISTS facts ({TABLE})")
        expected = _count(con)
        for chunk in read_facts(tenant, after=after, upto=upto):
            con.register("chunk", chunk)
            con.execute("INSERT INTO facts SELECT * FROM chunk")
            con.unregister("chunk")
            expected += chunk.num_rows
        if _count(con) != expected:
            raise duckdb.IOException("the file does not hold what was written")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT count(*) FROM facts").fetchone()
    return int(row[0]) if row else 0


def _drop_unfinished(folder: Path) -> None:
    for left in folder.glob("building-*"):
        left.unlink(missing_ok=True)


def _drop_old(folder: Path, *, keep: set[str]) -> None:
    for path in folder.glob("base-*.duckdb"):
        if path.name not in keep:
            path.unlink(missing_ok=True)
