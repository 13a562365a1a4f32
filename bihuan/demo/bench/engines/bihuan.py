"""The product: metrics by name, through the engine that its pages ask."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bihuan.demo.bench.answer import SCALED, Row, kept, whole
from bihuan.demo.bench.world import LEVELS, METRICS, PAGE, World
from bihuan.kernel.period import Grain, Period, periods


class Engine:
    def __init__(self, world: World) -> None:
        from bihuan.base.starting import prepare

        prepare()
        from bihuan.metrics.queries import (
            Where,
            evaluate,
            evaluate_levels,
            evaluate_many,
            facts_behind,
        )
        from bihuan.org.models import Tenant

        self.where, self.evaluate = Where, evaluate
        self.evaluate_many, self.facts_behind = evaluate_many, facts_behind
        self.evaluate_levels = evaluate_levels
        self.world = world
        self.tenant = Tenant.objects.get(pk=world.tenant_id)
        end = world.last_day + timedelta(days=1)
        self.weeks = periods(world.start, end, Grain.WEEK)
        self.span = Period("8 weeks", world.start, end)

    def _board(self, by: tuple[str, ...], **where: Any) -> Any:
        return self.evaluate_many(
            tenant=self.tenant,
            metrics=METRICS,
            spans=self.weeks,
            scope=None,
            by=by,
            where=self.where(**where),
        )

    def heatmap(self) -> Any:
        return self._board(("person",))

    def person(self) -> Any:
        return self._board((), person_ids=(self.world.person_id,))

    def rollup(self) -> Any:
        return self.evaluate_levels(
            tenant=self.tenant,
            metrics=METRICS,
            spans=self.weeks,
            scope=None,
            levels=range(LEVELS),
        )

    def drilldown(self) -> Any:
        return self.facts_behind(
            tenant=self.tenant,
            metric="signed_amount",
            span=self.span,
            where=self.where(unit_path=self.world.region_path),
            scope=None,
            page_size=PAGE,
        )

    def canonical(self, query: str, answer: Any) -> list[Row]:
        if query == "drilldown":
            lines = [(line.seq, int(line.contribution * 10_000)) for line in answer.lines]
            return [(answer.count, int(answer.total_value * 10_000)), *lines]
        if query == "rollup":
            every = [(level, *row) for level, part in enumerate(answer) for row in _rows(part, 1)]
            return kept(every, 3)
        width = 1 if query == "heatmap" else 0
        return kept(_rows(answer, width), width + 1)

    def follow(self, folder: Path) -> None:
        self.seen()

    def seen(self) -> int:
        day = self.world.last_day
        [row] = self.evaluate(
            tenant=self.tenant,
            metric="visits",
            spans=[Period(str(day), day, day + timedelta(days=1))],
            scope=None,
        )
        return int(row.value or 0)


def _rows(board: Any, width: int) -> list[Row]:
    """Return the rows of a board, each metric with its terms added up."""
    columns = {name: board.table[name].to_pylist() for name in board.table.column_names}
    keys = [columns[name] for name in [*(f"k_{name}" for name in board.by), "span"]]
    values = []
    for metric, is_scaled in zip(METRICS, SCALED, strict=True):
        terms = board.definitions[metric].terms
        assert is_scaled == (
            board.definitions[metric].unit.value in ("money", "quantity", "minutes")
        )
        sums = [
            [term.sign * whole(each) for each in columns[name]]
            for term, name in zip(terms, board.columns[metric][:-1], strict=True)
        ]
        values.append([sum(each) for each in zip(*sums, strict=True)])
    assert len(keys) == width + 1
    return [tuple(map(whole, row)) for row in zip(*keys, *values, strict=True)]
