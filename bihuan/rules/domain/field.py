"""Field: how a condition looks at what a subject says of itself.

What is said is a text, a number or a date. Each type has its own few comparisons, and a
value that is no number where numbers are compared is unknown, as one that is missing:
it neither opens nor ends an alert. A text that is missing is none of those asked for.

>>> tier = Check(FieldType.TEXT, Op.ONE_OF, ("战略", "Ａ"))
>>> [tier.holds(each, date(2026, 11, 2)) for each in ("A", " a ", "B", None)]
[True, True, False, False]
>>> staff = Check(FieldType.NUMBER, Op.AT_LEAST, ("1,000",))
>>> [staff.holds(each, date(2026, 11, 2)) for each in ("1000", "999.5", "many", None)]
[True, False, None, None]
>>> ends = Check(FieldType.DATE, Op.COMING, days=30)
>>> [ends.holds(each, date(2026, 11, 2)) for each in ("2026-12-02", "2026/12/3", "2026-11-01")]
[True, False, False]

Only being empty asks for nothing:

>>> Check(FieldType.NUMBER, Op.EMPTY).holds("", date(2026, 11, 2))
True
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property

Raw = str | Decimal | date | None
"""What a subject says, as it was found: the company's own data is always text."""
Truth = bool | None


class FieldType(StrEnum):
    """What a field is of."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class Op(StrEnum):
    """How a field is looked at."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EMPTY = "empty"
    PAST = "past"
    """The date lies within so many days before the morning, or is the morning's own."""
    COMING = "coming"
    """The date lies within so many days after the morning, or is the morning's own."""


OPS: Mapping[FieldType, tuple[Op, ...]] = {
    FieldType.TEXT: (Op.EQUALS, Op.ONE_OF, Op.CONTAINS, Op.EMPTY),
    FieldType.NUMBER: (Op.AT_LEAST, Op.AT_MOST, Op.EQUALS, Op.ONE_OF, Op.EMPTY),
    FieldType.DATE: (Op.COMING, Op.PAST, Op.AT_LEAST, Op.AT_MOST, Op.EQUALS, Op.EMPTY),
}
"""The comparisons that make sense of each type, the most usual first."""
WITH_DAYS = frozenset({Op.PAST, Op.COMING})
WITHOUT_VALUES = WITH_DAYS | {Op.EMPTY}


@dataclass(frozen=True)
class Check:
    """One look at one field: what is asked of it."""

    type: FieldType
    op: Op
    values: tuple[str, ...] = ()
    days: int = 0

    @cached_property
    def _wanted(self) -> tuple[str | Decimal | date, ...]:
        read = (read_as(self.type, each) for each in self.values)
        return tuple(each for each in read if each is not None)

    def holds(self, raw: Raw, on: date) -> Truth:
        """Tell whether what a subject says on a morning is as asked."""
        if self.op is Op.EMPTY:
            return is_blank(raw)
        value = read_as(self.type, raw)
        if value is None:
            return False if self.type is FieldType.TEXT else None
        if isinstance(value, str):
            return self._holds_of_text(value)
        if isinstance(value, Decimal):
            return self._compared(value)
        return self._holds_of_day(value, on)

    def _holds_of_text(self, value: str) -> bool:
        if self.op is Op.CONTAINS:
            return any(str(each) in value for each in self._wanted)
        return value in self._wanted

    def _holds_of_day(self, value: date, on: date) -> bool:
        if self.op is Op.PAST:
            return 0 <= (on - value).days <= self.days
        if self.op is Op.COMING:
            return 0 <= (value - on).days <= self.days
        return self._compared(value)

    def _compared(self, value: Decimal | date) -> bool:
        if self.op in (Op.EQUALS, Op.ONE_OF):
            return value in self._wanted
        [limit] = self._wanted
        # Both are of the type of the field: a limit of another could not be read.
        if self.op is Op.AT_LEAST:
            return value >= limit  # type: ignore[operator]
        return value <= limit  # type: ignore[operator]


def is_blank(raw: Raw) -> bool:
    """Tell whether a subject says nothing."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read_as(kind: FieldType, raw: Raw) -> str | Decimal | date | None:
    """Return what a subject says as a value of a type; nothing where it is none.

    >>> read_as(FieldType.NUMBER, "１，２００"), read_as(FieldType.DATE, "2026/3/9")
    (Decimal('1200'), datetime.date(2026, 3, 9))
    >>> read_as(FieldType.NUMBER, "about 5") is None
    True
    """
    if is_blank(raw):
        return None
    if kind is FieldType.TEXT:
        return plain_text(str(raw))
    if kind is FieldType.NUMBER:
        return _number(raw)
    return _day(raw)


def plain_text(text: str) -> str:
    """Return a text as it is compared: full and half width, large and small are one."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _number(raw: Raw) -> Decimal | None:
    if isinstance(raw, Decimal):
        return raw
    try:
        found = Decimal(plain_text(str(raw)).replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(raw: Raw) -> date | None:
    if isinstance(raw, date):
        return raw
    parts = plain_text(str(raw))[:10].replace("/", "-").split("-")
    try:
        year, month, day = (int(each) for each in parts)
        return date(year, month, day)
    except ValueError:
        return None
