"""Cells: the cells of one column, read as what a field wants.

A column is read once, as a whole, because only the whole of it tells in which
order its dates are written and which mark its decimals have. A cell that cannot
be read is kept as ``Unread`` and becomes a problem when a row needs it.

>>> column = [Cellar("金额", Origin("a.csv"), (2, 3), ("1,5", "x"))]
>>> read_numbers(column[0], ColumnSpec(decimal_mark=","))[0]
Decimal('1.5')
>>> read_numbers(column[0], ColumnSpec(decimal_mark=","))[1].problem.code
'mapping.not_a_number'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from bihuan.integrations.domain.day import DateOrder, date_order, read_instant
from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.report import TIDIED, VALUE_MAPPED, Report
from bihuan.integrations.domain.mapping.file import ColumnSpec
from bihuan.integrations.domain.number import decimal_mark, read_number
from bihuan.integrations.domain.table import Cell, raw_text, spelled
from bihuan.integrations.domain.tidy import tidy
from bihuan.kernel.errors import Problem

NOT_A_NUMBER = Fault(
    "mapping.not_a_number",
    gettext_noop("“%(value)s” in %(column)s is not a number."),
    gettext_noop("Write digits with a point for decimals; leave the cell empty if there is none."),
)
NOT_A_DAY = Fault(
    "mapping.not_a_day",
    gettext_noop("“%(value)s” in %(column)s is not a date."),
    gettext_noop("Write dates as 2024-03-01, or say the order of day and month in the mapping."),
)
DAYS_AMBIGUOUS = Fault(
    "mapping.days_ambiguous",
    gettext_noop(
        "The dates in %(column)s, such as %(value)s, can be read day first or month first."
    ),
    gettext_noop("Choose one: set date_order of the column to dmy or mdy."),
)
DAYS_CONTRADICT = Fault(
    "mapping.days_contradict",
    gettext_noop(
        "%(column)s mixes day first and month first: %(first)s in row %(line)s, here %(value)s."
    ),
    gettext_noop("A spreadsheet has turned some dates round. Export the file again as text."),
)
DAYS_MIXED = Fault(
    "mapping.days_mixed",
    gettext_noop("%(column)s mixes real dates with texts such as “%(value)s”."),
    gettext_noop("A spreadsheet has turned some dates round. Make all cells of one type again."),
)
MARK_CONTRADICTS = Fault(
    "mapping.mark_contradicts",
    gettext_noop(
        "The numbers in %(column)s use point and comma both as decimal mark, see %(value)s."
    ),
    gettext_noop("Write all of them alike, or set decimal_mark of the column."),
)


# A whole number that some program wrote with decimals: 14.0 is 14.
_WHOLE = re.compile(r"(-?\d+)\.0+")


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that could not be read, or one whose problem is told elsewhere already."""

    problem: Problem | None = None


Value = str | Decimal | date | datetime | bool | Unread | None
SILENT = Unread()


class Cellar(NamedTuple):
    """A column of one table: its cells, and where each stands."""

    column: str
    origin: Origin
    lines: Sequence[int]
    cells: Sequence[Cell]

    def place(self, index: int) -> Origin:
        return self.origin._replace(line=self.lines[index])


def tidied(cellar: Cellar, spec: ColumnSpec, empty: frozenset[str], report: Report) -> list[Cell]:
    """Return the cells without what nobody meant, value maps applied, blanks as nothing."""
    cache: dict[str, tuple[str | None, bool, bool]] = {}
    cells: list[Cell] = []
    for index, cell in enumerate(cellar.cells):
        if not isinstance(cell, str):
            mapped = spec.values.get(spelled(cell)) if spec.values and cell is not None else None
            cells.append(cell if mapped is None else mapped)
            continue
        if cell not in cache:
            cache[cell] = _tidy(cell, spec, empty)
        text, is_tidied, is_mapped = cache[cell]
        cells.append(text)
        if is_mapped:
            report.note(
                VALUE_MAPPED,
                cellar.place(index),
                column=cellar.column,
                value=tidy(cell),
                meant=text,
            )
        elif is_tidied:
            report.note(TIDIED, cellar.place(index), column=cellar.column)
    return cells


