"""Use: what a mapping makes of each column of each file.

A column becomes the ``value`` of a field, part of the ``key`` that names a row,
decides in a ``filter`` whether a row becomes a fact at all, or leads to the row
of another file in a ``lookup``. What a fact says of its unit without a column
for it follows from the person and the day, and its region from the unit.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> mapping = load_mapping('''
... source: crm
... files:
...   deals: {path: deals.csv, lookups: {item: {file: items, by: sku}}}
...   items: {path: items.csv, key: code}
... facts:
...   - file: deals
...     key: id
...     kind: opportunity.won
...     when: {column: stage, is: Won}
...     business_on: closed
...     person: seller
...     opportunity: id
...     amount: {multiply: [count, item.price]}
... ''')
>>> for use in uses_of(mapping, {}):
...     print(use.file, use.column, use.role, use.target, use.field)
deals id key opportunity.won key
deals stage filter opportunity.won kind
deals closed value opportunity.won business_on
deals seller value opportunity.won person
deals seller derived opportunity.won unit
deals closed derived opportunity.won unit
deals seller derived opportunity.won region
deals closed derived opportunity.won region
deals id value opportunity.won opportunity
deals count value opportunity.won amount
items price value opportunity.won amount
deals sku lookup opportunity.won amount
items code lookup opportunity.won amount
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from enum import StrEnum

from bihuan.facts.domain.kind import Kind
from bihuan.integrations.domain.mapping.condition import AllOf, AnyOf, Compare, Condition, NotOf
from bihuan.integrations.domain.mapping.document import Mapping
from bihuan.integrations.domain.mapping.expression import Choose, ColumnOf, Expression, parts_of
from bihuan.integrations.domain.mapping.target import FactFields


class UseRole(StrEnum):
    """What a column is used for."""

    VALUE = "value"
    KEY = "key"
    FILTER = "filter"
    LOOKUP = "lookup"
    DERIVED = "derived"


TARGETS = ("units", "people", "members", "quotas")
"""What rows become besides facts."""

FACT_FIELDS = (
    *("business_on", "occurred_at", "person", "unit", "account", "opportunity", "product"),
    *("store", "product_line", "region", "tier", "amount", "currency", "quantity"),
)


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One use of a column of a file. ``target`` is a kind of fact, or what else rows become.

    ``field`` is the field of the ledger that is fed where facts are made; for an
    attribute it is the column that the kind keeps it in.
    """

    file: str
    column: str
    role: UseRole
    target: str
    field: str
    is_fact: bool = True


def uses_of(mapping: Mapping, kinds: Map[str, Kind]) -> list[ColumnUse]:
    """Return every use of every column, each once, in the order of the mapping.

    ``kinds`` say in which column of the ledger an attribute is kept; without them
    an attribute goes by its own name.
    """
    found: list[ColumnUse] = []
    for target in mapping.facts:
        for fields in target.parts():
            found += _of_fact(mapping, target.file, fields, kinds.get(fields.kind))
    for noun in TARGETS:
        for other in getattr(mapping, noun):
            name = getattr(other, "dimension", "") or noun
            place = _Place(mapping, other.file, name, is_fact=False)
            if other.when is not None:
                found += place.condition(other.when, name)
            for field, expression in _expressions(other):
                found += place.expression(expression, field)
    return list(dict.fromkeys(found))


def _of_fact(
    mapping: Mapping, file: str, fields: FactFields, kind: Kind | None
) -> Iterator[ColumnUse]:
    place = _Place(mapping, file, fields.kind)
    for key in fields.key:
        yield from place.expression(key, "key", UseRole.KEY)
    if fields.when is not None:
        yield from place.condition(fields.when, "kind")
    given = {name: each for name in FACT_FIELDS if (each := getattr(fields, name)) is not None}
    for name, expression in given.items():
        yield from place.expression(expression, name)
        if name == "person":
            yield from _seat(place, given)
    yield from _instant(place, given)
    for name, expression in fields.attributes.items():
        declared = kind.attribute(name) if kind is not None else None
        yield from place.expression(expression, declared.column if declared else name)
    for name, expression in fields.extra.items():
        yield from place.expression(expression, f"extra.{name}")


def _instant(place: _Place, given: Map[str, Expression]) -> Iterator[ColumnUse]:
    """Yield what follows from the moment: the hour of day, and the day where no column says it."""
    moment = given.get("occurred_at")
    if moment is None:
        return
    for name in ("hour", "business_on"):
        if name not in given:
            yield from place.expression(moment, name, UseRole.DERIVED)


def _seat(place: _Place, given: Map[str, Expression]) -> Iterator[ColumnUse]:
    """Yield what follows from who it was and when: the unit then, and the region it lies in."""
    day = given.get("business_on", given.get("occurred_at"))
    for name in ("unit", "region"):
        if name in given:
            continue
        source = given.get("unit") if name == "region" else None
        for expression in (given["person"], day) if source is None else (source,):
            if expression is not None:
                yield from place.expression(expression, name, UseRole.DERIVED)


def _expressions(target: object) -> Iterator[tuple[str, Expression]]:
    """Yield the expressions of a target that makes no facts, by field."""
    for name in getattr(type(target), "model_fields", {}):
        value = getattr(target, name)
        if name == "attributes":
            yield from value.items()
        elif name == "seats":
            for seat in value:
                yield from _expressions(seat)
        elif hasattr(value, "on_missing"):
            yield name, value


@dataclass(frozen=True, slots=True)
class _Place:
    """A file whose rows become something, and what they become."""

    mapping: Mapping
    file: str
    target: str
    is_fact: bool = True

    def expression(
        self, expression: Expression, field: str, role: UseRole = UseRole.VALUE
    ) -> Iterator[ColumnUse]:
        """Yield the uses of the columns that an expression is made of."""
        if isinstance(expression, ColumnOf):
            yield from self._column(expression.column, field, role)
        if isinstance(expression, Choose):
            yield from self.condition(expression.when, field)
        for part in parts_of(expression):
            yield from self.expression(part, field, role)

    def condition(self, condition: Condition, field: str) -> Iterator[ColumnUse]:
        """Yield the uses of the columns that a condition looks at."""
        match condition:
            case Compare():
                yield from self._column(condition.column, field, UseRole.FILTER)
            case NotOf():
                yield from self.condition(condition.negated, field)
            case AllOf(every=parts) | AnyOf(either=parts):
                for part in parts:
                    yield from self.condition(part, field)

    def _column(self, path: str, field: str, role: UseRole) -> Iterator[ColumnUse]:
        """Yield the column that a path names, and those that lead to it through lookups."""
        alias, rest, led = self.file, path, []
        while True:
            spec = self.mapping.files.get(alias)
            name, dot, inner = rest.partition(".")
            lookup = spec.lookups.get(name) if spec is not None and dot else None
            if lookup is None:
                break
            other = self.mapping.files.get(lookup.file)
            there = lookup.key or (other.key if other is not None else []) or lookup.by
            led += [(alias, column) for column in lookup.by]
            led += [(lookup.file, column) for column in there]
            alias, rest = lookup.file, inner
        yield self._use(alias, rest, role, field)
        for file, column in led:
            yield self._use(file, column, UseRole.LOOKUP, field)

    def _use(self, file: str, column: str, role: UseRole, field: str) -> ColumnUse:
        return ColumnUse(file, column, role, self.target, field, self.is_fact)
