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

from collections.abc import Sequence
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
    size: int = 0
    """How many characters a text may have."""


def _columns() -> dict[str, Column]:
    text = ["stage", "channel", "outcome", "category", "industry", "contract"]
    text += [f"text_{n}" for n in range(1, 5)]
    number = ["list_amount", "minutes", *(f"number_{n}" for n in range(1, 5))]
    days = ["opened_on", "due_on", "date_1", "date_2"]
    return {
        name: Column(name, kind, _size(name) if kind is AttributeType.TEXT else 0)
        for names, kind in (
            (text, AttributeType.TEXT),
            (number, AttributeType.NUMBER),
            (days, AttributeType.DAY),
        )
        for name in names
    }


def _size(name: str) -> int:
    return LONG if name.startswith("text_") else SHORT


SHORT, LONG = 80, 200
COLUMNS: dict[str, Column] = _columns()
LARGEST = 9 * Decimal(10) ** 14
"""Numbers stay below this: figures are reckoned in ten-thousandths, whole, in 64 bits."""


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
    says = gettext_noop("%(attribute)s should be a number, not “%(value)s”.")


class DayNotReadable(AttributeNotReadable):
    says = gettext_noop("%(attribute)s should be a day such as 2026-03-01, not “%(value)s”.")


class TextTooLong(Invalid):
    code = "facts.text_too_long"
    says = gettext_noop("%(name)s may have up to %(size)s characters, this has %(length)s.")


class TextNotStorable(Invalid):
    code = "facts.text_not_storable"
    says = gettext_noop("%(name)s contains a character that cannot be stored.")


class NumberTooLarge(Invalid):
    code = "facts.number_too_large"
    says = gettext_noop("%(name)s is not a number below 900 trillion: %(number)s.")


def check_text(name: str, text: str, *, size: int) -> None:
    """Refuse a text that is too long for its column or holds what no column can."""
    if len(text) > size:
        raise TextTooLong(name=name, size=size, length=len(text))
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise TextNotStorable(name=name)


def check_number(name: str, number: Decimal) -> None:
    """Refuse a number that is none or has more digits than the ledger keeps."""
    if not number.is_finite() or abs(number) >= LARGEST:
        raise NumberTooLarge(name=name, number=number)


def free_columns(types: Sequence[AttributeType]) -> list[str]:
    """Return a numbered column of its own for each attribute of a new kind, by its type.

    >>> free_columns([AttributeType.TEXT, AttributeType.DAY, AttributeType.TEXT])
    ['text_1', 'date_1', 'text_2']
    """
    free = {kind: [c.name for c in COLUMNS.values() if c.type is kind] for kind in AttributeType}
    numbered = {kind: [n for n in names if n[-1].isdigit()] for kind, names in free.items()}
    chosen = []
    for kind in types:
        if not numbered[kind]:
            raise NoColumnLeft()
        chosen.append(numbered[kind].pop(0))
    return chosen


class NoColumnLeft(Invalid):
    code = "facts.no_column_left"
    says = gettext_noop("A kind can have four texts, four numbers and two days of its own.")


def parse(attribute: Attribute, value: AttributeValue) -> AttributeValue:
    """Return the value in the attribute's own type; text is read, the rest is checked."""
    if value is None or value == "":
        return None
    try:
        read = _read(attribute.type, value)
    except (ValueError, InvalidOperation) as error:
        is_day = attribute.type is AttributeType.DAY
        refusal = DayNotReadable if is_day else AttributeNotReadable
        raise refusal(attribute=attribute.name, value=value) from error
    if isinstance(read, str):
        check_text(attribute.name, read, size=COLUMNS[attribute.column].size)
    elif isinstance(read, Decimal):
        check_number(attribute.name, read)
    return read


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
