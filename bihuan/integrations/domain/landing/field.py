"""Field: one field of a target, for each row: its value, or what is wrong with it.

A field that is empty follows its own rule: an error, the row makes nothing, the
row waits, the field stays empty, or a default is taken. Whatever is not an
error is counted and reported.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.mapping.expression import read_expression
>>> from bihuan.integrations.domain.landing.feed import feeds_of
>>> from bihuan.integrations.domain.landing.report import Report
>>> from bihuan.integrations.domain.table import Table
>>> report = Report()
>>> mapping = load_mapping("source: s\\nfiles: {a: {path: a.csv}}")
>>> table = Table(file="a.csv", columns=("day",), header_line=1, lines=(2, 3),
...               rows=(("2024-03-01",), (None,)))
>>> feed = feeds_of(mapping, [table], report)["a"]
>>> field = Field(feed, "business_on", read_expression({"column": "day", "on_missing": "hold"}),
...               FieldRule(want=Want.DAY, is_needed=True, makes="opportunity.opened"))
>>> field.take(0), field.take(1) is DROPPED
(datetime.date(2024, 3, 1), True)
>>> report.notes()[0].code
'mapping.held'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.integrations.domain.day import EARLIEST, FUTURE_DAYS
from bihuan.integrations.domain.fault import Fault, gettext_noop
from bihuan.integrations.domain.landing.cells import Unread, Value
from bihuan.integrations.domain.landing.evaluation import as_wanted, evaluate
from bihuan.integrations.domain.landing.feed import Feed, Want
from bihuan.integrations.domain.landing.report import (
    DEFAULTED,
    HELD,
    LEFT_EMPTY,
    ROUNDED,
    SKIPPED,
)
from bihuan.integrations.domain.mapping.expression import (
    ColumnOf,
    Expression,
    OnMissing,
    label_of,
)
from bihuan.integrations.domain.number import LARGEST, kept

EMPTY = Fault(
    "mapping.empty",
    gettext_noop("%(column)s is empty, but %(makes)s needs it."),
    gettext_noop("Fill it in, or set on_missing of the field in the mapping."),
)
TEXT_TOO_LONG = Fault(
    "mapping.text_too_long",
    gettext_noop("The text in %(column)s is longer than %(limit)s characters."),
    gettext_noop("Shorten it; perhaps two columns slipped into one."),
)
CODE_DAMAGED = Fault(
    "mapping.code_damaged",
    gettext_noop("“%(value)s” in %(column)s was a long number that a spreadsheet has cut."),
    gettext_noop("Export the file again with this column as text."),
)
NUMBER_TOO_LARGE = Fault(
    "mapping.number_too_large",
    gettext_noop("The number %(value)s in %(column)s is too large."),
    gettext_noop("Look whether two numbers or a code slipped into this column."),
)
DAY_OUT_OF_RANGE = Fault(
    "mapping.day_out_of_range",
    gettext_noop("The date %(value)s in %(column)s lies outside %(earliest)s to %(latest)s."),
    gettext_noop("Correct it. If it is meant, set may_be_future of the column."),
)
# What a spreadsheet makes of a long number when it writes text: 1.23457E+17.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{1,3}")
DROPPED = Unread()
"""The row makes nothing of this target, and it is reported already why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """What a field wants: how it is read, whether it must be there, and for what."""

    want: Want = Want.TEXT
    is_needed: bool = False
    makes: str = ""
    longest: int = 200
    is_code: bool = False


class Field:
    """The values of one field, handed out row by row with its rules applied."""

    def __init__(self, feed: Feed, name: str, expression: Expression, rule: FieldRule) -> None:
        self.feed, self.expression, self.rule = feed, expression, rule
        self.label = label_of(expression) or name
        self.values = evaluate(feed, expression, rule.want)
        self.on_missing = _on_missing(expression, rule)
        self.is_silent = expression.on_missing is None and not rule.is_code
        self.latest = _latest(feed, expression)

    def take(self, row: int) -> Value:
        """Return the value for a row; ``DROPPED`` when the row makes nothing without it."""
        value = self.values[row]
        if value is None:
            return self._missing(row)
        if isinstance(value, Unread):
            if value.problem is not None:
                self.feed.report.add(value.problem)
            return DROPPED
        if isinstance(value, str):
            return value if len(value) <= 8 and not self.rule.is_code else self._text(row, value)
        if isinstance(value, Decimal):
            return self._number(row, value)
        if isinstance(value, date):
            return self._day(row, value)
        return value

    def _missing(self, row: int) -> Value:
        report, place = self.feed.report, self.feed.origins[row]
        match self.on_missing:
            case OnMissing.ERROR:
                report.add(EMPTY.at(place, column=self.label, makes=self.rule.makes))
                return DROPPED
            case OnMissing.SKIP_ROW:
                report.note(SKIPPED, place, column=self.label, kind=self.rule.makes)
                return DROPPED
            case OnMissing.HOLD:
                report.note(HELD, place, column=self.label, kind=self.rule.makes)
                return DROPPED
            case OnMissing.USE_DEFAULT:
                default = self.expression.default or ""
                report.note(DEFAULTED, place, column=self.label, default=default)
                return as_wanted(default or None, self.rule.want, self.feed)
        if not self.is_silent:
            report.note(LEFT_EMPTY, place, column=self.label)
        return None

    def _text(self, row: int, value: str) -> Value:
        place = self.feed.origins[row]
        if len(value) > self.rule.longest:
            self.feed.report.add(
                TEXT_TOO_LONG.at(place, column=self.label, value=value, limit=self.rule.longest)
            )
            return DROPPED
        if self.rule.is_code and _SCIENTIFIC.fullmatch(value):
            self.feed.report.add(CODE_DAMAGED.at(place, column=self.label, value=value))
            return DROPPED
        return value

    def _number(self, row: int, value: Decimal) -> Value:
        place = self.feed.origins[row]
        if abs(value) >= LARGEST:
            self.feed.report.add(NUMBER_TOO_LARGE.at(place, column=self.label, value=f"{value:f}"))
            return DROPPED
        number, is_rounded = kept(value)
        if is_rounded:
            self.feed.report.note(ROUNDED, place, column=self.label)
        return number

    def _day(self, row: int, value: date) -> Value:
        day = date(value.year, value.month, value.day)
        if day < EARLIEST or (self.latest is not None and day > self.latest):
            shown = {"earliest": EARLIEST.isoformat(), "latest": str(self.latest or "…")}
            place = self.feed.origins[row]
            self.feed.report.add(
                DAY_OUT_OF_RANGE.at(place, column=self.label, value=day.isoformat(), **shown)
            )
            return DROPPED
        return value


def _on_missing(expression: Expression, rule: FieldRule) -> OnMissing:
    if expression.on_missing is not None:
        return expression.on_missing
    if expression.default is not None:
        return OnMissing.USE_DEFAULT
    return OnMissing.ERROR if rule.is_needed else OnMissing.LEAVE_EMPTY


def _latest(feed: Feed, expression: Expression) -> date | None:
    spec = feed.spec.columns.get(expression.column) if isinstance(expression, ColumnOf) else None
    if feed.today is None or (spec is not None and spec.may_be_future):
        return None
    return feed.today + timedelta(days=FUTURE_DAYS)
