"""Writes numbers, money, days and periods, in the language in force.

Every filter takes None for "there is no such value" and then writes a dash: a
missing figure must never look like a zero.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, ngettext, pgettext

from bihuan.kernel.period import Grain, Period, parse_period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.web.domain import figure as written

register = template.Library()

DASH = "–"
Number = Decimal | int | None


def language() -> str:
    """Return the language in force."""
    return get_language() or settings.LANGUAGE_CODE


@register.filter
def dash(value: object) -> object:
    """Write a dash for what is not there."""
    return DASH if value is None or value == "" else value


@register.filter
def money(value: Number, currency: str = "") -> str:
    """Write an amount in full: ¥1,286,400.00."""
    return DASH if value is None else written.amount(Decimal(value), currency)


@register.filter
def compact_money(value: Number, currency: str = "") -> str:
    """Write an amount for a glance: ¥128.6 万, ¥1.29M."""
    return DASH if value is None else written.compact(Decimal(value), currency, language())


@register.filter
def deviation_money(value: Number, currency: str = "") -> str:
    """Write a difference of amounts for a glance: +¥12.0 万, −¥3.1 万."""
    return DASH if value is None else written.signed(compact_money(value, currency))


@register.filter
def number(value: Number, places: int = 4) -> str:
    """Write a plain number: 1,286 or 1,286.5."""
    return DASH if value is None else written.number(Decimal(value), places)


@register.filter
def ratio(value: Number, places: int = 1) -> str:
    """Write a share of one in percent: 75.0%."""
    return DASH if value is None else written.ratio(Decimal(value), places)


@register.filter
def deviation(value: Number) -> str:
    """Write a difference of ratios in whole points: +9, −12."""
    return DASH if value is None else written.deviation(Decimal(value))


@register.filter
def days(value: Number) -> str:
    """Write a length of time: 12.5 days."""
    if value is None:
        return DASH
    shown = written.rounded(Decimal(value), 1)
    text = written.number(shown)
    return ngettext("%(count)s day", "%(count)s days", 1 if shown == 1 else 2) % {"count": text}


@register.simple_tag
def figure(value: Number, unit: str, currency: str = "", *, compact: bool = False) -> str:
    """Write a metric's value as its unit asks: money, ratio, days, or a plain number."""
    writers: dict[str, Callable[[Number], str]] = {
        "money": lambda each: (compact_money if compact else money)(each, currency),
        "ratio": ratio,
        "days": days,
    }
    return writers.get(unit, number)(value)


@register.filter
def day(value: date | None) -> str:
    """Write a business day in full: 2026 年 3 月 1 日, 1 March 2026."""
    if value is None:
        return DASH
    return pgettext("a day", "%(day)s %(month)s %(year)s") % _parts(value)


@register.filter
def last_day(end: date) -> date:
    """Return the last day that lies before an end."""
    return end - timedelta(days=1)


@register.filter
def day_short(value: date | None) -> str:
    """Write a business day of a year that is known: 3 月 1 日, 1 March."""
    if value is None:
        return DASH
    return pgettext("a day without its year", "%(day)s %(month)s") % _parts(value)


@register.filter
def instant(value: datetime | None, zone: str = "") -> str:
    """Write a moment as the clocks of a time zone showed it: 2026-03-01 08:30."""
    if value is None:
        return DASH
    here = value.astimezone(ZoneInfo(zone or settings.BUSINESS_TIME_ZONE))
    return here.strftime("%Y-%m-%d %H:%M")


@register.filter
def period_name(value: Period | str | None) -> str:
    """Write a period in full: 2026 年第三季度, Q3 2026."""
    if value is None or value == "":
        return DASH
    period = value if isinstance(value, Period) else parse_period(value)
    match grain_of(period.key):
        case Grain.DAY:
            return day(period.start)
        case Grain.WEEK | Grain.FORTNIGHT:
            return _weeks(period)
        case Grain.MONTH:
            return pgettext("a month", "%(month)s %(year)s") % _parts(period.start)
        case Grain.QUARTER:
            return _quarter(period)
        case Grain.YEAR:
            return gettext("Year %(year)s") % {"year": period.key}


@register.filter
def period_short(value: Period | str | None) -> str:
    """Write a period for the head of a narrow column: 第 31 周, W31."""
    if value is None or value == "":
        return DASH
    period = value if isinstance(value, Period) else parse_period(value)
    match grain_of(period.key):
        case Grain.DAY:
            return f"{period.start.month}-{period.start.day}"
        case Grain.WEEK | Grain.FORTNIGHT:
            return _weeks_short(period)
        case Grain.MONTH:
            return pgettext("a month without its year", "%(month)s") % _parts(period.start, 3)
        case Grain.QUARTER | Grain.YEAR:
            return period.key[-2:] if "-" in period.key else period.key


def grain_of(key: str) -> Grain:
    """Return how long the period is that a key names."""
    rest = key[5:]
    letters = {"W": Grain.WEEK, "F": Grain.FORTNIGHT, "Q": Grain.QUARTER}
    if not rest:
        return Grain.YEAR
    return letters.get(rest[0], Grain.DAY if "-" in rest else Grain.MONTH)


def _parts(value: date, letters: int = 9) -> dict[str, str]:
    """Return what a day is written with: its month as a number in Chinese, else by name."""
    is_chinese = language().startswith("zh")
    month = str(value.month) if is_chinese else str(MONTHS[value.month])[:letters]
    return {"day": str(value.day), "month": month, "year": str(value.year)}


def _week_numbers(period: Period) -> dict[str, int]:
    first, last = period.start.isocalendar(), (period.end - timedelta(days=1)).isocalendar()
    return {"year": first.year, "first": first.week, "last": last.week}


def _weeks(period: Period) -> str:
    numbers = _week_numbers(period)
    if numbers["first"] == numbers["last"]:
        return gettext("Week %(first)s, %(year)s") % numbers
    return gettext("Weeks %(first)s–%(last)s, %(year)s") % numbers


def _weeks_short(period: Period) -> str:
    numbers = _week_numbers(period)
    if numbers["first"] == numbers["last"]:
        return gettext("W%(first)s") % numbers
    return gettext("W%(first)s–%(last)s") % numbers


def _quarter(period: Period) -> str:
    names = {
        "1": gettext("Q1 %(year)s"),
        "2": gettext("Q2 %(year)s"),
        "3": gettext("Q3 %(year)s"),
        "4": gettext("Q4 %(year)s"),
    }
    return names[period.key[-1]] % {"year": period.key[:4]}


@register.filter
def metric_name(metric: MetricDefinition) -> str:
    """Write the name of a metric in the language in force."""
    return metric.name(language())


@register.filter
def short_name(name: str) -> str:
    """Return what stands in the circle for a person: given name in Chinese, else initials."""
    name = name.strip()
    if name and not name.isascii():
        return name[-2:]
    return "".join(word[0] for word in name.split()[:2]).upper()
