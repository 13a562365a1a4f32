"""DuckDB, with SQL written by hand, for the figures that rules read: no Django in here."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Sequence

import duckdb

from bihuan.demo.bench.answer import whole
from bihuan.demo.bench.engines.duckdb_sql import COUNTING
from bihuan.demo.bench.engines.tens import sums
from bihuan.demo.bench.world import Asked, World

ROUNDS = 2
Cells = dict[str, str]


class Engine:
    def __init__(self, world: World) -> None:
        self.con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
        self.con.execute(f"ATTACH '{world.duckdb}' AS base (READ_ONLY)")
        self.con.execute("CREATE TEMP VIEW facts AS SELECT * FROM base.facts")

    def answers(self, asked: Sequence[Asked]) -> tuple[Cells, int]:
        """Return what all figures are, and the better of two times of asking for them."""
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter_ns()
            tables = [self.con.execute(_sql(each)).fetchall() for each in asked]
            times.append(time.perf_counter_ns() - began)
        cells: Cells = {}
        for each, rows in zip(asked, tables, strict=True):
            cells |= _cells(each, rows)
        return cells, min(times)


def _sql(asked: Asked) -> str:
    """Return a statement: a row for each person and span, and a column for each metric."""
    spans = ", ".join(
        f"({place}, DATE '{start}', DATE '{end}')" for place, (start, end) in enumerate(asked.spans)
    )
    narrowed = (each.split("=", 1) for each in asked.where)
    where = "".join(f" AND f.{column} = '{value}'" for column, value in narrowed)
    columns = ", ".join(asked.metrics)
    return (
        f"SELECT place, person_id, {columns} FROM (SELECT s.place, f.person_id, {sums()}"
        f" FROM facts f JOIN (VALUES {spans}) s(place, first, last)"
        " ON f.business_on >= s.first AND f.business_on < s.last"
        f" WHERE {COUNTING}{where} GROUP BY ALL)"
    )


def _cells(asked: Asked, rows: Sequence[Sequence[object]]) -> Cells:
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for place, person, *values in rows:
        for metric, value in zip(asked.metrics, values, strict=True):
            if number := whole(value):
                found[asked.cell(metric)].append((whole(place), whole(person), number))
    return {
        name: hashlib.sha256(repr(sorted(each)).encode()).hexdigest()
        for name, each in found.items()
    }
