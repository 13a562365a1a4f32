"""DuckDB, with SQL written by hand, on the very file that the product reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa

from bihuan.demo.bench.answer import Row, kept, whole
from bihuan.demo.bench.engines.exporting import COLUMNS, export
from bihuan.demo.bench.engines.tens import resums, sums
from bihuan.demo.bench.world import LEVELS, PAGE, World

COUNTING = (
    "f.reverses_seq IS NULL AND NOT EXISTS (SELECT 1 FROM facts r WHERE r.reverses_seq = f.seq)"
)


class Engine:
    def __init__(self, world: World) -> None:
        self.world = world
        self.con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
        self.con.execute(f"ATTACH '{world.duckdb}' AS base (READ_ONLY)")
        self.con.execute("CREATE TEMP VIEW facts AS SELECT * FROM base.facts")
        self.con.register("tree", _tree(world))
        self.con.execute("CREATE TEMP TABLE units AS SELECT * FROM tree")
        self.week = f"(business_on - DATE '{world.start}') // 7"
        end = f"DATE '{world.end}'"
        self.inside = f"business_on >= DATE '{world.start}' AND business_on < {end} AND {COUNTING}"

    def heatmap(self) -> pa.Table:
        return self._table(
            f"SELECT person_id, {self.week} AS week, {sums()} FROM facts f"
            f" WHERE {self.inside} GROUP BY ALL"
        )

    def person(self) -> pa.Table:
        return self._table(
            f"SELECT {self.week} AS week, {sums()} FROM facts f"
            f" WHERE person_id = {self.world.person_id} AND {self.inside} GROUP BY ALL"
        )

    def rollup(self) -> pa.Table:
        levels = [f"at_{level}" for level in range(LEVELS)]
        sets = ", ".join(f"({level}, week)" for level in levels)
        return self._table(
            f"WITH teams AS (SELECT unit_id, {self.week} AS week, {sums()} FROM facts f"
            f" WHERE {self.inside} GROUP BY ALL)"
            f" SELECT {', '.join(levels)}, week, {resums()} FROM teams"
            f" JOIN units u USING (unit_id) GROUP BY GROUPING SETS ({sets})"
        )

    def drilldown(self) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        behind = (
            f"FROM facts f JOIN units u USING (unit_id) WHERE u.at_1 = {self.world.region_id}"
            f" AND kind = 'contract.signed' AND {self.inside}"
        )
        total = self.con.execute(f"SELECT count(*), sum(amount) {behind}").fetchall()
        page = self.con.execute(
            f"SELECT seq, amount {behind} ORDER BY business_on DESC, seq DESC LIMIT {PAGE}"
        ).fetchall()
        return total, page

    def _table(self, sql: str) -> pa.Table:
        return self.con.execute(sql).to_arrow_table()

    def canonical(self, query: str, answer: object) -> list[Row]:
        if isinstance(answer, tuple):
            return [tuple(map(whole, row)) for part in answer for row in part]
        assert isinstance(answer, pa.Table)
        rows = zip(*(column.to_pylist() for column in answer.columns), strict=True)
        return _rows(query, [tuple(map(whole, row)) for row in rows])

    def follow(self, folder: Path) -> None:
        """Write to a file of its own, as the one that is timed above can only be read."""
        path = folder / "followed.duckdb"
        shutil.copyfile(self.world.duckdb, path)
        self.con.close()
        self.con = duckdb.connect(str(path), config={"threads": 2, "memory_limit": "1GB"})
        self.server = psycopg.connect(self.world.database, autocommit=True)
        self.upto = self.world.facts
        self.folder = folder

    def seen(self) -> int:
        if found := export(self.server, self.world, after=self.upto):
            path = self.folder / "new.csv"
            path.write_bytes(found)
            self.con.execute(
                f"COPY facts ({', '.join(COLUMNS)}) FROM '{path}' (FORMAT csv, HEADER false,"
                " NULLSTR '\\N', DELIMITER ',', QUOTE '\"', AUTO_DETECT false)"
            )
        [(self.upto, visits)] = self.con.execute(
            "SELECT (SELECT max(seq) FROM facts), count(*) FROM facts f"
            f" WHERE kind = 'visit.logged' AND business_on = DATE '{self.world.last_day}'"
            f" AND {COUNTING}"
        ).fetchall()
        return int(visits)


def _rows(query: str, rows: list[Row]) -> list[Row]:
    if query != "rollup":
        return kept(rows, 2 if query == "heatmap" else 1)
    return kept([(*_level(row), *row[LEVELS:]) for row in rows], 3)


def _level(row: Row) -> Row:
    """Return which level a row of grouping sets is of, and the unit."""
    [(level, unit)] = [(level, unit) for level, unit in enumerate(row[:LEVELS]) if unit]
    return level, unit


def _tree(world: World) -> pa.Table:
    """Return each team with its line of units, from the company to itself."""
    with psycopg.connect(world.database) as server:
        found = server.execute(
            "SELECT id, path FROM org_unit WHERE tenant_id = %s", [world.tenant_id]
        ).fetchall()
    lines = [[int(step) for step in path.strip("/").split("/")] for _, path in found]
    lines = [line for line in lines if len(line) == LEVELS]
    return pa.table(
        {
            "unit_id": [line[-1] for line in lines],
            **{f"at_{level}": [line[level] for line in lines] for level in range(LEVELS)},
        }
    )
