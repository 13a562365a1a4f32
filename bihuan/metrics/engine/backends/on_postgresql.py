"""Figures from PostgreSQL: the ledger's own database, or another with the same tables.

Nothing is copied and nothing is written, so a standby that can only be read
serves as well. The facts and the side tables are named at the head of each
statement: facts as a query that the planner looks through to the indexes of the
ledger, side tables as constants.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

import psycopg
import pyarrow as pa
from django.db import DataError, OperationalError, connections

from bihuan.facts.replica import NumberBeyondReplica, facts_in_place, reversals_in_place
from bihuan.metrics.engine.backends.reading import (
    Days,
    EngineAway,
    Reading,
    Row,
    with_whole_numbers,
)
from bihuan.metrics.engine.dialect import Dialect
from bihuan.org.models import Tenant

T = TypeVar("T")
KEPT = 256
"""How many side tables a process keeps, as text."""
ALL_AT_ONCE = "SET LOCAL enable_nestloop = off; {}; SET LOCAL enable_nestloop TO DEFAULT"
"""One transaction that joins by hash or by order only.

Just after an import there are no statistics yet, and a planner that expects one
fact joins sixty thousand of them row by row, for minutes.
"""


class _Kept:
    """Side tables as text, by tenant and name, until their stamps change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[tuple[int, str], tuple[Hashable, str]] = OrderedDict()

    def text(self, key: tuple[int, str], stamp: Hashable, make: Callable[[], pa.Table]) -> str:
        with self._lock:
            known = self._texts.get(key)
        if known is not None and known[0] == stamp:
            return known[1]
        text = constant(make())
        with self._lock:
            self._texts[key] = (stamp, text)
            self._texts.move_to_end(key)
            while len(self._texts) > KEPT:
                self._texts.popitem(last=False)
        return text


class OnPostgreSQL:
    """One question's sight of a tenant's ledger, up to the last fact when it began."""

    dialect = Dialect.POSTGRESQL

    def __init__(self, tenant: Tenant, *, alias: str, kept: _Kept) -> None:
        self._tenant = tenant
        self._alias = alias
        self._kept = kept
        self._sides: dict[str, Callable[[], str]] = {}
        [(last,)] = self._run(
            f"SELECT coalesce(max(last_seq), 0) FROM facts_ledger WHERE tenant_id = {tenant.pk:d}"
        )
        assert isinstance(last, int)
        self.upto = last

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        self._sides[name] = partial(self._kept.text, (self._tenant.pk, name), stamp, make)

    def rows(
        self, sql: str, tables: Mapping[str, pa.Table] | None = None, *, days: Days | None = None
    ) -> Sequence[Row]:
        sides = {**self._sides}
        sides |= {name: partial(constant, table) for name, table in (tables or {}).items()}
        facts = facts_in_place(self._tenant, upto=self.upto, days=days)
        reversals = reversals_in_place(self._tenant, upto=self.upto)
        named = [
            f"facts AS NOT MATERIALIZED ({facts})",
            f"reversals AS NOT MATERIALIZED ({reversals})",
        ]
        named += [
            f"{name} AS ({text()})"
            for name, text in sides.items()
            if re.search(rf"\b{name}\b", sql)
        ]
        begun = sql.removeprefix("WITH ")
        joined = ", " if begun != sql else " "
        return with_whole_numbers(self._run(f"WITH {', '.join(named)}{joined}{begun}"))

    def _run(self, statement: str) -> list[Row]:
        try:
            with connections[self._alias].cursor() as cursor:
                cursor.execute(ALL_AT_ONCE.format(statement))
                cursor.nextset()
                found: list[Row] = cursor.fetchall()
                return found
        except DataError as error:
            if isinstance(error.__cause__, psycopg.errors.NumericValueOutOfRange):
                raise NumberBeyondReplica(tenant=self._tenant.name) from error
            raise
        except OperationalError as error:
            if self._alias == "default":
                raise
            raise EngineAway from error


class PostgreSQL:
    """The database that Django knows by an alias."""

    def __init__(self, *, alias: str) -> None:
        self._alias = alias
        self._kept = _Kept()

    def answer(self, tenant: Tenant, question: Callable[[Reading], T]) -> T:
        return question(OnPostgreSQL(tenant, alias=self._alias, kept=self._kept))


_TYPES = {pa.int64(): "bigint", pa.date32(): "date", pa.string(): "text"}


def constant(table: pa.Table) -> str:
    """Return a table as a query that needs no table.

    >>> constant(pa.table({"day": pa.array([date(2026, 3, 1), None]), "name": ["it's", '"']}))
    'SELECT * FROM unnest(\\'{2026-03-01,NULL}\\'::date[], \\'{"it\\'\\'s","\\\\""}\\'::text[]) \
AS t(day, name)'
    """
    columns = ", ".join(
        f"'{{{','.join(map(_element, column.to_pylist()))}}}'::{_TYPES[column.type]}[]"
        for column in table.columns
    )
    return f"SELECT * FROM unnest({columns}) AS t({', '.join(table.column_names)})"


def _element(value: int | date | str | None) -> str:
    """Return a value as it stands in the text of an array, inside quotes."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("'", "''")
        return f'"{quoted}"'
    return str(value)
