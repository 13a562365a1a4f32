"""Brings a backup back, all or nothing.

1. In a new schema beside the one in use, our migrations make the tables in the state that
   the backup was made in.
2. The rows come in, and are read again: each table must have the digest that the backup
   says, or nothing has happened.
3. Our migrations bring the tables up to this code.
4. What was known here and not to the backup is done again: whoever was erased stays so.
5. In one moment the new schema takes the place of the old one. Where the old one held anything it
   stays, renamed, until somebody drops it.

A kill at any time leaves the old in force; what is half done goes with the next try.
Everything works on the database that Django is set up for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from bihuan.base import clock
from bihuan.base.backup.afterwards import do_afterwards
from bihuan.base.backup.archive import FILES, TABLES, TAIL, Member, members_of
from bihuan.base.backup.checking import Head, Seen, head_of, read_head
from bihuan.base.backup.digest import TableDigest
from bihuan.base.backup.envelope import Secret
from bihuan.base.backup.errors import (
    BackupDiffers,
    BackupNewer,
    BackupUnreadable,
    TargetFull,
    TargetInUse,
    TargetNotOurs,
)
from bihuan.base.backup.files import DERIVED
from bihuan.base.backup.loading import bare_tables, empty_all, load, set_counters
from bihuan.base.backup.tables import SPELLED_ALIKE, Server, digest_of, tables_of
from bihuan.base.home import home

BESIDE = "bihuan_restoring"
OPTIONS = "PGOPTIONS"
SHOWN = 8
JOINED = frozenset({"erasures"})
"""What the backup says in it was joined with what the home says, which knows more."""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()
"""
IS_OWNER = """
    SELECT pg_has_role(current_user, n.nspowner, 'USAGE')
        AND has_database_privilege(current_database(), 'CREATE')
    FROM pg_namespace n WHERE n.nspname = current_schema()
"""
HOLDS_ANY = """
    SELECT EXISTS (SELECT FROM pg_class WHERE relkind = 'r'
        AND relnamespace = to_regnamespace(quote_ident(current_schema())))
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back, and where what was there before is kept."""

    head: Head
    rows: int
    tables: int
    files: int
    done_again: int
    """What was known here and not to the backup, such as erasures."""
    kept_schema: str
    kept_files: Path | None


def restore(
    path: Path, *, secret: Secret | None, replace: bool = False, say: Say = lambda step: None
) -> Restored:
    """Bring a backup into the database and the home in use."""
    head = read_head(path, secret=secret)
    _require_known(head, path)
    schema = _require_free(replace=replace)
    waiting = home() / "restoring"
    shutil.rmtree(waiting, ignore_errors=True)
    try:
        with _beside(schema):
            say("tables")
            MigrationExecutor(connection).migrate(_targets(head))
            say("rows")
            rows, files = _bring_in(path, head, secret=secret, waiting=waiting)
            say("migrations")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            say("afterwards")
            done_again = do_afterwards(waiting)
        say("swap")
        kept_schema, stamp = _swap(schema), f"{clock.now():%Y%m%dT%H%M%SZ}"
    except BaseException:
        _drop_beside()
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    kept_files = _place_files(waiting, home() / "before" / stamp)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Restored(
        head=head,
        rows=rows,
        tables=len(head.tables),
        files=files,
        done_again=done_again,
        kept_schema=kept_schema,
        kept_files=kept_files,
    )


def _require_known(head: Head, path: Path) -> None:
    known = MigrationExecutor(connection).loader.disk_migrations
    unknown = [f"{app}.{name}" for app, name in head.migrations if (app, name) not in known]
    if unknown:
        raise BackupNewer(file=path.name, version=head.version, unknown=", ".join(unknown[:SHOWN]))


def _targets(head: Head) -> list[tuple[str, str]]:
    graph = MigrationExecutor(connection).loader.graph
    return [each for each in head.migrations if each in graph.nodes]