def _tidy(cell: str, spec: ColumnSpec, empty: frozenset[str]) -> tuple[str | None, bool, bool]:
    """Return the text, whether it was untidy, and whether a value map changed it."""
    text = tidy(cell)
    if text == "" or text in empty:
        return None, False, False
    if spec.whole_number and (found := _WHOLE.fullmatch(text)):
        text = found[1]
    if text in spec.values:
        return spec.values[text] or None, False, True
    return text, text != cell, False


def read_numbers(cellar: Cellar, spec: ColumnSpec) -> list[Value]:
    """Return the numbers of a column."""
    texts = [cell for cell in cellar.cells if isinstance(cell, str)]
    mark = spec.decimal_mark or decimal_mark(texts)
    if mark is None and any(read_number(text) is None for text in texts):
        mark = _mark_of_the_readable(texts)
    if mark is None:
        return _all_with(cellar, MARK_CONTRADICTS)
    return [_number(cellar, index, cell, mark) for index, cell in enumerate(cellar.cells)]


def _mark_of_the_readable(texts: Sequence[str]) -> str | None:
    """Return the mark once texts that are no numbers in any way are left out."""
    readable = [t for t in texts if any(read_number(t, mark=mark) is not None for mark in ".,")]
    return decimal_mark(readable)


def _number(cellar: Cellar, index: int, cell: Cell, mark: str) -> Value:
    if cell is None or (isinstance(cell, Decimal) and cell.is_finite()):
        return cell
    number = read_number(cell, mark=mark) if isinstance(cell, str) else None
    return number if number is not None else _unread(NOT_A_NUMBER, cellar, index)


def _unread(fault: Fault, cellar: Cellar, index: int, **params: object) -> Unread:
    value = raw_text(cellar.cells[index])
    return Unread(fault.at(cellar.place(index), column=cellar.column, value=value, **params))


def _all_with(cellar: Cellar, fault: Fault, index: int = 0, **params: object) -> list[Value]:
    """Return a column of which no cell can be read, for one reason told at one cell."""
    first = _unread(fault, cellar, index, **params)
    return [None if cell is None else first for cell in cellar.cells]


def read_instants(cellar: Cellar, spec: ColumnSpec) -> list[Value]:
    """Return the days of a column, with the time of day where there is one."""
    texts = [(n, cell) for n, cell in enumerate(cellar.cells) if isinstance(cell, str)]
    order = spec.date_order
    if order is None and texts:
        seen = date_order(text for _, text in texts)
        if seen.contradiction is not None:
            first, second = (texts[n] for n in seen.contradiction)
            line = cellar.lines[first[0]]
            return _all_with(cellar, DAYS_CONTRADICT, second[0], first=first[1], line=line)
        if seen.is_ambiguous:
            return _all_with(cellar, DAYS_AMBIGUOUS, _year_last(texts))
        order = seen.order
        if order is not DateOrder.YMD and any(isinstance(c, date) for c in cellar.cells):
            return _all_with(cellar, DAYS_MIXED, _year_last(texts))
    return [_instant(cellar, index, cell, order) for index, cell in enumerate(cellar.cells)]


def _year_last(texts: Sequence[tuple[int, str]]) -> int:
    """Return where the first date stands that does not begin with its year."""
    return next((n for n, text in texts if not text[:4].isdigit()), texts[0][0])


def _instant(cellar: Cellar, index: int, cell: Cell, order: DateOrder | None) -> Value:
    if cell is None or isinstance(cell, date):
        return cell
    instant: datetime | None = None
    if isinstance(cell, str):
        instant = read_instant(cell, order)
    elif isinstance(cell, Decimal):
        instant = read_instant(spelled(cell), order if order is DateOrder.SERIAL else None)
    return instant if instant is not None else _unread(NOT_A_DAY, cellar, index)


def described(values: Sequence[Value]) -> Iterator[Problem]:
    """Return the problems of values that could not be read."""
    for value in values:
        if isinstance(value, Unread) and value.problem is not None:
            yield value.problem
