"""Tallies: what adds up fact by fact, so that parts can be kept and added later.

A reversal repeats every column of the fact that it takes back, so it meets the
same conditions on the same day. What is summed over the facts that count is
therefore the sum over all facts less the sum over reversals, and nothing need be
looked up: the facts up to a number may have been summed before, as a cube, and
the facts after it are added, whatever they take back.

First-ever and distinct values do not add up like this, nor does what waits for a
gate; they are reckoned from the facts each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from bihuan.facts.replica import COLUMN_TYPES
from bihuan.metrics.domain.condition import AnyOf, Condition
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import Where
from bihuan.metrics.domain.measure import Term
from bihuan.metrics.engine.compiling import Asked, amount_of, key_of, narrowed
from bihuan.metrics.engine.conditions import expression
from bihuan.metrics.engine.dialect import Dialect, ledger_of, to_sql
from bihuan.metrics.engine.tables import CALENDAR

KEYS = ("person_id", "unit_id", "business_on")
DIMENSIONS_KEPT = frozenset({"person", "unit", "manager"})
"""What a cube can be broken down by and narrowed to: all follows from its keys."""
CUBE = "cube"


@dataclass(frozen=True, slots=True)
class Tally:
    """A sum of a field, of days, or of facts, over the facts that meet a condition."""

    counts: Term
    """What one fact adds: its sum, its days or one; its condition is the one below."""
    where: Condition | None
    parameters: tuple[tuple[str, Decimal], ...]

    @property
    def name(self) -> str:
        """Return what names it, in statements and in files: it changes with what it adds up."""
        return _name(self)


@lru_cache(maxsize=4096)
def _name(tally: Tally) -> str:
    where = None if tally.where is None else tally.where.model_dump(mode="json")
    how = (tally.counts.sum, tally.counts.days_between)
    said = [how, where, [(name, str(value)) for name, value in tally.parameters]]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return f"y_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


ONE = Term(count="facts")


def does_add_up(definition: MetricDefinition) -> bool:
    """Tell whether all of a metric's terms are tallies of one period."""
    return all(_does_add_up(term) for term in definition.terms)


def _does_add_up(term: Term) -> bool:
    return term.is_additive and term.first is None and term.gates is None


@lru_cache(maxsize=2048)
def tallies_of(definition: MetricDefinition) -> tuple[Tally, ...]:
    """Return a tally for each term of a metric, and last that of the facts that go in."""
    wheres = [term.where for term in definition.terms]
    known = [where for where in wheres if where is not None]
    any_of = dict.fromkeys(known) if len(known) == len(wheres) else {}
    if len(any_of) > 1:
        goes_in: Condition | None = AnyOf(parts=tuple(any_of))
    else:
        goes_in = next(iter(any_of), None)
    return (
        *(_tally(term, term.where, definition) for term in definition.terms),
        _tally(ONE, goes_in, definition),
    )


