"""Attribute: a typed property of a fact, kept in a column of its own.

Metrics read columns, never free-form JSON, so an attribute that a metric or a
condition needs is declared with the column that holds it. Built-in kinds use
the named columns; kinds that a tenant adds use the numbered ones.

>>> COLUMNS["opened_on"].type
<AttributeType.DAY: 'day'>
>>> parse(Attribute("minutes", "minutes", "时长（分钟）", "Minutes"), "45")
Decimal('45')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

AttributeValue = str | Decimal | date | None


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the ledger that can hold an attribute."""

    name: str
    type: AttributeType


def _columns() -> dict[str, Column]:
    text = ["stage", "channel", "outcome", "category", "industry"]
    text += [f"text_{n}" for n in range(1, 5)]
    number = ["list_amount", "minutes", *(f"number_{n}" for n in range(1, 5))]
    days = ["opened_on", "due_on", "date_1", "date_2"]
    return {
        name: Column(name, kind)
        for names, kind in (
            (text, AttributeType.TEXT),
            (number, AttributeType.NUMBER),
            (days, AttributeType.DAY),
        )
        for name in names
    }


COLUMNS: dict[str, Column] = _columns()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A declared attribute of a kind: its name, its column and its labels."""

    name: str
    column: str
    label_zh: str
    label_en: str
    is_required: bool = False

    @property
    def type(self) -> AttributeType:
        return COLUMNS[self.column].type


class AttributeNotReadable(Invalid):
    code = "facts.attribute_not_readable"
    says = gettext_noop("%(attribute)s should be a %(type)s, not “%(value)s”.")


def parse(attribute: Attribute, value: AttributeValue) -> AttributeValue:
    """Return the value in the attribute's own type; text is read, the rest is checked."""
    if value is None or value == "":
        return None
    try:
        return _read(attribute.type, value)
    except (ValueError, InvalidOperation) as error:
        raise AttributeNotReadable(
            attribute=attribute.name, type=attribute.type.value, value=value
        ) from error


def _read(kind: AttributeType, value: str | Decimal | date) -> AttributeValue:
    if kind is AttributeType.TEXT:
        return str(value)
    if kind is AttributeType.NUMBER:
        if isinstance(value, date):
            raise ValueError(value)
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError(value)
        return number
    return value if isinstance(value, date) else date.fromisoformat(str(value))
