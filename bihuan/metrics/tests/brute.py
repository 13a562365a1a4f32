"""Figures reckoned the slow and plain way, from facts as they stand in the database.

Nothing here uses the engine: conditions are read by ``holds``, days are compared
as days, sums are Python's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.condition import Value, holds
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS
from bihuan.metrics.domain.measure import Over, Reach, Term

Figure = tuple[Decimal | None, int]
NO_MERGES: Mapping[int, int] = {}


def live(facts: Sequence[Fact], as_of_seq: int | None) -> list[Fact]:
    """Return the facts that count as of a number."""
    known = [fact for fact in facts if as_of_seq is None or fact.seq <= as_of_seq]
    gone = {fact.reverses_id for fact in known}
    return [fact for fact in known if fact.reverses_id is None and fact.pk not in gone]


def figure(
    definition: MetricDefinition,
    everything: Sequence[Fact],
    span: Period,
    kept: set[int],
    entities: Mapping[int, int] = NO_MERGES,
) -> Figure:
    """Return a metric's value over the facts kept, and how many facts went in.

    ``everything`` are all facts that count: who was first is decided over them.
    ``entities`` are the customers of the accounts that are merged away.
    """
    used: set[tuple[Reach, int]] = set()
    parts = []
    for terms in (definition.numerator, definition.denominator):
        total = Decimal(0)
        for term in terms:
            counted = _counted(term, definition, everything, span, entities)
            mine = [fact for fact in counted if fact.pk in kept]
            used |= {(term.reach, fact.pk) for fact in mine}
            total += term.sign * _total(term, mine, entities)
        parts.append(total)
    if not used:
        return None, 0
    return definition.value_of(parts[0], parts[1] if definition.is_ratio else None), len(used)


def key_of(fact: Fact, column: str, entities: Mapping[int, int]) -> object:
    """Return what a fact says of a dimension: of accounts, the customer they belong to."""
    key = getattr(fact, column)
    return entities.get(key, key) if column == "account_id" else key


def _counted(
    term: Term,
    definition: MetricDefinition,
    everything: Sequence[Fact],
    span: Period,
    entities: Mapping[int, int],
) -> list[Fact]:
    matching = [
        fact
        for fact in everything
        if term.where is None or holds(term.where, values_of(fact), definition.parameter_values)
    ]
    if term.first is not None:
        column = DIMENSIONS[term.first].column
        firsts: dict[object, Fact] = {}
        for fact in sorted(matching, key=lambda fact: (fact.business_on, fact.seq)):
            key = key_of(fact, column, entities)
            if key not in (None, ""):
                firsts.setdefault(key, fact)
        matching = list(firsts.values())
    start = span.start if term.over is Over.PERIOD else None
    days = {fact.pk: _day(term, fact, definition, everything) for fact in matching}
    return [
        fact
        for fact in matching
        if (day := days[fact.pk]) is not None and (start is None or start <= day) and day < span.end
    ]


def _day(
    term: Term, fact: Fact, definition: MetricDefinition, everything: Sequence[Fact]
) -> date | None:
    """Return the day a fact counts on: its own, or what its gates say, or none."""
    if term.gates is None:
        return fact.business_on
    column = FIELDS[term.gates.link].column
    link = getattr(fact, column)
    opened = []
    for need in term.gates.needs:
        days = [
            other.business_on
            for other in everything
            if link not in (None, "")
            and getattr(other, column) == link
            and holds(need.where, values_of(other), definition.parameter_values)
        ]
        if not days:
            return None
        opened.append(min(days))
    match term.gates.counts_on:
        case "own":
            return fact.business_on
        case "last":
            return max([fact.business_on, *opened])
        case key:
            return opened[[need.key for need in term.gates.needs].index(key)]


def values_of(fact: Fact) -> dict[str, Value]:
    """Return what conditions may read of a fact."""
    named = {name: field for name, field in FIELDS.items() if name != "hour"}
    return {
        name: str(value) if isinstance(value := getattr(fact, field.column), int) else value
        for name, field in named.items()
    }


def _total(term: Term, facts: Sequence[Fact], entities: Mapping[int, int]) -> Decimal:
    if term.sum is not None:
        return sum((getattr(fact, term.sum) or Decimal(0) for fact in facts), Decimal(0))
    if term.distinct is not None:
        column = DIMENSIONS[term.distinct].column
        return Decimal(len({key_of(fact, column, entities) for fact in facts} - {None, ""}))
    if term.days_between is not None:
        begin, end = term.days_between
        pairs = ((getattr(fact, begin), getattr(fact, end)) for fact in facts)
        return Decimal(sum((b - a).days for a, b in pairs if a is not None and b is not None))
    return Decimal(len(facts))


def entities(facts: Sequence[Fact], as_of_seq: int | None) -> dict[int, int]:
    """Return the customer of each account that was merged away, by walking from merge to merge."""
    merged = [fact for fact in live(facts, as_of_seq) if fact.kind == "account.merged"]
    into = {fact.account_id: int(fact.text_1) for fact in merged if fact.account_id is not None}
    found = dict(into)
    while any(entity in into for entity in found.values()):
        found = {account: into.get(entity, entity) for account, entity in found.items()}
    return found
