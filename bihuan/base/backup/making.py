"""Makes a backup while everybody goes on working.

One transaction sees the database as it was at one instant, however long the writing
takes (REPEATABLE READ). Files that go in step with a table are copied while a lock
of a few milliseconds lets nobody add to it; then the snapshot begins.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection
from psycopg import sql

from bihuan.base import clock
from bihuan.base.backup.archive import FILES, FORM, HEAD, TABLES, TAIL, Hashing, Writing, written
from bihuan.base.backup.digest import TableDigest
from bihuan.base.backup.envelope import Secret
from bihuan.base.backup.errors import BackupFolderUnusable, BackupNoRoom
from bihuan.base.backup.files import kept_files
from bihuan.base.backup.shelf import Kind, Made, Shelf
from bihuan.base.backup.still import folders_in_step
from bihuan.base.backup.tables import SPELLED_ALIKE, Server, Table, counters_of, parts_of, tables_of
from bihuan.base.home import home

Tell = Callable[[int, int], None]
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
LONGEST_STANDSTILL = "30s"
SAID_SIZES = """
    SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class
    WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind = 'r'
"""


def make_backup(
    *,
    shelf: Shelf,
    kind: Kind,
    secret: Secret | None = None,
    with_keys: bool = False,
    tell: Tell = lambda done, of: None,
) -> Made:
    """Write a backup into a folder and return what is known of it.

    The file has its name only when it is whole and on the disk. ``tell`` is told how many
    rows are written, and about how many there are.
    """
    made_at = clock.now()
    name = shelf.name_for(made_at, kind, is_sealed=secret is not None)
    unfinished = shelf.folder / f"{name}.part"
    try:
        shelf.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _private(unfinished) as file:
            below = Hashing(file)
            with written(below, secret=secret, mtime=int(made_at.timestamp())) as writing:
                rows = _write_all(writing, kind=kind, with_keys=with_keys, tell=tell)
        made = Made(
            name=name,
            kind=kind,
            made_at=made_at,
            version=version("bihuan"),
            is_sealed=secret is not None,
            has_keys=with_keys,
            size=below.size,
            sha256=below.hash.hexdigest(),
            rows=rows,
        )
        shelf.put(made, unfinished)
    except OSError as fault:
        raise _refusal(fault, shelf.folder) from fault
    finally:
        with suppress(OSError):  # A finished file has another name by now.
            unfinished.unlink()
    return made


def _refusal(fault: OSError, folder: Path) -> Exception:
    if fault.errno in NO_ROOM:
        return BackupNoRoom(folder=folder)
    return BackupFolderUnusable(folder=folder, fault=fault.strerror or fault)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for us alone; what is written is on the disk when it is closed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1024 * 1024) as file:
        yield file
        file.flush()
        os.fsync(descriptor)


def _write_all(writing: Writing, *, kind: Kind, with_keys: bool, tell: Tell) -> int:
    """Write head, files, rows and tail, and return how many rows there are."""
    with _session() as server:
        in_step = _held_files(server)
        tables = tables_of(server)
        writing.add_json(HEAD, _head(server, tables, kind=kind, with_keys=with_keys))
        files = _write_files(writing, in_step, with_keys=with_keys)
        digests = _write_rows(writing, server, tables, tell)
        counters = [
            {"table": c.table, "column": c.column, "value": c.value, "is_called": c.is_called}
            for c in counters_of(server)
        ]
    kept = {name: {"rows": each.rows, "digest": each.digest} for name, each in digests.items()}
    writing.add_json(TAIL, {"tables": kept, "files": files, "counters": counters})
    return sum(each.rows for each in digests.values())


@contextmanager
def _session() -> Iterator[Server]:
    """Open a connection of our own to the database in use."""
    own = connection.copy()
    own.ensure_connection()
    assert own.connection is not None, "it was just made"
    try:
        own.connection.execute(SPELLED_ALIKE)
        yield own.connection
    finally:
        own.close()


def _held_files(server: Server) -> dict[str, bytes]:
    """Copy the files that go in step with tables, and begin the snapshot; nobody adds meanwhile."""
    folders = folders_in_step()
    with _session() as holder:
        holder.execute("BEGIN")
        holder.execute(f"SET LOCAL lock_timeout = '{LONGEST_STANDSTILL}'")
        there = {table.name for table in tables_of(server)}
        for table in sorted(set(folders.values()) & there):
            locked = sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table))
            holder.execute(locked)
        copied = {
            path.relative_to(home()).as_posix(): path.read_bytes()
            for folder in sorted(folders)
            for path in kept_files(home(), with_keys=False, only=folder)
        }
        server.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        server.execute("SELECT 1")
    return copied


def _head(server: Server, tables: list[Table], *, kind: Kind, with_keys: bool) -> dict[str, Any]:
    migrations = server.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    [(server_version,)] = server.execute("SHOW server_version").fetchall()
    return {
        "form": FORM,
        "made_at": clock.now().isoformat(),
        "kind": kind.value,
        "version": version("bihuan"),
        "server_version": server_version,
        "has_keys": with_keys,
        "migrations": [list(each) for each in migrations],
        "tables": [{"name": table.name, "columns": list(table.columns)} for table in tables],
    }


def _write_files(
    writing: Writing, in_step: dict[str, bytes], *, with_keys: bool
) -> dict[str, dict[str, object]]:
    """Write the files of the home; one that vanishes meanwhile was not to stay."""
    found: dict[str, dict[str, object]] = {}
    for name, data in in_step.items():
        digest = Hashing(io.BytesIO())
        digest.write(data)
        writing.add(f"{FILES}/{name}", data)
        found[name] = {"size": digest.size, "sha256": digest.hash.hexdigest()}
    for path in kept_files(home(), with_keys=with_keys):
        name = path.relative_to(home()).as_posix()
        if name.split("/")[0] in folders_in_step():
            continue
        try:
            size, hashed = writing.add_file(f"{FILES}/{name}", path)
        except FileNotFoundError:
            continue
        found[name] = {"size": size, "sha256": hashed}
    return found


def _write_rows(
    writing: Writing, server: Server, tables: list[Table], tell: Tell
) -> dict[str, TableDigest]:
    about: dict[str, int] = dict(server.execute(SAID_SIZES).fetchall())
    of = sum(about.get(table.name, 0) for table in tables)
    digests: dict[str, TableDigest] = {}
    written_rows = 0
    for table in tables:
        digest = digests[table.name] = TableDigest()
        for number, part in enumerate(parts_of(server, table, digest)):
            writing.add(f"{TABLES}/{table.name}/{number:06}", part)
            tell(written_rows + digest.rows, max(of, written_rows + digest.rows))
        written_rows += digest.rows
    return digests
