"""The facts behind a figure, by the same relation as the figure: their sums, and a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, reduce
from operator import or_

import ibis.expr.types as ir

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.measure import Over, Term
from bihuan.metrics.engine.compiling import (
    Asked,
    facts_of,
    inside,
    matches,
    narrowed,
    share_of,
)
from bihuan.metrics.engine.dialect import sum_of, to_sql
from bihuan.metrics.engine.shape import shape_of

_ANY = Period("any", date(9199, 1, 1), date(9199, 2, 1))
"""Stands for every span: to compile a statement costs more than to answer it."""


def behind_sql(
    pieces: Sequence[tuple[Asked, Period]], *, page: int, page_size: int
) -> tuple[str, str]:
    """Return the statements for the sums and count of the facts behind a figure, and for a page.

    A figure over closed and open days has several pieces, each read as of its own number.
    """
    first, _ = pieces[0]
    shares = [f"t_{number}" for number in range(len(first.definition.terms))]
    columns = ", ".join(("seq", "business_on", *shares))
    lines = " UNION ALL ".join(
        f"SELECT {columns} FROM ({lines_sql(*piece)}) AS piece_{place}"
        for place, piece in enumerate(pieces)
    )
    sums = "".join(f", {sum_of(name, first.dialect)} AS {name}" for name in shares)
    return (
        f"SELECT count(*) AS facts{sums} FROM ({lines}) AS lines",
        f"SELECT {', '.join(('seq', *shares))} FROM ({lines}) AS lines"
        f" ORDER BY business_on DESC, seq DESC LIMIT {page_size} OFFSET {(page - 1) * page_size}",
    )


def lines_sql(asked: Asked, span: Period) -> str:
    """Return the statement for the facts behind a figure: it is compiled once for all spans."""
    if _says_a_day_of_any(asked.definition):
        return _lines(asked, span)
    shape = shape_of(asked)
    sql = shape.filled(_lines(shape.asked, _ANY))
    for any_day, day in ((_ANY.start, span.start), (_ANY.end, span.end)):
        sql = sql.replace(_spelled(any_day), _spelled(day))
    return sql


def _spelled(day: date) -> str:
    """Return a day as every engine's statements spell it."""
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"


@lru_cache(maxsize=512)
def _says_a_day_of_any(definition: MetricDefinition) -> bool:
    said = definition.model_dump_json()
    return str(_ANY.start) in said or str(_ANY.end) in said


@lru_cache(maxsize=512)
def _lines(asked: Asked, span: Period) -> str:
    return to_sql(lines_behind(asked, span), asked.dialect)


def lines_behind(asked: Asked, span: Period) -> ir.Table:
    """Return the facts behind a figure with what each adds to every term."""
    terms = asked.definition.terms
    seen = _near(narrowed(asked, (), facts_of(asked, list(terms))), terms, span)
    marked = seen.mutate(
        **{
            f"m_{number}": matches(term, seen, asked) & inside(term, seen, asked, span)
            for number, term in enumerate(terms)
        }
    )
    kept = marked.filter(reduce(or_, (marked[f"m_{number}"] for number in range(len(terms)))))
    return kept.select(
        "seq",
        "business_on",
        **{f"t_{number}": share_of(term, kept, f"m_{number}") for number, term in enumerate(terms)},
    )


def _near(table: ir.Table, terms: Sequence[Term], span: Period) -> ir.Table:
    """Leave out what lies outside of a span for certain, in words that files are pruned by."""
    if any(term.gates is not None for term in terms):
        return table
    if all(term.over is Over.PERIOD for term in terms):
        table = table.filter(table.business_on >= span.start)
    return table.filter(table.business_on < span.end)
