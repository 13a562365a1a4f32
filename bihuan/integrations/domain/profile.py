"""Profile: what the cells of a column look like, all of them together.

>>> from bihuan.integrations.domain.table import Table
>>> table = Table(
...     file="o.csv", columns=("订单号", "日期", "金额"), header_line=1, lines=(2, 3),
...     rows=(("A-1", "03/04/2024", "￥1,200"), ("A-2", "05/06/2024", None)),
... )
>>> [(each.column, each.type.value, each.is_ambiguous) for each in profile(table)]
[('订单号', 'text', False), ('日期', 'day', True), ('金额', 'integer', False)]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bihuan.integrations.domain.day import (
    DateOrder,
    SeenOrder,
    date_order,
    looks_like_day,
)
from bihuan.integrations.domain.number import decimal_mark, read_number
from bihuan.integrations.domain.table import Cell, Table, spelled
from bihuan.integrations.domain.tidy import tidy

SAMPLES = 5
LOOKED_AT = 20_000
"""So many rows tell the type of a column; the order of its dates is asked of all of them."""

WORDS_OF_SWITCHES = frozenset("是 否 有 无 对 错 true false yes no y n t f √ ×".split())  # noqa: SIM905


class ColumnType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DAY = "day"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What a column holds; an ambiguous one waits for somebody to say the order of its dates."""

    column: str
    type: ColumnType
    date_order: DateOrder | None = None
    is_ambiguous: bool = False
    decimal_mark: str = "."
    row_count: int = 0
    empty_count: int = 0
    distinct_count: int = 0
    samples: tuple[str, ...] = ()


def profile(table: Table) -> tuple[ColumnProfile, ...]:
    """Return what each column of a table looks like."""
    return tuple(
        _profile(name, [row[index] for row in table.rows])
        for index, name in enumerate(table.columns)
    )


def _profile(name: str, cells: Sequence[Cell]) -> ColumnProfile:
    filled = [c for c in cells if c is not None and not (isinstance(c, str) and not c.strip())]
    distinct = list(dict.fromkeys(tidy(spelled(cell)) for cell in filled))
    kind, seen, mark = _type(filled[:LOOKED_AT])
    if kind in (ColumnType.DAY, ColumnType.INSTANT):
        seen = date_order(cell for cell in filled if isinstance(cell, str))
    return ColumnProfile(
        column=name,
        type=kind,
        date_order=seen.order,
        is_ambiguous=seen.is_ambiguous,
        decimal_mark=mark,
        row_count=len(cells),
        empty_count=len(cells) - len(filled),
        distinct_count=len(distinct),
        samples=tuple(distinct[:SAMPLES]),
    )


NO_ORDER = SeenOrder(order=None)


def _type(cells: Sequence[Cell]) -> tuple[ColumnType, SeenOrder, str]:
    """Return the type that every cell has; one that does not fit makes the column text."""
    texts = list(dict.fromkeys(tidy(cell) for cell in cells if isinstance(cell, str)))
    others = [cell for cell in cells if not isinstance(cell, str)]
    if not cells:
        return ColumnType.EMPTY, NO_ORDER, "."
    if _are_days(texts, others):
        return _kind_of_day(texts, others), date_order(texts), "."
    if all(text.lower() in WORDS_OF_SWITCHES for text in texts) and all(
        isinstance(cell, bool) for cell in others
    ):
        return ColumnType.BOOLEAN, NO_ORDER, "."
    mark = decimal_mark(texts)
    if mark is not None and all(isinstance(cell, Decimal) for cell in others):
        return _kind_of_number(texts, others, mark), NO_ORDER, mark
    return ColumnType.TEXT, NO_ORDER, "."


def _are_days(texts: Sequence[str], others: Sequence[Cell]) -> bool:
    if not all(isinstance(cell, date) for cell in others):
        return False
    plain = [text for text in texts if text.isdigit()]
    years = [text for text in plain if len(text) == 8 and "1990" <= text[:4] <= "2100"]
    return len(plain) == len(years) and all(looks_like_day(text) for text in texts)


def _kind_of_day(texts: Sequence[str], others: Sequence[Cell]) -> ColumnType:
    has_time = any(":" in text for text in texts) or any(
        isinstance(cell, datetime) and (cell.hour, cell.minute) != (0, 0) for cell in others
    )
    return ColumnType.INSTANT if has_time else ColumnType.DAY


def _kind_of_number(texts: Sequence[str], others: Sequence[Cell], mark: str) -> ColumnType:
    numbers = [read_number(text, mark=mark) for text in texts]
    numbers += [cell for cell in others if isinstance(cell, Decimal)]
    whole = all(number is not None and number == number.to_integral_value() for number in numbers)
    has_leading_zero = any(len(t) > 1 and t[0] == "0" and t.isdigit() for t in texts)
    if has_leading_zero or any(t.isdigit() and len(t) > 15 for t in texts):
        return ColumnType.TEXT
    return ColumnType.INTEGER if whole else ColumnType.DECIMAL
