"""Putting many metrics at once to the replica: one statement adds up all that they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyarrow as pa
from django.conf import settings

from bihuan.facts import replica
from bihuan.facts.replica import Reading
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine.backends import Reading as AnyReading
from bihuan.metrics.engine.backends import answer
from bihuan.metrics.engine.compiling import Asked
from bihuan.metrics.engine.cubes import cube_of
from bihuan.metrics.engine.shape import shape_of
from bihuan.metrics.engine.tables import calendar_of, keep_organisation
from bihuan.metrics.engine.tallies import (
    TalliesAsked,
    Tally,
    can_be_cubed,
    does_add_up,
    tallies_of,
    tallies_sql,
)
from bihuan.org.models import Tenant


def is_added(definition: MetricDefinition) -> bool:
    """Tell whether a metric can be asked for here: it adds up, and the replica is asked."""
    is_replica = str(getattr(settings, "ANALYTICS_URL", "duckdb")) == "duckdb"
    return is_replica and does_add_up(definition)


def ask_added(
    tenant: Tenant,
    definitions: Sequence[MetricDefinition],
    asked: Asked,
    by: tuple[str, ...],
    spans: tuple[Period, ...],
) -> pa.Table:
    """Return every cell that has facts: ``k_…`` of dimensions, ``span``, and the tallies.

    ``asked`` says what is narrowed to, whatever metric it is of. Tallies are in
    columns of their own names, as whole numbers.
    """
    if asked.is_of_few and can_be_cubed(by, asked):
        return _of_few(tenant, definitions, asked, by, spans)

    def question(reading: Reading) -> pa.Table:
        sql = prepared(reading, tenant, definitions, asked, by)
        return reading.table(sql, {"calendar": calendar(spans)})

    return replica.answer(tenant, question)


def _of_few(
    tenant: Tenant,
    definitions: Sequence[MetricDefinition],
    asked: Asked,
    by: tuple[str, ...],
    spans: tuple[Period, ...],
) -> pa.Table:
    """Return the same of few people, whose facts the ledger's own index finds at once."""
    tallies, facts, _ = _tallies(tuple(definitions))
    shape = shape_of(asked, definitions)

    def question(reading: AnyReading) -> Sequence[tuple[object, ...]]:
        if asked.paths is not None or by or asked.where.unit_path or asked.where.dimensions:
            keep_organisation(reading, tenant)
        sql = tallies_sql(
            TalliesAsked(
                tallies=tallies, facts=facts, narrowing=shape.asked, by=by, dialect=reading.dialect
            )
        )
        return reading.rows(shape.filled(sql), {"calendar": calendar(spans)})

    rows = answer(tenant, question, of_few=True)
    keys = [*(f"k_{name}" for name in by), "span"]
    types = [pa.int64()] * len(keys) + [pa.decimal128(38, 0)] * len(tallies)
    names = [*keys, *(tally.name for tally in tallies)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.table(
        {
            name: pa.array(list(values), type_)
            for name, type_, values in zip(names, types, columns, strict=True)
        }
    )


def ask_levels(
    tenant: Tenant,
    definitions: Sequence[MetricDefinition],
    asked: Asked,
    levels: Sequence[int],
    spans: tuple[Period, ...],
) -> list[pa.Table]:
    """Return every cell of units on several levels of the tree, one table for each level.

    What adds up is summed once for each unit; a level sums what is under its units.
    """

    def question(reading: Reading) -> pa.Table:
        base = prepared(reading, tenant, definitions, asked, ("unit",))
        _, _, names = _tallies(tuple(definitions))
        sums = ", ".join(f"sum({name}) AS {name}" for name in sorted(names))
        parts = " UNION ALL ".join(
            f"SELECT {level:d} AS level, coalesce(u.at_{level:d}, b.k_unit) AS k_unit, span, {sums}"
            " FROM base b LEFT JOIN units u ON u.unit_key = b.k_unit GROUP BY ALL"
            for level in levels
        )
        sql = f"WITH base AS MATERIALIZED ({base}) {parts} ORDER BY level, span, k_unit NULLS LAST"
        return reading.table(sql, {"calendar": calendar(spans)})

    found = replica.answer(tenant, question)
    of_level = found["level"].to_pylist()
    return [
        found.slice(of_level.index(level), of_level.count(level)).drop_columns(["level"])
        if level in of_level
        else found.slice(0, 0).drop_columns(["level"])
        for level in levels
    ]


def prepared(
    reading: Reading,
    tenant: Tenant,
    definitions: Sequence[MetricDefinition],
    asked: Asked,
    by: tuple[str, ...],
) -> str:
    """Return the statement that adds up what metrics need, beginning from a cube if it can."""
    keep_organisation(reading, tenant)
    tallies, facts, names = _tallies(tuple(definitions))
    cube, has_more = cube_of(reading, by, asked, names)
    shape = shape_of(asked, definitions)
    return shape.filled(
        tallies_sql(
            TalliesAsked(
                tallies=tallies,
                facts=facts,
                narrowing=shape.asked,
                by=by,
                cube=cube,
                has_more=has_more,
            )
        )
    )


@lru_cache(maxsize=1024)
def _tallies(
    definitions: tuple[MetricDefinition, ...],
) -> tuple[tuple[Tally, ...], tuple[Tally, ...], frozenset[str]]:
    """Return the different tallies of metrics, those that count their facts, and all names."""
    every = _different(tally for each in definitions for tally in tallies_of(each))
    facts = _different(tallies_of(each)[-1] for each in definitions)
    return every, facts, frozenset(tally.name for tally in every)


def _different(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(dict.fromkeys(tallies))


@lru_cache(maxsize=64)
def calendar(spans: tuple[Period, ...]) -> pa.Table:
    """Return the days of spans as the table that statements read them from."""
    return calendar_of([(span.start, span.end) for span in spans])