def _tally(term: Term, where: Condition | None, definition: MetricDefinition) -> Tally:
    plain = Term(sum=term.sum, days_between=term.days_between, count=term.count)
    does_use = where is not None and '"parameter"' in where.model_dump_json()
    values = sorted(definition.parameter_values.items()) if does_use else ()
    return Tally(plain, where, tuple(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class TalliesAsked:
    """What is asked of many tallies at once.

    ``cube`` is the table to begin from, if any, and ``has_more`` tells whether
    facts came after it.
    """

    tallies: tuple[Tally, ...]
    facts: tuple[Tally, ...]
    """Those that count what goes in: a cell without any is none."""
    narrowing: Asked
    by: tuple[str, ...]
    cube: str = ""
    has_more: bool = True
    dialect: Dialect = Dialect.DUCKDB


def can_be_cubed(by: Iterable[str], asked: Asked) -> bool:
    """Tell whether what is asked follows from people, units and days."""
    needed = {*by, *asked.where.dimensions, *asked.where.without}
    return asked.as_of_seq is None and needed <= DIMENSIONS_KEPT


def cube_for(by: Iterable[str], asked: Asked) -> str:
    """Return the smallest cube that still tells apart what is asked."""
    where: Where = asked.where
    needed = {*by, *where.dimensions, *where.without}
    is_personal = "person" in needed or where.person_ids is not None
    sees_own = asked.paths is not None and asked.own_id is not None
    return "person_day" if is_personal or sees_own else "unit_day"


@lru_cache(maxsize=1024)
def tallies_sql(asked: TalliesAsked) -> str:
    """Return the statement: dimensions, span, each tally. Its days come from ``calendar``."""
    names = [tally.name for tally in asked.tallies]
    parts = [_dated(asked, _of_facts(asked), names=None)] if asked.has_more else []
    if asked.cube:
        keys = KEYS if asked.cube == "person_day" else KEYS[1:]
        table = ibis.table(
            {**{key: COLUMN_TYPES[key] for key in keys}, **dict.fromkeys(names, "int64")},
            name=f"{CUBE}_{asked.cube}",
        )
        parts.append(_dated(asked, table, names=names))
    every = reduce(lambda one, other: one.union(other), parts)
    keys_by = [f"k_{name}" for name in asked.by]
    sums = {name: ibis.coalesce(every[name].sum(), 0) for name in names}
    found = every.group_by([*keys_by, "span"]).aggregate(**sums)
    is_there = reduce(or_, (found[tally.name] != 0 for tally in asked.facts))
    in_order = [found[key].asc(nulls_first=False) for key in ("span", *keys_by)]
    return to_sql(found.filter(is_there).order_by(in_order), asked.dialect)


def _of_facts(asked: TalliesAsked) -> ir.Table:
    facts = ledger_of(asked.dialect).facts
    if asked.cube:
        facts = ibis.table(dict(COLUMN_TYPES), name=f"after_{CUBE}")
    seq = asked.narrowing.as_of_seq
    return wanted(facts if seq is None else facts.filter(facts.seq <= seq), asked.tallies)


def wanted(facts: ir.Table, tallies: Sequence[Tally]) -> ir.Table:
    """Return the facts that some tally wants."""
    wheres = dict.fromkeys((tally.where, tally.parameters) for tally in tallies)
    conditions = [
        expression(where, facts, dict(parameters))
        for where, parameters in wheres
        if where is not None
    ]
    if len(conditions) < len(wheres):
        return facts
    return facts.filter(reduce(or_, conditions))


def _dated(asked: TalliesAsked, table: ir.Table, names: list[str] | None) -> ir.Table:
    """Return keys, span and tallies of a table of facts, or of a cube, which has their names."""
    joined = table.inner_join(CALENDAR, table.business_on == CALENDAR.day)
    seen = narrowed(asked.narrowing, asked.by, joined)
    depth = asked.narrowing.where.unit_depth
    keys = {f"k_{name}": key_of(seen, name, depth) for name in asked.by}
    columns = added(seen, asked.tallies) if names is None else {n: seen[n] for n in names}
    return seen.select(**keys, span=seen.span, **columns)


def added(facts: ir.Table, tallies: Sequence[Tally]) -> dict[str, ir.Value]:
    """Return what each fact adds to each tally; a reversal takes off what it takes back."""
    return {tally.name: _added(facts, tally) for tally in tallies}


def _added(facts: ir.Table, tally: Tally) -> ir.Value:
    amount = amount_of(tally.counts, facts)
    # In the ledger itself a reversal names what it takes back by id.
    reverses = facts["reverses_id" if "reverses_id" in facts.columns else "reverses_seq"]
    signed = ibis.ifelse(reverses.isnull(), amount, -amount)
    if tally.where is None:
        return signed
    is_in = expression(tally.where, facts, dict(tally.parameters))
    return ibis.ifelse(is_in, signed, ibis.null("int64"))


def sql_of(expr: ir.Expr) -> str:
    """Return an expression as a statement of the replica."""
    return to_sql(expr, Dialect.DUCKDB)
