"""The facts of gated terms that wait for a gate, as statements of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, reduce
from typing import cast

import ibis
import ibis.expr.types as ir

from bihuan.metrics.domain.gate import Gates
from bihuan.metrics.engine.backends import Reading, answer
from bihuan.metrics.engine.compiling import (
    Asked,
    amount_of,
    day_of,
    facts_of,
    matches,
    narrowed,
    opened_columns,
)
from bihuan.metrics.engine.dialect import to_sql
from bihuan.metrics.engine.shape import shape_of
from bihuan.metrics.engine.tables import keep_organisation
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True)
class WaitingSum:
    """How many facts of a term of one person and unit wait for the same gates, and their sum."""

    term: int
    person_id: int | None
    unit_id: int | None
    is_open: tuple[bool, ...]
    facts: int
    share: int


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """A fact that waits: its number, its term, its share and the day each gate opened."""

    seq: int
    term: int
    share: int
    opened: tuple[date | None, ...]


def waiting_sql(asked: Asked, *, page: int, page_size: int) -> tuple[str, str]:
    """Return the statements for what waits, summed by term, person and gates, and for a page.

    The page is in the order of the facts' own days, the oldest first.
    """
    shape = shape_of(asked)
    sums, facts = _compiled(shape.asked, page, page_size)
    return shape.filled(sums), shape.filled(facts)


@lru_cache(maxsize=512)
def _compiled(asked: Asked, page: int, page_size: int) -> tuple[str, str]:
    gated = [
        (number, term.gates)
        for number, term in enumerate(asked.definition.terms)
        if term.gates is not None
    ]
    most = max(len(gates.needs) for _, gates in gated)
    lines = reduce(
        lambda one, other: one.union(other),
        (_lines(asked, number, gates, most) for number, gates in gated),
    )
    opened = [f"opened_{place}" for place in range(most)]
    flags = {f"is_{name}": lines[name].notnull() for name in opened}
    sums = lines.group_by("term", "person_id", "unit_id", **flags).aggregate(
        facts=lines.count(), share=lines.share.sum()
    )
    in_order = lines.order_by([lines.business_on, lines.seq, lines.term])
    at_page = in_order.limit(page_size, offset=(page - 1) * page_size)
    in_sums = sums.order_by(
        [
            sums.term,
            *(sums[name].asc(nulls_first=False) for name in ("person_id", "unit_id")),
            *(sums[name] for name in flags),
        ]
    )
    page_of = at_page.select("seq", "term", "share", *opened)
    return to_sql(in_sums, asked.dialect), to_sql(page_of, asked.dialect)


def _lines(asked: Asked, number: int, gates: Gates, most: int) -> ir.Table:
    term = asked.definition.terms[number]
    seen = narrowed(asked, (), facts_of(asked, [term]))
    waits = seen.filter(matches(term, seen, asked) & day_of(term, seen, asked).isnull())
    own = opened_columns(asked.definition, gates)
    opened = {
        f"opened_{place}": waits[own[place]] if place < len(own) else ibis.null("date")
        for place in range(most)
    }
    return waits.select(
        "seq",
        "business_on",
        "person_id",
        "unit_id",
        term=ibis.literal(number, type="int64"),
        share=ibis.coalesce(amount_of(term, waits), 0) * term.sign,
        **opened,
    )


def ask_waiting(
    tenant: Tenant, asked: Asked, *, page: int, page_size: int
) -> tuple[list[WaitingSum], list[WaitingFact]]:
    """Return what waits for a gate: the sums over everything, and a page of facts."""
    needs = [0 if term.gates is None else len(term.gates.needs) for term in asked.definition.terms]

    def question(reading: Reading) -> tuple[list[WaitingSum], list[WaitingFact]]:
        keep_organisation(reading, tenant)
        put = replace(asked, dialect=reading.dialect)
        sums_sql, page_sql = waiting_sql(put, page=page, page_size=page_size)
        sums = [_sum(row, needs) for row in reading.rows(sums_sql)]
        facts = [_fact(row, needs) for row in reading.rows(page_sql)]
        return sums, facts

    return answer(tenant, question)


def _sum(row: Sequence[object], needs: Sequence[int]) -> WaitingSum:
    term, person, unit, *flags, facts, share = cast("list[int]", list(row))
    return WaitingSum(
        term, person, unit, tuple(map(bool, flags[: needs[term]])), facts, int(share or 0)
    )


def _fact(row: Sequence[object], needs: Sequence[int]) -> WaitingFact:
    seq, term, share = cast("tuple[int, int, int]", tuple(row[:3]))
    opened = cast("list[date | None]", list(row[3:]))
    return WaitingFact(seq, term, int(share or 0), tuple(opened[: needs[term]]))
