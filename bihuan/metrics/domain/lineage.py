"""Lineage: what a definition declares to read of a fact, and which facts it could count.

Every field a term reads has a role in it: a ``value`` is added up, ``days`` are
subtracted, a ``key`` tells different or first ones apart, a ``filter`` decides
whether the fact is counted at all, and a ``link`` ties it to the facts that open
its gates. What those must say to open a gate is a filter too.

>>> from bihuan.metrics.domain.definition import read_definition
>>> cycle = read_definition({
...     "key": "cycle", "group": "deals", "unit": "days", "better": "lower",
...     "name_zh": "周期", "name_en": "Cycle", "about_zh": "…", "about_en": "…",
...     "ratio": {
...         "of": [{"days_between": ["opened_on", "business_on"],
...                 "where": {"field": "kind", "op": "eq", "value": "opportunity.won"}}],
...         "to": [{"distinct": "account",
...                 "where": {"field": "amount", "op": "gt", "value": 5}}]}})
>>> for read in reads_of(cycle):
...     print(read.place, read.field, read.role)
ratio.of[0] opened_on days
ratio.of[0] business_on days
ratio.of[0] kind filter
ratio.to[0] account key
ratio.to[0] amount filter

A fact, given by field, meets the condition of some terms and not of others; a
kind alone leaves open whether a fact of it is counted, or says that none can be:

>>> won = {"kind": "opportunity.won", "amount": Decimal(3)}
>>> [place for place, _ in terms_met(cycle, won)]
['ratio.of[0]']
>>> [may_count(term, cycle, "order.placed") for _, term in terms_of(cycle)]
[False, True]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bihuan.metrics.domain.condition import (
    All,
    AnyOf,
    FieldValue,
    Leaf,
    Not,
    Value,
    holds,
    leaves,
)
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS
from bihuan.metrics.domain.gate import Gates
from bihuan.metrics.domain.measure import Term


class Role(StrEnum):
    """What a field is read for."""

    VALUE = "value"
    DAYS = "days"
    KEY = "key"
    FILTER = "filter"
    LINK = "link"


ADDED = frozenset({Role.VALUE, Role.DAYS})
"""Roles of what ends up in the figure itself; the others decide which facts do."""

ALWAYS = frozenset({"seq", "reverses_seq", "business_on"})
"""Columns that every figure reads: which facts count, and on which day."""

SCOPE = frozenset({"unit_id", "person_id"})
"""Columns that a figure reads besides when it is asked by somebody who does not see everything."""


LOWER = "ratio.to"
"""Where the terms stand that a ratio is divided by."""


@dataclass(frozen=True, slots=True)
class Read:
    """A field that a term reads, and what for. ``place`` names the term: ``ratio.of[0]``."""

    place: str
    field: str
    role: Role

    @property
    def column(self) -> str:
        """Return the column of the replica that holds the field."""
        return FIELDS[self.field].column


def terms_of(definition: MetricDefinition) -> list[tuple[str, Term]]:
    """Return every term with its place, in the order in which figures add them up."""
    upper = "measure" if definition.ratio is None else "ratio.of"
    named = [(upper, definition.numerator), (LOWER, definition.denominator)]
    return [
        (f"{name}[{number}]", term) for name, terms in named for number, term in enumerate(terms)
    ]


def reads_of(definition: MetricDefinition) -> tuple[Read, ...]:
    """Return every field that a definition declares to read, once per term and role."""
    found = [
        Read(place, field, role)
        for place, term in terms_of(definition)
        for field, role in _of_term(term)
    ]
    return tuple(dict.fromkeys(found))


def _of_term(term: Term) -> Iterator[tuple[str, Role]]:
    if term.sum is not None:
        yield term.sum, Role.VALUE
    for name in term.days_between or ():
        yield name, Role.DAYS
    key = term.distinct or term.first
    if key is not None:
        yield key, Role.KEY
    if term.where is not None:
        for name in fields_of(term.where):
            yield name, Role.FILTER
    if term.gates is not None:
        yield from _of_gates(term.gates)


def _of_gates(gates: Gates) -> Iterator[tuple[str, Role]]:
    yield gates.link, Role.LINK
    for need in gates.needs:
        for name in fields_of(need.where):
            yield name, Role.FILTER


def fields_of(condition: All | AnyOf | Not | Leaf) -> Iterator[str]:
    """Yield the fields that a condition looks at."""
    for _, leaf in leaves(condition):
        yield leaf.field
        if isinstance(leaf.value, FieldValue):
            yield leaf.value.field


def columns_declared(definition: MetricDefinition, *roles: Role) -> frozenset[str]:
    """Return the columns of the replica that a definition declares to read in these roles."""
    return frozenset(read.column for read in reads_of(definition) if read.role in roles)


def terms_met(definition: MetricDefinition, fact: Mapping[str, Value]) -> list[tuple[str, Term]]:
    """Return the terms whose condition a fact meets, with their places.

    Whether it counts is then decided by other facts alone: by one that takes it
    back, or by an earlier one where only the first counts.
    """
    return [(place, term) for place, term in terms_of(definition) if _meets(term, definition, fact)]


def _meets(term: Term, definition: MetricDefinition, fact: Mapping[str, Value]) -> bool:
    if term.first is not None and fact.get(term.first) in (None, ""):
        return False
    return term.where is None or holds(term.where, fact, definition.parameter_values)


def gates_met(definition: MetricDefinition, fact: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return the gates that a fact could open, by the place of the term and the gate's key."""
    return [
        (place, need.key)
        for place, term in terms_of(definition)
        if term.gates is not None and fact.get(term.gates.link) not in (None, "")
        for need in term.gates.needs
        if holds(need.where, fact, definition.parameter_values)
    ]


def may_open(term: Term, definition: MetricDefinition, kind: str) -> bool:
    """Tell whether a fact of a kind could open a gate of a term, whatever else it says."""
    needs = () if term.gates is None else term.gates.needs
    known: Mapping[str, Value] = {"kind": kind}
    return any(
        _may_hold(need.where, definition.parameter_values, known) is not False for need in needs
    )


def may_count(term: Term, definition: MetricDefinition, kind: str) -> bool:
    """Tell whether a term could count a fact of a kind, whatever else the fact says."""
    if term.where is None:
        return True
    return _may_hold(term.where, definition.parameter_values, {"kind": kind}) is not False


def _may_hold(
    condition: All | AnyOf | Not | Leaf,
    parameters: Mapping[str, Decimal],
    known: Mapping[str, Value],
) -> bool | None:
    """Tell whether a condition holds for what is known; ``None`` where that is open."""
    match condition:
        case Leaf():
            is_known = known.keys() >= set(fields_of(condition))
            return holds(condition, known, parameters) if is_known else None
        case Not():
            inner = _may_hold(condition.part, parameters, known)
            return None if inner is None else not inner
        case All() | AnyOf():
            decides = isinstance(condition, AnyOf)
            parts = [_may_hold(part, parameters, known) for part in condition.parts]
            if decides in parts:
                return decides
            return None if None in parts else not decides


def dimension_label(name: str, *, is_chinese: bool) -> str:
    """Return what people call a field or a dimension."""
    found = FIELDS.get(name) or DIMENSIONS[name]
    return found.label_zh if is_chinese else found.label_en
