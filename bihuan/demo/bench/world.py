"""What every engine is told of the company that figures are timed on: no Django in here.

A process that times an engine loads this and the engine, so that the memory it
needs is the engine's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

METRICS = (
    *("signed_amount", "contracts_count", "received_amount", "won_amount", "won_count"),
    *("net_sales", "units_sold", "visits", "call_minutes", "effective_followups"),
)
"""Ten metrics that add up, so that each level of the tree can be summed."""
WEEKS_ASKED = 8
PAGE = 50
QUERIES = ("heatmap", "person", "rollup", "drilldown")
SYNCS = {"sync_1k": 1_000, "sync_100k": 100_000}
ENGINES = ("bihuan", "duckdb_sql", "postgresql", "polars")
LEVELS = 5
PEOPLE = 10_000
TEN_MILLION = 10_000_000
SEED = 20_261_126


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where the facts are, in each form, and what is asked of them."""

    facts: int
    seed: int
    tenant_id: int
    database: str
    """How PostgreSQL is reached."""
    duckdb: str
    parquet: str
    end: str
    """The day after the last of the facts, as text."""
    person_id: int
    region_id: int
    """The unit below the company whose figure is looked behind."""
    region_path: str
    opportunities: int
    people: int = PEOPLE

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.end) - timedelta(days=1)

    @property
    def start(self) -> date:
        """Return the first day of the weeks that are asked for."""
        return date.fromisoformat(self.end) - timedelta(weeks=WEEKS_ASKED)

    def write_to(self, folder: Path) -> None:
        path = folder / "world.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Figures that rules read by person: metrics over spans of days, of some facts or all."""

    name: str
    spans: tuple[tuple[str, str], ...]
    """From a day until before another, as text."""
    where: tuple[str, ...] = ()
    """What facts are narrowed to: ``product_line=…``."""
    metrics: tuple[str, ...] = ()

    def with_metric(self, metric: str) -> Asked:
        return replace(self, metrics=(*self.metrics, metric))

    def cell(self, metric: str) -> str:
        """Return what figures of one of the metrics go by."""
        return f"{self.name}/{metric}"

    def plain(self) -> dict[str, object]:
        return asdict(self)


def read_asked(raw: dict[str, Any]) -> Asked:
    """Return what ``plain`` gave, after it went through JSON."""
    spans = tuple((start, end) for start, end in raw["spans"])
    return Asked(
        name=raw["name"],
        spans=spans,
        where=tuple(raw["where"]),
        metrics=tuple(raw["metrics"]),
    )


def read_world(folder: Path) -> World:
    """Return the company that lies in a folder."""
    return World(**json.loads((folder / "world.json").read_text(encoding="utf-8")))
