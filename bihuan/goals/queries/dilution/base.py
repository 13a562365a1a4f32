"""What was done in the same days a year before: by unit as it was then, and by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min

from bihuan.facts.models import Fact
from bihuan.goals.queries.dilution.asking import DilutionAsked
from bihuan.metrics.queries import (
    Defined,
    MetricRow,
    Where,
    evaluate,
    evaluate_levels,
    evaluate_many,
)
from bihuan.org.models import Tenant, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Last year's actuals of everything under a unit."""

    units: dict[str, Decimal]
    """By the path of the unit, with all that was earned below it."""
    people: dict[int, Decimal]
    """By person, whatever they did under the unit, wherever they sat."""
    history_from: date | None
    """The first day with facts, where it lies after the first day of the base."""


def base_of(asked: DilutionAsked, units: Sequence[Unit]) -> Base:
    """Return last year's actuals of units and people; a fact keeps the unit it had."""
    levels = sorted({unit.depth for unit in units})
    paths = {unit.pk: unit.path for unit in units}
    depths = {unit.pk: unit.depth for unit in units}
    by_unit: dict[str, Decimal] = {}
    for level, rows in zip(levels, _by_level(asked, levels), strict=True):
        for row in rows:
            unit = row.keys["unit"]
            if isinstance(unit, int) and depths.get(unit) == level and row.value is not None:
                by_unit[paths[unit]] = row.value
    return Base(
        units=by_unit,
        people=_by_person(asked),
        history_from=history_from(asked.tenant, asked.base.start),
    )


def _by_level(asked: DilutionAsked, levels: Sequence[int]) -> Iterable[list[MetricRow]]:
    key = asked.metric.key
    if asked.defined is Defined.THEN:
        boards = evaluate_levels(
            tenant=asked.tenant,
            metrics=[key],
            spans=[asked.base],
            scope=asked.scope,
            levels=levels,
        )
        return [board.rows(key) for board in boards]
    return [
        evaluate_many(
            tenant=asked.tenant,
            metrics=[key],
            spans=[asked.base],
            scope=asked.scope,
            by=("unit",),
            where=Where(unit_path=asked.unit.path, unit_depth=level),
            defined=asked.defined,
        ).rows(key)
        for level in levels
    ]


def _by_person(asked: DilutionAsked) -> dict[int, Decimal]:
    rows = evaluate(
        tenant=asked.tenant,
        metric=asked.metric.key,
        by=("person",),
        spans=[asked.base],
        where=Where(unit_path=asked.unit.path),
        scope=asked.scope,
        with_total=False,
        defined=asked.defined,
    )
    return {
        int(str(row.keys["person"])): row.value
        for row in rows
        if row.keys["person"] is not None and row.value is not None
    }


def history_from(tenant: Tenant, start: date) -> date | None:
    """Return the first day with facts, where it lies after a day: history does not reach it."""
    first: date | None = Fact.objects.filter(tenant=tenant).aggregate(day=Min("business_on"))["day"]
    return first if first is not None and first > start else None
