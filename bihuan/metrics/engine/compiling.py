"""A metric as one statement of the engine.

Facts that count are narrowed to those some term wants, joined with the days of
the spans, narrowed to what is asked for and what may be seen, and summed term
by term. A figure and the facts behind it go through the same relation.

A fact of a gated term is dated by the day its gates let it count; whether they
are open is read from all facts, whoever may see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS, FieldType
from bihuan.metrics.domain.figure import Where
from bihuan.metrics.domain.gate import LAST, OWN, Gates
from bihuan.metrics.domain.measure import Over, Reach, Term
from bihuan.metrics.engine.conditions import NEVER, expression
from bihuan.metrics.engine.dialect import Dialect, ledger_of, to_sql
from bihuan.metrics.engine.entities import CUSTOMER, entity_of, with_customers
from bihuan.metrics.engine.tables import CALENDAR, LEVELS, MANAGERS, UNITS

EVERYWHERE = Where()
ACCOUNT = "account"
FEW = 5
"""So many people are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a metric, apart from the days.

    ``paths`` are the parts of the tree that may be seen, beside what is
    ``own_id``'s; ``None`` stands for everything. ``dialect`` is the SQL of the
    engine that is asked.
    """

    definition: MetricDefinition
    where: Where = EVERYWHERE
    paths: tuple[str, ...] | None = None
    own_id: int | None = None
    as_of_seq: int | None = None
    dialect: Dialect = Dialect.DUCKDB
    without_seq: int | None = None
    """A fact that is looked away from, to see what it changes."""

    @property
    def is_of_few(self) -> bool:
        """Tell whether it is of the facts of so few people that an index finds them at once.

        What is decided over everybody's facts, a first or a gate, is not, and
        neither is what must know which accounts are one customer.
        """
        ids = self.where.person_ids
        if _reads_customers(self, ()):
            return False
        is_narrow = self.where.person_id is not None or (ids is not None and len(ids) <= FEW)
        return is_narrow and all(
            term.first is None and term.distinct is None and term.gates is None
            for term in self.definition.terms
        )


NULL = ibis.null("int64")


@lru_cache(maxsize=2048)
def figures_sql(asked: Asked, by: tuple[str, ...], reach: Reach) -> str:
    """Return the statement for the terms of one reach: dimensions, span, a sum per term, facts.

    Its days come from the table ``calendar``, so it serves any spans.
    """
    terms = [
        (number, term) for number, term in enumerate(asked.definition.terms) if term.reach == reach
    ]
    table = facts_of(asked, [term for _, term in terms])
    dated = table.inner_join(CALENDAR, day_of(terms[0][1], table, asked) == CALENDAR.day)
    seen = narrowed(asked, by, dated)
    keys = {f"k_{name}": key_of(seen, name, asked.where.unit_depth) for name in by}
    sums = {f"t_{number}": _sum(term, seen, asked) for number, term in terms}
    wanted = reduce(or_, (matches(term, seen, asked) for _, term in terms))
    matching = seen.filter(wanted) if any(term.first for _, term in terms) else seen
    if matching is not seen:
        keys = {f"k_{name}": key_of(matching, name, asked.where.unit_depth) for name in by}
        sums = {f"t_{number}": _sum(term, matching, asked) for number, term in terms}
    grouped = matching.group_by(**keys, span=matching.span)
    found = grouped.aggregate(**sums, facts=matching.count())
    in_order = [found[key].asc(nulls_first=False) for key in ("span", *keys)]
    return to_sql(found.order_by(in_order), asked.dialect)


def facts_of(asked: Asked, terms: list[Term]) -> ir.Table:
    """Return the facts that count and that some term wants, with the firsts marked."""
    live = _live(asked)
    parameters = asked.definition.parameter_values
    wheres = [term.where for term in terms]
    table = live
    if all(where is not None for where in wheres):
        wanted = [expression(where, live, parameters) for where in wheres if where is not None]
        table = live.filter(reduce(or_, wanted))
    for name, term in _firsts(asked.definition):
        if term in terms:
            table = table.left_join(_first_facts(live, term, asked, name), [("seq", name)])
    for gates in gates_of(asked.definition):
        if any(term.gates == gates for term in terms):
            table = _with_gates(table, live, asked, gates)
    return table


def day_of(term: Term, table: ir.Table, asked: Asked) -> ir.Value:
    """Return the day a fact counts on for a term; null while a gate is shut."""
    gates = term.gates
    if gates is None:
        return table.business_on
    columns = opened_columns(asked.definition, gates)
    opened = {need.key: table[name] for need, name in zip(gates.needs, columns, strict=True)}
    if gates.counts_on == OWN:
        day = table.business_on
    elif gates.counts_on == LAST:
        day = ibis.greatest(table.business_on, *opened.values())
    else:
        day = opened[gates.counts_on]
    is_open = reduce(and_, (each.notnull() for each in opened.values()))
    return ibis.ifelse(is_open, day, ibis.null("date"))


def inside(term: Term, table: ir.Table, asked: Asked, span: Period) -> ir.Value:
    """Tell of each fact whether the day it counts on lies in a span."""
    day = day_of(term, table, asked)
    is_in = day < span.end
    if term.over is Over.PERIOD:
        is_in = is_in & (day >= span.start)
    return ibis.coalesce(is_in, NEVER)


def gates_of(definition: MetricDefinition) -> list[Gates]:
    """Return the different gates of a definition's terms, in their order."""
    return list(dict.fromkeys(term.gates for term in definition.terms if term.gates is not None))


