"""Which rows belong to whom: how each table leads to the row it belongs to, by its foreign keys.

    facts_fact        tenant_id = 7
    inbox_answer      addressee_id IN (SELECT id FROM inbox_addressee WHERE proposal_id IN (…))

From this the rows of a company are counted, written down and removed, without a list that somebody
could forget to add a new table to. What leads nowhere is told, and a test asks about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from bihuan.base.backup.loading import ENABLED, TRIGGERS

Hop = tuple[str, str, str]
"""A column, the table it leads to, and the column that it is equal to there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A table whose rows belong to somebody, and how they lead there."""

    table: str
    key: str
    columns: tuple[str, ...]
    hops: tuple[Hop, ...]
    may_be_nobodys: bool
    """Whether there can be rows that lead nowhere."""

    def rows(self, ids: Sequence[int]) -> sql.Composed:
        """Return the condition under which a row belongs to one of these."""
        ours = sql.SQL(", ").join(map(sql.Literal, ids))
        condition = sql.SQL("{} IN ({})").format(sql.Identifier(self.hops[-1][0]), ours)
        for column, table, key in reversed(self.hops[:-1]):
            below = sql.SQL("SELECT {} FROM {} WHERE {}").format(
                sql.Identifier(key), sql.Identifier(table), condition
            )
            condition = sql.SQL("{} IN ({})").format(sql.Identifier(column), below)
        return condition


def owned_by(root: type[models.Model]) -> list[Owned]:
    """Return every table that leads to ``root``; those farthest from it first.

    A way that no row can lack goes before one that is shorter.
    """
    found: dict[type[models.Model], tuple[Hop, ...]] = {}
    _find(root, found, may_lack=False)
    surely = set(found)
    _find(root, found, may_lack=True)
    ordered = sorted(found, key=lambda model: -len(found[model]))
    return [_owned(model, found[model], may_be_nobodys=model not in surely) for model in ordered]


def _find(
    root: type[models.Model], found: dict[type[models.Model], tuple[Hop, ...]], *, may_lack: bool
) -> None:
    """Add to what was found the tables that lead there, the nearest first."""
    near: list[type[models.Model]] = [root, *found]
    left = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model is not root and model not in found
    ]
    while near:
        known, near = near, []
        for model in left:
            field = _leading(model, known, may_lack=may_lack)
            if field is not None:
                found[model] = (_hop(field), *found.get(field.related_model, ()))
                near.append(model)
        left = [model for model in left if model not in found]


def _leading(
    model: type[models.Model], known: Sequence[type[models.Model]], *, may_lack: bool
) -> models.ForeignKey[Any, Any] | None:
    """Return the foreign key by which a model leads to one that is known; one that is never empty
    before one that may be."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in known
        if may_lack or not field.null
    ]
    return min(fields, key=lambda field: field.null, default=None)


def _hop(field: models.ForeignKey[Any, Any]) -> Hop:
    above = field.related_model._meta
    return (field.column, above.db_table, _column(field.target_field))


def _column(field: models.Field[Any, Any]) -> str:
    assert field.column is not None, "a field of a table has a column"
    return field.column


def _owned(model: type[models.Model], hops: tuple[Hop, ...], *, may_be_nobodys: bool) -> Owned:
    meta = model._meta
    return Owned(
        table=meta.db_table,
        key=_column(meta.pk),
        columns=tuple(_column(field) for field in meta.concrete_fields),
        hops=hops,
        may_be_nobodys=may_be_nobodys,
    )


def count_rows(owned: Owned, ids: Sequence[int]) -> int:
    """Return how many rows of a table belong to one of these."""
    asked = sql.SQL("SELECT count(*) FROM {} WHERE {}")
    with connection.cursor() as cursor:
        cursor.execute(asked.format(sql.Identifier(owned.table), owned.rows(ids)))
        [counted] = cursor.fetchone()
    return int(counted)


def rows_as_json(owned: Owned, ids: Sequence[int], *, left_out: Iterable[str]) -> Iterator[str]:
    """Yield the rows of a table that belong to one of these, each as a JSON object, by their key.

    They are read a few at a time, however many there are; call it within a transaction.
    """
    hidden = set(left_out)
    columns = sql.SQL(", ").join(sql.Identifier(c) for c in owned.columns if c not in hidden)
    asked = sql.SQL(
        "SELECT row_to_json(kept.*)::text FROM (SELECT {} FROM {} WHERE {} ORDER BY {}) AS kept"
    ).format(columns, sql.Identifier(owned.table), owned.rows(ids), sql.Identifier(owned.key))
    assert connection.in_atomic_block, "all tables are read as they were at one instant"
    with connection.connection.cursor(name=f"taking_{owned.table}") as cursor:
        cursor.itersize = 2000
        cursor.execute(asked)
        for (line,) in cursor:
            yield line


def remove_rows(tables: Sequence[Owned], ids: Sequence[int]) -> dict[str, int]:
    """Remove what belongs to these from every table, in the order given; return how much went.

    The one place where rows of append-only tables go: their guards are taken off for the
    transaction, which holds a lock on each table, and put back before it ends. References
    are checked before that, so nothing stays that leads nowhere.
    """
    counts: dict[str, int] = {}
    with _unguarded(sorted(each.table for each in tables)), connection.cursor() as cursor:
        for each in tables:
            gone = sql.SQL("DELETE FROM {} WHERE {}")
            cursor.execute(gone.format(sql.Identifier(each.table), each.rows(ids)))
            counts[each.table] = cursor.rowcount
    return counts


@contextmanager
def _unguarded(tables: Sequence[str]) -> Iterator[None]:
    """Take the guards off some tables, and put them back as they were."""
    assert connection.in_atomic_block, "a fault puts the guards back, too"
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        guards = [row for row in cursor.fetchall() if row[0] in set(tables)]
        cursor.execute("SET LOCAL lock_timeout = '30s'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What waits would be in the way.
        for table, guard, _mode in guards:
            cursor.execute(_switch(table, guard, "DISABLE"))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, guard, mode in guards:
            cursor.execute(_switch(table, guard, ENABLED[mode]))


def _switch(table: str, guard: str, mode: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
        sql.Identifier(table),
        sql.SQL(mode),
        sql.Identifier(guard),
    )
