"""The manifest: which file of the replica is the newest, and which ledger it was built from.

It is written last and put in place by rename, so it never names a file that is
not whole on disk. A ledger is known again by its fact at the file's last number:
ids are given once, so the same id there means the same ledger up to there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from bihuan.base.home import home_path, subfolder
from bihuan.facts.replica.columns import SELECT, TABLE
from bihuan.org.models import Tenant
from bihuan.org.stores import files_below

NAME = "manifest.json"
SCHEMA_VERSION = hashlib.sha256(f"{TABLE}|{SELECT}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The newest base: its file, the number it goes up to, and the fact it ends with.

    A file of another size, or written to since, is not the one that was
    published. What the disk flips inside it, DuckDB's own checksum of each block
    tells when the block is read.
    """

    file: str
    size: int
    written_ns: int
    upto: int
    last_fact: str
    time_zone: str
    schema: str = SCHEMA_VERSION


def folder_of(tenant: Tenant) -> Path:
    """Return where a tenant's replica lies."""
    path = subfolder("replica") / str(tenant.pk)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def files_of_replica(tenant: Tenant) -> Iterator[Path]:
    """Yield the files of a tenant's replica; a tenant without one is given no folder."""
    yield from files_below(home_path() / "replica" / str(tenant.pk))


def read_manifest(folder: Path, tenant: Tenant) -> Manifest | None:
    """Return the manifest, unless there is none that can be used, for whatever reason."""
    try:
        manifest = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        found = (folder / manifest.file).stat()
    except (OSError, ValueError, TypeError):
        return None
    is_current = (manifest.schema, manifest.time_zone) == (SCHEMA_VERSION, tenant.time_zone)
    is_same = (found.st_size, found.st_mtime_ns) == (manifest.size, manifest.written_ns)
    return manifest if is_current and is_same else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a base; it is on disk when this returns."""
    publish(folder, NAME, asdict(manifest))


def publish(folder: Path, name: str, said: dict[str, Any]) -> None:
    """Put a manifest in place at one stroke; it is on disk when this returns."""
    path = folder / f"{name}.tmp"
    with path.open("w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    path.replace(folder / name)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def building_alone(folder: Path, *, wait: bool, name: str = "lock") -> Iterator[bool]:
    """Hold the right to build; yields False when another process holds it and we do not wait.

    The lock is the kernel's, so it is free again when its holder dies.
    """
    import fcntl

    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger's last number, what names the fact there, and the facts at numbers asked for."""

    last: int
    last_fact: str
    named: tuple[str, ...] = ()


def head_of(tenant: Tenant, *numbers: int) -> Head:
    """Return how far the ledger has come, in one statement, so that all of it is of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.last_seq, f.seq, f.id, f.digest FROM facts_ledger l"
            " LEFT JOIN facts_fact f ON f.tenant_id = l.tenant_id"
            " AND (f.seq = l.last_seq OR f.seq = ANY(%s)) WHERE l.tenant_id = %s",
            [list(numbers), tenant.pk],
        )
        rows = cursor.fetchall()
    last: int = rows[0][0] if rows else 0
    names = {0: "", **{seq: f"{fact_id}:{digest}" for _, seq, fact_id, digest in rows if seq}}
    return Head(last, names.get(last, "gone"), tuple(names.get(each, "gone") for each in numbers))
