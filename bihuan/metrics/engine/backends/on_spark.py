"""Figures from a Spark cluster, which reads the ledger as Parquet.

One application of the cluster per process, with one session per tenant, so that
tables of one are no tables of another. The driver is started by the first
question, after the process has forked. How much memory, how many cores and how
many partitions is Spark's own ``spark-defaults.conf``; what figures depend on is
set here: the zone of the session, and that a number too large is an error.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import SparkSession

from bihuan.facts.replica import COLUMN_TYPES, ParquetFiles, parquet_files
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

FIXED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
}
_TYPES = {"int64": "BIGINT", "string": "STRING", "date": "DATE"}
COLUMNS = ", ".join(f"{name} {_TYPES[type_]}" for name, type_ in COLUMN_TYPES.items())


class OnSpark:
    """A tenant's session: the tables of a question as temporary views."""

    dialect = Dialect.SPARK

    def __init__(self, spark: SparkSession) -> None:
        self.lock = threading.RLock()
        self.upto = 0
        self._spark = spark
        self._paths: tuple[Path, ...] = ()
        self._kept: dict[str, Hashable] = {}

    def see(self, files: ParquetFiles) -> None:
        """See every fact of the files, and no other, from now on."""
        self.upto = files.upto
        if files.paths != self._paths:
            paths = [str(path) for path in files.paths]
            self._spark.read.schema(COLUMNS).parquet(*paths).createOrReplaceTempView("facts")
            self._paths = files.paths

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        if name not in self._kept or self._kept[name] != stamp:
            self._show(name, make())
            self._kept[name] = stamp

    def rows(
        self, sql: str, tables: Mapping[str, pa.Table] | None = None, *, days: Days | None = None
    ) -> Sequence[Row]:
        for name, table in (tables or {}).items():
            self._show(name, table)
        return with_whole_numbers(tuple(row) for row in self._spark.sql(sql).collect())

    def _show(self, name: str, table: pa.Table) -> None:
        self._spark.createDataFrame(table).createOrReplaceTempView(name)


class Spark:
    """The cluster behind a master."""

    def __init__(self, *, master: str) -> None:
        self._master = master
        self._lock = threading.Lock()
        self._root: SparkSession | None = None
        self._process = 0
        self._readings: dict[int, OnSpark] = {}

    def answer(self, tenant: Tenant, question: Callable[[Reading], T]) -> T:
        files = parquet_files(tenant)
        with _told_as_away():
            reading = self._reading(tenant)
            with reading.lock:
                reading.see(files)
                return question(reading)

    def _reading(self, tenant: Tenant) -> OnSpark:
        with self._lock:
            root = self._started()
            if tenant.pk not in self._readings:
                self._readings[tenant.pk] = OnSpark(root.newSession())
            return self._readings[tenant.pk]

    def _started(self) -> SparkSession:
        """Return the session of this process, a new one when the cluster has dropped the last."""
        assert self._process in (0, os.getpid()), "a driver does not survive a fork"
        if self._root is not None and _is_stopped(self._root):
            self.stop()
        if self._root is None:
            builder = SparkSession.builder.master(self._master).appName("bihuan")
            for name, value in FIXED.items():
                builder = builder.config(name, value)
            self._root = builder.getOrCreate()
            self._process = os.getpid()
        return self._root

    def stop(self) -> None:
        """Leave the cluster."""
        if self._root is not None:
            self._root.stop()
        self._root = None
        self._readings.clear()


def _is_stopped(session: SparkSession) -> bool:
    context = session.sparkContext._jsc
    return context is None or bool(context.sc().isStopped())


@contextmanager
def _told_as_away() -> Iterator[None]:
    """Say that the cluster does not answer where it does not; a wrong statement is a bug."""
    try:
        yield
    except (Py4JError, PySparkRuntimeError) as error:
        raise EngineAway from error
