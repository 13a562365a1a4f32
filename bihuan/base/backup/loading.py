"""Brings rows into fresh tables: with what guards and indexes them taken off, then put back.

Guards are there to refuse changes; here nothing is changed, all is as it was. Row by row they would
ask for each fact what digests prove for all. Foreign keys are checked when they are put
back, so nothing comes in that they would have refused. All of it is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from psycopg import sql

from bihuan.base.backup.archive import Member
from bihuan.base.backup.errors import BackupUnreadable
from bihuan.base.backup.tables import Server, Table

OURS = "to_regnamespace(quote_ident(current_schema()))"
CONSTRAINTS = f"""
    SELECT t.relname, c.conname, pg_get_constraintdef(c.oid), c.contype
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE c.connamespace = {OURS} AND c.contype IN ('f', 'u', 'p', 'x')
    ORDER BY array_position(ARRAY['f', 'u', 'x', 'p'], c.contype::text), t.relname, c.conname
"""
INDEXES = f"""
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = {OURS}
    AND NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f'
    )
    ORDER BY c.relname
"""
TRIGGERS = f"""
    SELECT c.relname, t.tgname, t.tgenabled
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = {OURS} AND NOT t.tgisinternal ORDER BY c.relname, t.tgname
"""
ENABLED = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "D": "DISABLE"}
ALTER = sql.SQL("ALTER TABLE {} ")
QUICK = """
    SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL synchronous_commit = off;
    SET LOCAL lock_timeout = '30s'
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """What was taken off the tables."""

    constraints: Sequence[tuple[str, str, str, str]]
    indexes: Sequence[tuple[str, str]]
    triggers: Sequence[tuple[str, str, str]]


@contextmanager
def bare_tables(server: Server) -> Iterator[None]:
    """Take guards, keys and indexes off every table, and put them back as they were.

    A fault inside leaves nothing to put back: the transaction is gone.
    """
    server.execute(QUICK)
    bare = Bare(
        server.execute(CONSTRAINTS).fetchall(),
        server.execute(INDEXES).fetchall(),
        server.execute(TRIGGERS).fetchall(),
    )
    for table, trigger, _enabled in bare.triggers:
        _alter(server, table, sql.SQL("DISABLE TRIGGER {}").format(sql.Identifier(trigger)))
    for table, name, _definition, _kind in bare.constraints:
        _alter(server, table, sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(name)))
    for name, _definition in bare.indexes:
        server.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _name, definition in bare.indexes:
        server.execute(_trusted(definition))
    for table, name, definition, _kind in reversed(bare.constraints):  # Keys before references.
        _alter(server, table, _constraint(name, definition))
    for table, trigger, enabled in bare.triggers:
        mode = sql.SQL("{} TRIGGER {}").format(_trusted(ENABLED[enabled]), sql.Identifier(trigger))
        _alter(server, table, mode)


def _alter(server: Server, table: str, change: sql.Composed) -> None:
    server.execute(ALTER.format(sql.Identifier(table)) + change)


def _constraint(name: str, definition: str) -> sql.Composed:
    return sql.SQL("ADD CONSTRAINT {} {}").format(sql.Identifier(name), _trusted(definition))


def _trusted(text: str) -> sql.Composed:
    """Use words that the server itself gave: definitions of its own."""
    return sql.Composed([sql.SQL(text)])


def empty_all(server: Server, tables: Iterable[Table]) -> None:
    """Remove what the migrations themselves put into fresh tables."""
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
    server.execute(sql.SQL("TRUNCATE {}").format(names))


def load(server: Server, tables: Sequence[Table], members: Iterator[Member]) -> None:
    """Copy the rows that come into their tables."""
    known = {table.name: table for table in tables}
    for name, parts in groupby(members, key=lambda member: member.parts[1]):
        if name not in known:
            raise BackupUnreadable(file=name, fault="its head does not name this table")
        # Frozen rows need no vacuum later; the table was emptied in this transaction.
        into = sql.SQL("COPY {} FROM STDIN (FREEZE)").format(known[name].spelled)
        with server.cursor() as cursor, cursor.copy(into) as copy:
            for part in parts:
                copy.write(part.stream.read())


def set_counters(server: Server, counters: Iterable[dict[str, Any]]) -> None:
    """Let each counter go on where it stood."""
    for counter in counters:
        server.execute(
            "SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s, %s)",
            [counter["table"], counter["column"], counter["value"], counter["is_called"]],
        )
