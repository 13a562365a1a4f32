"""What is written of the database: which tables, columns and counters, and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from psycopg import sql

from bihuan.base.backup.digest import TableDigest

Server = psycopg.Connection[tuple[Any, ...]]

PASSING = frozenset({"django_session", "org_opensession", "org_usage", "cache"})
"""Tables that keep nothing of the business. Who is signed in signs in again after a restore."""
PART = 8 * 1024 * 1024
SPELLED_ALIKE = """
    SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET intervalstyle = 'postgres';
    SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0
"""
"""Whatever a role or a server is set to, the same value is the same text."""
COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
COUNTERS = """
    SELECT t.relname, a.attname, s.oid::regclass::text
    FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND t.relnamespace = to_regnamespace(quote_ident(current_schema()))
    ORDER BY t.relname, a.attname
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of ours and the columns that are written of it, in the order of their names."""

    name: str
    columns: tuple[str, ...]

    @property
    def spelled(self) -> sql.Composed:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("{} ({})").format(sql.Identifier(self.name), columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Which number a column gives next; counters are found by their column, not their name."""

    table: str
    column: str
    value: int
    is_called: bool


def known_names() -> set[str]:
    """Return every table that our code makes and that keeps something."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models} - PASSING | {"django_migrations"}


def tables_of(server: Server) -> list[Table]:
    """Return the tables of ours that are there; a table that others made is left alone."""
    known = known_names()
    return [
        Table(name=name, columns=tuple(columns))
        for name, columns in server.execute(COLUMNS).fetchall()
        if name in known
    ]


def rows_of(server: Server, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table as the lines of a COPY."""
    with server.cursor() as cursor:
        asked = sql.SQL("COPY {} TO STDOUT").format(table.spelled)
        with cursor.copy(asked) as copy:
            yield from map(bytes, copy)


def parts_of(server: Server, table: Table, digest: TableDigest) -> Iterator[bytes]:
    """Yield the rows of a table in parts that fit in memory, and take their digest."""
    part = bytearray()
    for row in rows_of(server, table):
        digest.add(row)
        part += row
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def digest_of(server: Server, table: Table) -> TableDigest:
    """Return the digest of what a table holds now."""
    digest = TableDigest()
    for row in rows_of(server, table):
        digest.add(row)
    return digest


def counters_of(server: Server) -> list[Counter]:
    """Return where the counters stand.

    They do not belong to a snapshot: read after it, they are at or past its rows.
    """
    known = known_names()
    found = []
    for table, column, sequence in server.execute(COUNTERS).fetchall():
        if table in known:
            asked = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.SQL(sequence))
            [(value, is_called)] = server.execute(asked).fetchall()
            found.append(Counter(table=table, column=column, value=value, is_called=is_called))
    return found