def opened_columns(definition: MetricDefinition, gates: Gates) -> list[str]:
    """Return the columns that hold the day each gate opened."""
    place = gates_of(definition).index(gates)
    return [f"opened_{place}_{number}" for number in range(len(gates.needs))]


def _with_gates(table: ir.Table, live: ir.Table, asked: Asked, gates: Gates) -> ir.Table:
    """Return facts with the day each gate opened for what ties them together."""
    parameters = asked.definition.parameter_values
    field = FIELDS[gates.link]
    columns = opened_columns(asked.definition, gates)
    meets = [expression(need.where, live, parameters) for need in gates.needs]
    tied = live[field.column].notnull()
    if field.type is FieldType.TEXT:
        tied = tied & (live[field.column] != "")
    told = live.filter(tied & reduce(or_, meets))
    link = f"link_{columns[0]}"
    # The order matters to no minimum, but the expressions must be of the filtered table.
    days = {
        column: ibis.ifelse(
            expression(need.where, told, parameters), told.business_on, ibis.null("date")
        ).min()
        for need, column in zip(gates.needs, columns, strict=True)
    }
    opened = told.group_by(**{link: told[field.column]}).aggregate(**days)
    return table.left_join(opened, table[field.column] == opened[link])


def _firsts(definition: MetricDefinition) -> list[tuple[str, Term]]:
    """Return the terms that count first facts, with the column that marks them."""
    return [
        (f"first_{number}", term)
        for number, term in enumerate(definition.terms)
        if term.first is not None
    ]


def _first_facts(live: ir.Table, term: Term, asked: Asked, name: str) -> ir.Table:
    """Return the number of the first fact ever of each value, whoever may see it."""
    assert term.first is not None, "only terms that count firsts come here"
    column = DIMENSIONS[term.first].column
    if term.first == ACCOUNT:
        live, column = with_customers(live, asked.as_of_seq), CUSTOMER
    carried = live.filter(live[column].notnull())
    if not DIMENSIONS[term.first].is_reference:
        carried = carried.filter(carried[column] != "")
    if term.where is not None:
        carried = carried.filter(expression(term.where, carried, asked.definition.parameter_values))
    in_order = ibis.window(group_by=carried[column], order_by=[carried.business_on, carried.seq])
    ranked = carried.mutate(rank=ibis.row_number().over(in_order))
    firsts = ranked.filter(ranked["rank"] == 0)
    return firsts.select(**{name: firsts.seq})


def _live(asked: Asked) -> ir.Table:
    """Return the facts that count: neither reversals nor reversed, as of a number."""
    facts, reversals, key, reverses = ledger_of(asked.dialect)
    as_of = asked.as_of_seq
    if as_of is not None:
        facts = facts.filter(facts.seq <= as_of)
        reversals = reversals.filter(reversals.seq <= as_of)
    if asked.without_seq is not None:
        facts = facts.filter(facts.seq != asked.without_seq)
        reversals = reversals.filter(reversals.seq != asked.without_seq)
    standing = facts.filter(facts[reverses].isnull())
    if asked.dialect is Dialect.POSTGRESQL and asked.is_of_few:
        back = standing.reversed_seq
        stands = back.isnull() if as_of is None else back.isnull() | (back > as_of)
        # Left bare, the planner would take one fact in two hundred to stand, and plan for that.
        return standing.filter(ibis.coalesce(stands, NEVER))
    return standing.anti_join(reversals.select("gone"), [(key, "gone")])


