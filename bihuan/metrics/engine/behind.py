"""The facts behind a figure, by the same relation as the figure: their sums, and a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_

import ibis.expr.types as ir

from bihuan.kernel.period import Period
from bihuan.metrics.domain.measure import Over, Term
from bihuan.metrics.engine.compiling import (
    Asked,
    facts_of,
    inside,
    matches,
    narrowed,
    share_of,
)
from bihuan.metrics.engine.dialect import to_sql


def behind_sql(
    pieces: Sequence[tuple[Asked, Period]], *, page: int, page_size: int
) -> tuple[str, str]:
    """Return the statements for the sums and count of the facts behind a figure, and for a page.

    A figure over closed and open days has several pieces, each read as of its own number.
    """
    totals, lines, shares = _behind(tuple(pieces))
    return totals, (
        f"SELECT {', '.join(('seq', *shares))} FROM ({lines}) AS lines"
        f" ORDER BY business_on DESC, seq DESC LIMIT {page_size} OFFSET {(page - 1) * page_size}"
    )


@lru_cache(maxsize=512)
def _behind(pieces: tuple[tuple[Asked, Period], ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return the statements for sums and facts, and their shares; all pages begin with them."""
    lines = reduce(lambda one, other: one.union(other), (lines_behind(*piece) for piece in pieces))
    shares = tuple(name for name in lines.columns if name.startswith("t_"))
    totals = lines.aggregate(facts=lines.count(), **{name: lines[name].sum() for name in shares})
    dialect = pieces[0][0].dialect
    return to_sql(totals, dialect), to_sql(lines, dialect), shares


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
