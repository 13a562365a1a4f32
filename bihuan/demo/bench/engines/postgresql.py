"""PostgreSQL, with what a BI tool sends, on the ledger's own table and indexes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from bihuan.demo.bench.answer import Row, kept, scaled, whole
from bihuan.demo.bench.engines.tens import resums, sums
from bihuan.demo.bench.world import LEVELS, PAGE, World

COUNTING = (
    "f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM facts_fact r"
    " WHERE r.reverses_id = f.id AND r.reverses_id IS NOT NULL)"
)
Rows = list[tuple[Any, ...]]


class Engine:
    def __init__(self, world: World) -> None:
        self.world = world
        self.server = psycopg.connect(world.database, autocommit=True)
        # What whoever keeps a reporting server sets first; the rest is as it comes.
        self.server.execute("SET work_mem = '256MB'")
        self.week = f"(business_on - DATE '{world.start}') / 7"
        self.inside = (
            f"f.tenant_id = {world.tenant_id} AND business_on >= DATE '{world.start}'"
            f" AND business_on < DATE '{world.end}' AND {COUNTING}"
        )
        self.server.execute(
            "CREATE TEMP TABLE line AS SELECT id AS unit_id, "
            + ", ".join(
                f"split_part(path, '/', {level + 2})::bigint AS at_{level}"
                for level in range(LEVELS)
            )
            + f" FROM org_unit WHERE tenant_id = {world.tenant_id}"
            f" AND length(path) - length(replace(path, '/', '')) = {LEVELS + 1}"
        )
        self.server.execute("ANALYZE line")

    @property
    def process(self) -> int:
        """Return the process whose memory counts: the server's own for this connection."""
        return self.server.info.backend_pid

    def heatmap(self) -> Rows:
        return self._rows(
            f"SELECT person_id, {self.week} AS week, {sums()} FROM facts_fact f"
            f" WHERE {self.inside} GROUP BY 1, 2"
        )

    def person(self) -> Rows:
        return self._rows(
            f"SELECT {self.week} AS week, {sums()} FROM facts_fact f"
            f" WHERE person_id = {self.world.person_id} AND {self.inside} GROUP BY 1"
        )

    def rollup(self) -> Rows:
        levels = [f"at_{level}" for level in range(LEVELS)]
        sets = ", ".join(f"({level}, week)" for level in levels)
        return self._rows(
            f"WITH teams AS (SELECT unit_id, {self.week} AS week, {sums()} FROM facts_fact f"
            f" WHERE {self.inside} GROUP BY 1, 2)"
            f" SELECT {', '.join(levels)}, week, {resums()} FROM teams"
            f" JOIN line USING (unit_id) GROUP BY GROUPING SETS ({sets})"
        )

    def drilldown(self) -> tuple[Rows, Rows]:
        behind = (
            f"FROM facts_fact f JOIN line USING (unit_id) WHERE at_1 = {self.world.region_id}"
            f" AND kind = 'contract.signed' AND {self.inside}"
        )
        total = self._rows(f"SELECT count(*), sum(amount) {behind}")
        page = self._rows(
            f"SELECT f.seq, amount {behind} ORDER BY business_on DESC, f.seq DESC LIMIT {PAGE}"
        )
        return total, page

    def _rows(self, sql: str) -> Rows:
        return self.server.execute(sql).fetchall()

    def canonical(self, query: str, answer: Any) -> list[Row]:
        if query == "drilldown":
            return [
                (whole(first), int(amount * 10_000)) for part in answer for first, amount in part
            ]
        keys = {"heatmap": 2, "person": 1, "rollup": LEVELS + 1}[query]
        rows = [(*map(whole, row[:keys]), *scaled(row[keys:])) for row in answer]
        if query != "rollup":
            return kept(rows, keys)
        return kept([(*_level(row), *row[LEVELS:]) for row in rows], 3)

    def follow(self, folder: Path) -> None:
        """PostgreSQL has nothing to follow: it is what the others follow."""

    def seen(self) -> int:
        [(visits,)] = self._rows(
            "SELECT count(*) FROM facts_fact f WHERE kind = 'visit.logged'"
            f" AND f.tenant_id = {self.world.tenant_id}"
            f" AND business_on = DATE '{self.world.last_day}' AND {COUNTING}"
        )
        return int(visits)


def _level(row: Row) -> Row:
    """Return which level a row of grouping sets is of, and the unit."""
    [(level, unit)] = [(level, unit) for level, unit in enumerate(row[:LEVELS]) if unit]
    return level, unit