def _reads_customers(asked: Asked, by: tuple[str, ...]) -> bool:
    """Tell whether an account is a key, so that accounts of one customer are one."""
    where = asked.where
    counted = {term.distinct for term in asked.definition.terms}
    return ACCOUNT in {*by, *where.dimensions, *where.without, *counted}


def narrowed(asked: Asked, by: tuple[str, ...], table: ir.Table) -> ir.Table:
    """Return the facts that are asked for and may be seen, with tree and manager where needed."""
    where, given = asked.where, asked.where.dimensions
    reads_level = where.unit_depth is not None and ("unit" in by or "unit" in given)
    if asked.paths or where.unit_path or reads_level:
        table = table.left_join(UNITS, table.unit_id == UNITS.unit_key)
    if "manager" in by or "manager" in given or "manager" in where.without:
        table = table.left_join(
            MANAGERS,
            [
                table.unit_id == MANAGERS.led_unit,
                table.business_on >= MANAGERS.led_from,
                table.business_on < MANAGERS.led_to,
            ],
        )
    if _reads_customers(asked, by):
        table = with_customers(table, asked.as_of_seq)
    table = _seen(asked, table)
    if where.unit_path:
        table = table.filter(table.path.startswith(where.unit_path))
    if where.person_ids is not None:
        table = table.filter(table.person_id.isin(where.person_ids))
    for name, value in given.items():
        wanted = entity_of(value, asked.as_of_seq) if name == ACCOUNT else value
        table = table.filter(key_of(table, name, where.unit_depth) == wanted)
    for name in where.without:
        table = table.filter(key_of(table, name, None).isnull())
    return table


def _seen(asked: Asked, table: ir.Table) -> ir.Table:
    if asked.paths is None:
        return table
    parts = [table.path.startswith(path) for path in asked.paths]
    if asked.own_id is not None:
        parts.append(table.person_id == asked.own_id)
    return table.filter(reduce(or_, parts, ibis.literal(value=False)))


def key_of(table: ir.Table, name: str, unit_depth: int | None) -> ir.Value:
    """Return what a fact says of a dimension; an empty text says nothing."""
    dimension = DIMENSIONS[name]
    if name == "unit" and unit_depth is not None and unit_depth < LEVELS:
        return table[f"at_{unit_depth}"]
    if name == ACCOUNT:
        return table[CUSTOMER]
    column = table[dimension.column]
    return column if dimension.is_reference else column.nullif("")


def told_apart(term: Term, table: ir.Table) -> ir.Value:
    """Return what a term that counts different values reads of each fact."""
    assert term.distinct is not None, "only terms that count different values come here"
    return key_of(table, term.distinct, None)


def matches(term: Term, table: ir.Table, asked: Asked) -> ir.Value:
    """Tell of each fact whether a term counts it."""
    for name, other in _firsts(asked.definition):
        if other == term:
            return table[name].notnull()
    if term.where is None:
        return table.seq.notnull()
    return expression(term.where, table, asked.definition.parameter_values)


def _sum(term: Term, table: ir.Table, asked: Asked) -> ir.Value:
    is_in = matches(term, table, asked)
    if term.distinct is not None:
        key = key_of(table, term.distinct, None)
        return ibis.ifelse(is_in, key, ibis.null(key.type())).nunique()
    return ibis.coalesce(ibis.ifelse(is_in, amount_of(term, table), NULL).sum(), 0)


def amount_of(term: Term, table: ir.Table) -> ir.Value:
    """Return what one fact adds to a term that is a sum."""
    if term.sum is not None:
        return table[FIELDS[term.sum].column]
    if term.days_between is not None:
        begin, end = (table[FIELDS[name].column] for name in term.days_between)
        return end.delta(begin, unit="day")
    return ibis.literal(1, type="int64")


def share_of(term: Term, table: ir.Table, mark: str) -> ir.Value:
    """Return what one fact behind a figure adds to a term; of equal values the first counts."""
    if term.distinct is None:
        return ibis.coalesce(ibis.ifelse(table[mark], amount_of(term, table), NULL), 0)
    key = key_of(table, term.distinct, None)
    alike = ibis.window(group_by=[key, table[mark]], order_by=[table.business_on, table.seq])
    is_first = ibis.row_number().over(alike) == 0
    return ibis.ifelse(table[mark] & key.notnull() & is_first, 1, 0)


def is_scaled(term: Term) -> bool:
    """Tell whether a term's sum comes in ten-thousandths."""
    return term.sum is not None and FIELDS[term.sum].type in (FieldType.MONEY, FieldType.NUMBER)
