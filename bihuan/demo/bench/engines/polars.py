"""Polars, with expressions written by hand, on Parquet of the same facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import psycopg

from bihuan.demo.bench.answer import Row, kept, whole
from bihuan.demo.bench.engines.exporting import COLUMNS, export
from bihuan.demo.bench.world import LEVELS, METRICS, PAGE, World

TOUCHED = ["visit.logged", "call.logged", "message.exchanged"]


def _sum(column: pl.Expr | str, kind: str) -> pl.Expr:
    value = pl.col(column) if isinstance(column, str) else column
    return pl.when(pl.col("kind") == kind).then(value).sum()


def _tens() -> list[pl.Expr]:
    one = pl.lit(1, pl.Int64)
    effective = pl.col("kind").is_in(TOUCHED) & pl.col("outcome").is_in(["有效", "effective"])
    found = [
        _sum("amount", "contract.signed"),
        _sum(one, "contract.signed"),
        _sum("amount", "payment.received"),
        _sum("amount", "opportunity.won"),
        _sum(one, "opportunity.won"),
        _sum("amount", "order.placed") - _sum("amount", "order.returned"),
        _sum("quantity", "order.placed") - _sum("quantity", "order.returned"),
        _sum(one, "visit.logged"),
        _sum("minutes", "call.logged"),
        effective.sum(),
    ]
    return [each.alias(name) for name, each in zip(METRICS, found, strict=True)]


class Engine:
    def __init__(self, world: World) -> None:
        self.world = world
        self.paths = [world.parquet]
        with psycopg.connect(world.database) as server:
            found = server.execute(
                "SELECT id, path FROM org_unit WHERE tenant_id = %s", [world.tenant_id]
            ).fetchall()
        lines = [[int(step) for step in path.strip("/").split("/")] for _, path in found]
        self.units = pl.DataFrame(
            [line for line in lines if len(line) == LEVELS],
            schema={f"at_{level}": pl.Int64 for level in range(LEVELS)},
            orient="row",
        ).with_columns(unit_id=f"at_{LEVELS - 1}")

    def _counting(self, *conditions: pl.Expr) -> pl.LazyFrame:
        """Return the facts that count: neither reversals nor reversed."""
        facts = pl.scan_parquet(self.paths, missing_columns="insert")
        gone = facts.filter(pl.col("reverses_seq").is_not_null()).select(seq="reverses_seq")
        standing = facts.filter(pl.col("reverses_seq").is_null(), *conditions)
        return standing.join(gone, on="seq", how="anti")

    def _inside(self, *conditions: pl.Expr) -> pl.LazyFrame:
        day = pl.col("business_on")
        end = self.world.last_day
        found = self._counting(day >= self.world.start, day <= end, *conditions)
        return found.with_columns(week=(day - self.world.start).dt.total_days() // 7)

    def heatmap(self) -> pl.DataFrame:
        return self._inside().group_by("person_id", "week").agg(_tens()).collect()

    def person(self) -> pl.DataFrame:
        mine = self._inside(pl.col("person_id") == self.world.person_id)
        return mine.group_by("week").agg(_tens()).collect()

    def rollup(self) -> list[pl.DataFrame]:
        teams = self._inside().group_by("unit_id", "week").agg(_tens()).collect()
        lined = teams.join(self.units, on="unit_id")
        return [
            lined.group_by(f"at_{level}", "week").agg(pl.col(METRICS).sum())
            for level in range(LEVELS)
        ]

    def drilldown(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        teams = self.units.filter(pl.col("at_1") == self.world.region_id)["unit_id"]
        behind = self._inside(
            pl.col("kind") == "contract.signed", pl.col("unit_id").is_in(teams.implode())
        ).select("seq", "amount", "business_on")
        total = behind.select(pl.len(), pl.col("amount").sum())
        page = behind.sort("business_on", "seq", descending=True).select("seq", "amount").head(PAGE)
        found = pl.collect_all([total, page])
        return found[0], found[1]

    def canonical(self, query: str, answer: Any) -> list[Row]:
        if query == "drilldown":
            return [tuple(map(whole, row)) for part in answer for row in part.rows()]
        if query == "rollup":
            levels = enumerate(answer)
            every = [(level, *map(whole, row)) for level, part in levels for row in part.rows()]
            return kept(every, 3)
        rows = [tuple(map(whole, row)) for row in answer.rows()]
        return kept(rows, 2 if query == "heatmap" else 1)

    def follow(self, folder: Path) -> None:
        """Write what is new as further parts beside the file."""
        self.folder = folder
        self.server = psycopg.connect(self.world.database, autocommit=True)
        self.upto = self.world.facts
        self.schema = {name: pl.scan_parquet(self.paths).collect_schema()[name] for name in COLUMNS}

    def seen(self) -> int:
        text = export(self.server, self.world, after=self.upto)
        if text:
            part = pl.read_csv(text, has_header=False, schema=self.schema, null_values="\\N")
            path = self.folder / f"after-{self.upto}.parquet"
            part.write_parquet(path)
            self.upto = int(part["seq"][-1])
            self.paths.append(str(path))
        day = pl.col("business_on") == self.world.last_day
        visits = self._counting(day, pl.col("kind") == "visit.logged").select(pl.len())
        return int(visits.collect().item())
