"""Day: how a date is written, and which day it is.

Year first has one meaning. Day or month first has two, and which one holds is
seen from the whole column: a 13 in one place settles it. When nothing does,
the column is ambiguous and a person must say.

>>> read_day("2024年3月1日"), read_day("20240301"), read_day("2024/3/1 09:30")
(datetime.date(2024, 3, 1), datetime.date(2024, 3, 1), datetime.date(2024, 3, 1))
>>> read_day("03/04/2024", DateOrder.DMY), read_day("03/04/2024", DateOrder.MDY)
(datetime.date(2024, 4, 3), datetime.date(2024, 3, 4))
>>> read_day("03/04/2024") is None, read_day("2024-02-30") is None
(True, True)

>>> seen = date_order(["03/04/2024", "25/04/2024"])
>>> seen.order, seen.is_ambiguous
(<DateOrder.DMY: 'dmy'>, False)
>>> date_order(["03/04/2024", "05/06/2024"]).is_ambiguous
True

A column in which both orders appear was damaged by a spreadsheet: neither order
reads all of it.

>>> date_order(["13/04/2024", "04/13/2024"]).contradiction
(0, 1)

Excel counts days from the end of 1899 (its 1900 has a 29 February):

>>> read_day("45352", DateOrder.SERIAL)
datetime.date(2024, 3, 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

from bihuan.integrations.domain.tidy import half_width

EARLIEST = date(1990, 1, 1)
FUTURE_DAYS = 400
"""A date further ahead than this is taken for a slip of the pen."""


class DateOrder(StrEnum):
    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOrder:
    """What a column of dates says about its order."""

    order: DateOrder | None
    is_ambiguous: bool = False
    contradiction: tuple[int, int] | None = None


_SEPARATED = re.compile(
    r"(\d{4})\s?([-/.年])\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:[T\s]+(.+))?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s?(\d{2}:?\d{2}(?::?\d{2})?))?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?:[T\s]+(.+))?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_NAMED = re.compile(r"(\d{1,2})[-\s.]([A-Za-z]{3})[a-z]*\.?[-\s,]+(\d{4})(?:\s+(.+))?")
_NAMED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?:\s+(.+))?")
_TIME = re.compile(
    r"(?:(上午|下午)\s?)?(\d{1,2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,6})\d*)?)?"
    r"\s?(AM|PM)?\s?(Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
_EPOCH = datetime.combine(date(1899, 12, 30), time())
PIVOT = 70
"""Two digits below this are of this century; they are only read when the order is given."""


@lru_cache(maxsize=200_000)
def read_day(text: str, order: DateOrder | None = None) -> date | None:
    """Return the day a text stands for, or nothing when it stands for none."""
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii():
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    instant = read_instant(text, order)
    return None if instant is None else instant.date()


@lru_cache(maxsize=200_000)
def read_instant(text: str, order: DateOrder | None = None) -> datetime | None:
    """Return day and time a text stands for; without a time it is midnight."""
    text = half_width(text)
    if order is DateOrder.SERIAL:
        return _serial(text)
    parts = _parts(text, order)
    if parts is None:
        return None
    year, month, day, clock = parts
    try:
        return _with_time(datetime.combine(date(year, month, day), time()), clock)
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    try:
        days = Decimal(text)
    except InvalidOperation:
        return None
    if not days.is_finite() or not 1 <= days < 200_000:
        return None
    return _EPOCH + timedelta(seconds=int((days * 86_400).to_integral_value()))


def _parts(text: str, order: DateOrder | None) -> tuple[int, int, int, str | None] | None:
    if found := _SEPARATED.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4]), found[5]
    if found := _COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3]), found[4]
    if found := _NAMED.fullmatch(text):
        return int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1]), found[4]
    if found := _NAMED_FIRST.fullmatch(text):
        return int(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2]), found[4]
    if order in (DateOrder.DMY, DateOrder.MDY) and (found := _YEAR_LAST.fullmatch(text)):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if order is DateOrder.DMY else (second, first)
        return _year(found[3]), month, day, found[4]
    return None


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < PIVOT else 1900)


def _with_time(day: datetime, clock: str | None) -> datetime:
    if not clock:
        return day
    found = _TIME.fullmatch(clock.strip())
    if found is None:
        raise ValueError(clock)
    half = (found[1] or found[6] or "").upper()
    hour = int(found[2])
    if half:
        hour = hour % 12 + (12 if half in ("下午", "PM") else 0)
    micro = int((found[5] or "0").ljust(6, "0"))
    instant = day.replace(
        hour=hour, minute=int(found[3]), second=int(found[4] or 0), microsecond=micro
    )
    if not found[7]:
        return instant
    zone = "+00:00" if found[7].upper() == "Z" else found[7]
    return datetime.fromisoformat(f"{instant.isoformat()}{zone}")


def date_order(texts: Iterable[str]) -> SeenOrder:
    """Return the order that reads a column of dates, as far as the column says so."""
    found = [(n, _YEAR_LAST.fullmatch(half_width(text))) for n, text in enumerate(texts)]
    pairs = [(n, int(each[1]), int(each[2])) for n, each in found if each is not None]
    if not pairs:
        return SeenOrder(order=DateOrder.YMD)
    day_first = next((n for n, first, _ in pairs if first > 12), None)
    month_first = next((n for n, _, second in pairs if second > 12), None)
    if day_first is not None and month_first is not None:
        return SeenOrder(order=None, contradiction=(day_first, month_first))
    if day_first is not None or month_first is not None:
        return SeenOrder(order=DateOrder.MDY if day_first is None else DateOrder.DMY)
    if all(first == second for _, first, second in pairs):
        return SeenOrder(order=DateOrder.DMY)
    return SeenOrder(order=None, is_ambiguous=True)


def looks_like_day(text: str) -> bool:
    """Return whether a text is written as a date, in whichever order."""
    return any(read_day(text, order) is not None for order in (None, DateOrder.DMY, DateOrder.MDY))
