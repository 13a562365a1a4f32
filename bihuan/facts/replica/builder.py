"""Building the file of the replica: copy the sealed base, append, publish.

One builder at a time, under a lock that the kernel frees when its holder dies.
What is being built has another name until it is whole, so a builder that is
killed leaves nothing that a reader would take. Readers keep the file they have
open; one older generation is kept for those who have just read the manifest.
"""

from __future__ import annotations

import os
import secrets
import shutil
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
    last_facts,
    read_manifest,
    sync_folder,
    write_manifest,
)
from bihuan.org.models import Tenant

AFTER = 20_000
"""So many facts after the base make a new base worth building."""


def open_file(path: str) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, or ``:memory:``, within the bounds of one process of many."""
    return duckdb.connect(path, config={"threads": 2, "memory_limit": "1GB"})


def catch_up(tenant: Tenant, *, after: int = AFTER) -> Manifest | None:
    """Build the next base when at least so many facts have come since the last one.

    Returns the newest base, or None when there is none: nothing is built by two
    processes at once, nor of facts that are not committed yet.
    """
    folder = folder_of(tenant)
    if connection.in_atomic_block:
        return read_manifest(folder, tenant)
    with building_alone(folder, wait=False) as is_ours:
        if not is_ours:
            return read_manifest(folder, tenant)
        base = usable_base(folder, tenant)
        last, _ = last_facts(tenant)
        if last - (base.upto if base else 0) < max(after, 1):
            return base
        try:
            return _build(folder, tenant, base)
        except duckdb.Error:
            # The base cannot be read: it is only a copy, so build from the ledger.
            return _build(folder, tenant, None)


def rebuild(tenant: Tenant) -> Manifest | None:
    """Build the base anew from the ledger, whatever is there."""
    folder = folder_of(tenant)
    with building_alone(folder, wait=True):
        last, _ = last_facts(tenant)
        return _build(folder, tenant, None) if last else None


def discard(tenant: Tenant) -> None:
    """Let nobody use the present base any more."""
    (folder_of(tenant) / "manifest.json").unlink(missing_ok=True)


def usable_base(folder: Path, tenant: Tenant) -> Manifest | None:
    """Return the present base if it was built from this very ledger."""
    base = read_manifest(folder, tenant)
    if base is None:
        return None
    _, [there] = last_facts(tenant, base.upto)
    return base if there == base.last_fact else None


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
    for left in folder.glob("building-*"):
        left.unlink(missing_ok=True)
    path = folder / f"building-{secrets.token_hex(4)}.duckdb"
    if base is not None:
        shutil.copyfile(folder / base.file, path)
    upto = _append(path, tenant, base.upto if base else 0)
    _, [last_fact] = last_facts(tenant, upto)
    made = Manifest(
        file=f"base-{upto}-{path.stem.removeprefix('building-')}.duckdb",
        upto=upto,
        last_fact=last_fact,
        time_zone=tenant.time_zone,
    )
    path.replace(folder / made.file)
    sync_folder(folder)
    write_manifest(folder, made)
    _drop_old(folder, keep={made.file, base.file if base else ""})
    return made


def _append(path: Path, tenant: Tenant, after: int) -> int:
    """Append the facts after a number to the file; return the number it now goes up to."""
    last, _ = last_facts(tenant)
    with open_file(str(path)) as con:
        con.execute(f"CREATE TABLE IF NOT EXISTS facts ({TABLE})")
        expected = _count(con)
        for chunk in read_facts(tenant, after=after, upto=last):
            con.register("chunk", chunk)
            con.execute("INSERT INTO facts SELECT * FROM chunk")
            con.unregister("chunk")
            expected += chunk.num_rows
        con.execute("CHECKPOINT")
        if _count(con) != expected:
            raise duckdb.IOException("the file does not hold what was written")
    if path.with_suffix(".duckdb.wal").exists():
        raise duckdb.IOException("the file was not closed whole")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return last


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT count(*) FROM facts").fetchone()
    return int(row[0]) if row else 0


def _drop_old(folder: Path, *, keep: set[str]) -> None:
    for path in folder.glob("base-*.duckdb"):
        if path.name not in keep:
            path.unlink(missing_ok=True)