def _require_free(*, replace: bool) -> str:
    """Return the schema to take the place of; refuse one that is in use or not ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user, current_database()")
        schema, role, name = cursor.fetchone()
        cursor.execute(IS_OWNER)
        if schema is None or cursor.fetchone() != (True,):
            raise TargetNotOurs(role=role, name=name)
        cursor.execute(HOLDS_ANY)
        if cursor.fetchone() == (True,):
            if not replace:
                raise TargetFull()
            cursor.execute(OTHERS)
            [count] = cursor.fetchone()
            if count:
                raise TargetInUse(count=count)
    return str(schema)


@contextmanager
def _beside(schema: str) -> Iterator[None]:
    """Work in a new schema beside the one in use: every connection that Django opens sees it."""
    _drop_beside()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {BESIDE}")
    before = os.environ.get(OPTIONS)
    os.environ[OPTIONS] = f"{before or ''} -c search_path={BESIDE}".strip()
    connection.close()
    try:
        yield
    finally:
        connection.close()
        os.environ.pop(OPTIONS)
        if before is not None:
            os.environ[OPTIONS] = before


def _drop_beside() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")


def _bring_in(path: Path, head: Head, *, secret: Secret | None, waiting: Path) -> tuple[int, int]:
    """Bring rows and files in and compare them with their digests; return how many there are."""
    seen = Seen(path.name)
    connection.ensure_connection()
    server: Server = connection.connection
    server.execute(SPELLED_ALIKE)
    with members_of(path, secret=secret) as members, server.transaction():
        head_of(members, file=path.name)
        _require_same_columns(server, head)
        with bare_tables(server):
            empty_all(server, tables_of(server))
            load(server, head.tables, _rows_only(members, seen, waiting))
        if seen.tail is None:
            raise BackupUnreadable(file=path.name, fault="its end is missing")
        for table in head.tables:  # Not what was sent is compared: what is there now.
            seen.tables[table.name] = digest_of(server, table)
        _require_same(seen)
        set_counters(server, seen.tail["counters"])
    return sum(each.rows for each in seen.tables.values()), len(seen.files)


def _rows_only(members: Iterator[Member], seen: Seen, waiting: Path) -> Iterator[Member]:
    """Yield the rows of a backup; its files wait beside the home's, its tail is remembered."""
    for member in members:
        if member.parts[0] == TABLES:
            yield member
        elif member.parts == (TAIL,):
            seen.tail = member.json()
        elif member.parts[0] == FILES:
            seen.files[member.path] = _written(member, waiting)


def _written(member: Member, waiting: Path) -> str:
    path = waiting.joinpath(*member.parts[1:])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(member.stream, file)
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _require_same_columns(server: Server, head: Head) -> None:
    """Refuse tables that are not as the backup knows them: rows would land in wrong columns."""
    there = {table.name: table for table in tables_of(server)}
    differing = [table.name for table in head.tables if there.get(table.name) != table]
    if differing:
        raise BackupDiffers(places=", ".join(differing[:SHOWN]))


def _require_same(seen: Seen) -> None:
    assert seen.tail is not None, "it was asked for before"
    said = {
        name: TableDigest(each["rows"], int(each["digest"], 16))
        for name, each in seen.tail["tables"].items()
    }
    differing = [name for name in {**said, **seen.tables} if said.get(name) != seen.tables[name]]
    files = {name: each["sha256"] for name, each in seen.tail["files"].items()}
    differing += [
        name for name in {**files, **seen.files} if files.get(name) != seen.files.get(name)
    ]
    if differing:
        raise BackupDiffers(places=", ".join(differing[:SHOWN]))


def _swap(schema: str) -> str:
    """Put the new schema in the place of the old; return what the old one is called now."""
    kept = f"before_{clock.now():%Y%m%d_%H%M%S}"
    old, new, aside = (sql.Identifier(name) for name in (schema, BESIDE, kept))
    connection.ensure_connection()
    server: Server = connection.connection
    [(holds_any,)] = server.execute(HOLDS_ANY).fetchall()
    with server.transaction():
        if holds_any:
            server.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, aside))
        else:
            server.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(old))
        server.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(new, old))
        server.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO PUBLIC").format(old))
    connection.close()  # What was prepared on it means the old tables.
    return kept if holds_any else ""


def _place_files(waiting: Path, before: Path) -> Path | None:
    """Put the files in their places; those that were there are kept, derived ones are made anew."""
    for name in sorted(DERIVED - {"postgres", "static", "logs"}):
        shutil.rmtree(home() / name, ignore_errors=True)
    if not waiting.is_dir():
        return None
    for path in sorted(waiting.iterdir()):
        if path.name in JOINED:
            shutil.rmtree(path)
            continue
        place = home() / path.name
        if place.exists():
            before.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.replace(before / path.name)
        path.replace(place)
    waiting.rmdir()
    return before if before.is_dir() else None
