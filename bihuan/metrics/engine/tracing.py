"""What one fact changes in the figures of a metric, asked of the engine.

The facts that count are read twice by the relation that figures come from, once
with the fact and once as if it had never been recorded; what differs is its doing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, reduce
from typing import NamedTuple, cast

import ibis
import ibis.expr.types as ir

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.measure import Term
from bihuan.metrics.engine.backends import Reading, answer
from bihuan.metrics.engine.compiling import (
    Asked,
    amount_of,
    day_of,
    facts_of,
    matches,
    narrowed,
    told_apart,
)
from bihuan.metrics.engine.conditions import NEVER
from bihuan.metrics.engine.dialect import Dialect, ledger_of, to_sql
from bihuan.metrics.engine.tables import keep_organisation
from bihuan.org.models import Tenant

# Numbers no ledger comes to: they keep the places of the real ones in a compiled statement.
THIS, THAT, OTHER, AS_OF = (2**62 + step for step in range(4))


class Line(NamedTuple):
    """A fact that a term counts on a day, for a person and a unit, with what it adds.

    ``sign`` is 1 where it counts because of the fact that is traced, -1 where it
    would count but for it.
    """

    seq: int
    term: int
    day: date
    person_id: int | None
    unit_id: int | None
    share: int
    sign: int


class Alike(NamedTuple):
    """A fact that stands for the same thing as another one where values are told apart."""

    seq: int
    day: date
    person_id: int | None
    unit_id: int | None


def ask_change(
    tenant: Tenant,
    definition: MetricDefinition,
    seq: int,
    *,
    touches: Sequence[int],
    as_of_seq: int | None = None,
) -> list[Line]:
    """Return the lines that are there, or are not, because of one fact.

    ``touches`` are the facts it speaks of: itself, and the one it takes back. Where
    a metric counts firsts, or has gates, it may decide over others too, and all are
    compared.
    """
    numbers = {THIS: seq, THAT: max(touches), OTHER: min(touches), AS_OF: as_of_seq or 0}

    def statement(dialect: Dialect) -> str:
        sql = change_sql(definition, dialect, is_closed=as_of_seq is not None)
        return _with_numbers(sql, numbers)

    found = cast(
        "Sequence[tuple[int, int, date, int | None, int | None, int, int]]",
        _answer(tenant, statement),
    )
    return [Line(*row) for row in found]


def _answer(tenant: Tenant, statement: Callable[[Dialect], str]) -> Sequence[tuple[object, ...]]:
    def question(reading: Reading) -> Sequence[tuple[object, ...]]:
        keep_organisation(reading, tenant)
        return reading.rows(statement(reading.dialect))

    return answer(tenant, question)


@lru_cache(maxsize=512)
def change_sql(definition: MetricDefinition, dialect: Dialect, *, is_closed: bool) -> str:
    """Return the statement for what the fact looked away from changes, line by line.

    It is compiled once for a definition, with numbers that stand for those of facts.
    """
    asked = Asked(
        definition=definition,
        without_seq=THIS,
        as_of_seq=AS_OF if is_closed else None,
        dialect=dialect,
    )
    decides = any(term.first is not None or term.gates is not None for term in definition.terms)
    seqs = None if decides else (THAT, OTHER)
    there = _lines(replace(asked, without_seq=None), seqs)
    without = _lines(asked, seqs)
    gained = there.difference(without, distinct=False).mutate(sign=ibis.literal(1))
    lost = without.difference(there, distinct=False).mutate(sign=ibis.literal(-1))
    return to_sql(gained.union(lost, distinct=False).order_by(["seq", "term", "sign"]), dialect)


def _with_numbers(sql: str, numbers: Mapping[int, int]) -> str:
    for stands, number in numbers.items():
        sql = sql.replace(str(stands), str(number))
    return sql


def _lines(asked: Asked, seqs: tuple[int, ...] | None) -> ir.Table:
    terms = asked.definition.terms
    table = narrowed(asked, (), facts_of(asked, list(terms)))
    if seqs is not None:
        table = table.filter(table.seq.isin(seqs))
    parts = (_of_term(number, term, table, asked) for number, term in enumerate(terms))
    return reduce(lambda one, other: one.union(other, distinct=False), parts)


def _of_term(number: int, term: Term, table: ir.Table, asked: Asked) -> ir.Table:
    """Return each fact that one term counts, with the day it counts on and its share."""
    day = day_of(term, table, asked)
    kept = table.filter(ibis.coalesce(matches(term, table, asked), NEVER) & day.notnull())
    return kept.select(
        "seq",
        "person_id",
        "unit_id",
        term=ibis.literal(number, type="int64"),
        day=day_of(term, kept, asked),
        share=_single(term, kept),
    ).select("seq", "term", "day", "person_id", "unit_id", "share")


def _single(term: Term, table: ir.Table) -> ir.Value:
    """Return what one fact by itself adds to a term that counts it."""
    if term.distinct is not None:
        return ibis.ifelse(told_apart(term, table).notnull(), 1, 0).cast("int64")
    return ibis.coalesce(amount_of(term, table), 0).cast("int64")


def ask_alike(
    tenant: Tenant,
    definition: MetricDefinition,
    number: int,
    seq: int,
    span: Period,
    *,
    as_of_seq: int | None = None,
) -> list[Alike]:
    """Return the other facts of some days that a term counts as the same thing as a fact."""

    def statement(dialect: Dialect) -> str:
        sql = alike_sql(definition, number, dialect, is_closed=as_of_seq is not None)
        return _with_numbers(sql, {THIS: seq, AS_OF: as_of_seq or 0})

    rows = cast("Sequence[tuple[int, date, int | None, int | None]]", _answer(tenant, statement))
    found = (Alike(*row) for row in rows)
    return [each for each in found if span.contains(each.day)]


@lru_cache(maxsize=512)
def alike_sql(
    definition: MetricDefinition, number: int, dialect: Dialect, *, is_closed: bool
) -> str:
    """Return the statement for the facts that carry the value of one fact, itself left out."""
    asked = Asked(definition=definition, as_of_seq=AS_OF if is_closed else None, dialect=dialect)
    term = definition.terms[number]
    # The fact itself may be taken back, and then stands among no facts that count.
    facts = ledger_of(dialect).facts
    this = narrowed(asked, (), facts.filter(facts.seq == THIS))
    mine = this.select(mine=told_apart(term, this))
    table = narrowed(asked, (), facts_of(asked, [term]))
    others = table.filter(
        ibis.coalesce(matches(term, table, asked), NEVER),
        table.seq != THIS,
        day_of(term, table, asked).notnull(),
    )
    alike = others.semi_join(mine, told_apart(term, others) == mine.mine)
    return to_sql(
        alike.select("seq", "person_id", "unit_id", day=day_of(term, alike, asked))
        .select("seq", "day", "person_id", "unit_id")
        .order_by("seq"),
        dialect,
    )
