"""The facts that two definitions of one metric read differently, by one statement.

Each side is cut into its terms: what a fact adds to the upper or the lower part
of the figure, and the day it counts on. Both are put under each other and summed
by fact; what comes out the same on both sides is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple, cast

import ibis
import ibis.expr.types as ir

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import unscaled
from bihuan.metrics.domain.measure import Measure
from bihuan.metrics.engine.backends import Reading, answer
from bihuan.metrics.engine.compiling import (
    Asked,
    day_of,
    facts_of,
    inside,
    is_scaled,
    matches,
    narrowed,
    share_of,
)
from bihuan.metrics.engine.dialect import to_sql
from bihuan.metrics.engine.tables import keep_organisation
from bihuan.org.models import Tenant

PARTS = ("old_upper", "old_lower", "new_upper", "new_lower")


class Side(NamedTuple):
    """What a fact adds by one definition, and the day it counts on; no day where it does not."""

    upper: Decimal
    lower: Decimal
    counted_on: date | None


class Moved(NamedTuple):
    """A fact that two definitions read differently."""

    seq: int
    old: Side
    new: Side

    @property
    def how(self) -> str:
        """Return whether it comes in, goes out, or counts otherwise."""
        if self.old.counted_on is None:
            return "in"
        return "out" if self.new.counted_on is None else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedFacts:
    """How many facts come in, go out and count otherwise, and one page of them."""

    come: int
    gone: int
    changed: int
    lines: list[Moved]

    @property
    def count(self) -> int:
        return self.come + self.gone + self.changed


def ask_moved(
    tenant: Tenant, sides: tuple[Asked | None, Asked], span: Period, *, page: int, page_size: int
) -> MovedFacts:
    """Return the facts of a span that an old and a new definition read differently.

    Without an old definition, everything that the new one counts comes in.
    """
    old, new = sides

    def question(reading: Reading) -> MovedFacts:
        keep_organisation(reading, tenant)
        before = None if old is None else replace(old, dialect=reading.dialect)
        after = replace(new, dialect=reading.dialect)
        counts_sql, page_sql = moved_sql(before, after, span, (page, page_size))
        [counts] = cast("list[tuple[int | None, ...]]", reading.rows(counts_sql))
        come, gone, changed = (each or 0 for each in counts)
        lines = [_line(row, old, new) for row in reading.rows(page_sql)]
        return MovedFacts(come=come, gone=gone, changed=changed, lines=lines)

    return answer(tenant, question)


def _line(row: tuple[object, ...], old: Asked | None, new: Asked) -> Moved:
    seq, *sums = cast("tuple[int, ...]", row[:5])
    old_on, new_on = cast("tuple[date | None, date | None]", row[5:])
    before = (old or new).definition
    return Moved(
        seq,
        Side(*_exact(before, sums[:2]), old_on),
        Side(*_exact(new.definition, sums[2:]), new_on),
    )


def _exact(definition: MetricDefinition, sums: list[int]) -> tuple[Decimal, Decimal]:
    return _of(definition.numerator, sums[0]), _of(definition.denominator, sums[1])


def _of(measure: Measure, units: int) -> Decimal:
    return unscaled(units) if measure and is_scaled(measure[0]) else Decimal(units)


def moved_sql(old: Asked | None, new: Asked, span: Period, at: tuple[int, int]) -> tuple[str, str]:
    """Return the statements for how many facts move in which way, and for a page of them."""
    sides = _side(new, span, "new")
    if old is not None:
        sides = [*_side(old, span, "old"), *sides]
    lines = reduce(lambda one, other: one.union(other), sides)
    by_fact = lines.group_by("seq").aggregate(
        **{name: lines[name].sum() for name in PARTS},
        old_on=lines.old_on.min(),
        new_on=lines.new_on.min(),
    )
    was, comes = by_fact.old_on.notnull(), by_fact.new_on.notnull()
    differs = reduce(
        lambda one, other: one | other,
        [
            was != comes,
            by_fact.old_upper != by_fact.new_upper,
            by_fact.old_lower != by_fact.new_lower,
            ibis.coalesce(by_fact.old_on != by_fact.new_on, ibis.literal(value=False)),
        ],
    )
    moved = by_fact.filter(differs)
    was, comes = moved.old_on.notnull(), moved.new_on.notnull()
    counts = moved.aggregate(
        come=ibis.ifelse(~was, 1, 0).sum(),
        gone=ibis.ifelse(~comes, 1, 0).sum(),
        changed=ibis.ifelse(was & comes, 1, 0).sum(),
    )
    page, page_size = at
    newest = [ibis.desc(ibis.coalesce(moved.new_on, moved.old_on)), ibis.desc(moved.seq)]
    paged = moved.order_by(newest).limit(page_size, offset=(page - 1) * page_size)
    at_page = paged.select("seq", *PARTS, "old_on", "new_on")
    return to_sql(counts, new.dialect), to_sql(at_page, new.dialect)


def _side(asked: Asked, span: Period, name: str) -> list[ir.Table]:
    """Return what every fact adds to each term of a definition, a table for each term."""
    terms = asked.definition.terms
    seen = narrowed(asked, (), facts_of(asked, list(terms)))
    marked = seen.mutate(
        **{
            f"m_{number}": matches(term, seen, asked) & inside(term, seen, asked, span)
            for number, term in enumerate(terms)
        },
        **{f"d_{number}": day_of(term, seen, asked) for number, term in enumerate(terms)},
    )
    upper = len(asked.definition.numerator)
    tables = []
    for number, term in enumerate(terms):
        kept = marked.filter(marked[f"m_{number}"])
        part = f"{name}_{'upper' if number < upper else 'lower'}"
        share = (share_of(term, kept, f"m_{number}") * term.sign).cast("int64")
        nothing = ibis.literal(0, type="int64")
        days = {
            f"{side}_on": kept[f"d_{number}"] if side == name else ibis.null("date")
            for side in ("old", "new")
        }
        tables.append(
            kept.select(
                "seq", **{each: share if each == part else nothing for each in PARTS}, **days
            )
        )
    return tables
