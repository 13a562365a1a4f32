"""Figures from the columnar replica, in this process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import pyarrow as pa

from bihuan.facts import replica
from bihuan.metrics.engine.backends.reading import Days, Reading, Row
from bihuan.metrics.engine.dialect import Dialect
from bihuan.org.models import Tenant

T = TypeVar("T")


class OnDuckDB:
    """A reading of the replica that says which SQL it speaks."""

    dialect = Dialect.DUCKDB

    def __init__(self, reading: replica.Reading) -> None:
        self._reading = reading
        self.upto = reading.upto

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        self._reading.keep(name, stamp, make)

    def rows(
        self, sql: str, tables: Mapping[str, pa.Table] | None = None, *, days: Days | None = None
    ) -> Sequence[Row]:
        return self._reading.rows(sql, tables)


class DuckDB:
    """The replica's own engine."""

    def answer(self, tenant: Tenant, question: Callable[[Reading], T]) -> T:
        return replica.answer(tenant, lambda reading: question(OnDuckDB(reading)))
