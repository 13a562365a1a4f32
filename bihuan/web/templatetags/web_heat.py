"""Writes the cells of a heat map: several hundred on a page, each of them the same few letters.

In templates each cell took two templates more, and a page of them half of its time.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override

from bihuan.goals.queries.grid import Cell, Row
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import Unit
from bihuan.web.templatetags.web_format import (
    DASH,
    compact_money,
    days,
    deviation,
    language,
    number,
    period_name,
    ratio,
)

register = template.Library()

CELL = (
    '<td><button type="button" class="c {look}" hx-get="{address}?{query}" hx-target="#drawer"'
    ' aria-label="{name} {period} {said}">{short}</button></td>'
)


@register.simple_tag
def heat_cells(row: Row, name: str, address: str, currency: str) -> SafeString:
    """Return the cells of a row as they stand in its table, last the one over all periods."""
    periods = _periods(tuple(cell.period for cell in row.cells), language())
    named = conditional_escape(name)
    cells = zip((*row.cells, row.whole), periods, strict=True)
    return mark_safe(
        "\n".join(
            CELL.format(
                look=cell.look,
                address=address,
                query=escape(cell.query),
                name=named,
                period=period,
                said=escape(said(cell, currency)),
                short=short(cell, currency),
            )
            for cell, period in cells
        )
    )


@lru_cache(maxsize=256)
def _periods(columns: tuple[Period, ...], written_in: str) -> tuple[str, ...]:
    """Return what the columns are called, as it is written in the page: every row says it."""
    with override(written_in):
        return tuple(escape(each) for each in (*map(period_name, columns), gettext("Together")))


@lru_cache(maxsize=4096)
def _off(value: Decimal | None, written_in: str) -> tuple[str, str]:
    """Return how far a cell is off, as it is said and as it is shown: few numbers recur."""
    with override(written_in):
        off = deviation(value)
        return gettext("%(off)s%% against what was due") % {"off": off}, off


def said(cell: Cell, currency: str) -> str:
    """Return what a cell says to those who cannot see its colour."""
    match cell.state:
        case "value":
            return _off(cell.judged.deviation, language())[0]
        case "zero":
            return gettext("nothing achieved, a true zero")
        case "no_target":
            told = gettext("no target")
            return f"{told}, {_figure(cell, currency)}" if cell.facts else told
        case "no_data":
            return gettext("no data")
        case "future":
            return gettext("not begun")
    return gettext("nothing due")


def short(cell: Cell, currency: str) -> str:
    """Return what stands in a cell, as it is written in the page."""
    match cell.state:
        case "value":
            return escape(_off(cell.judged.deviation, language())[1])
        case "zero":
            return "0"
        case "no_target" if cell.facts:
            return f"<small>{escape(_figure(cell, currency))}</small>"
        case "no_target":
            return escape(gettext("No target"))
        case "no_data":
            return escape(gettext("No data"))
        case "future":
            return "·"
    return DASH


def _figure(cell: Cell, currency: str) -> str:
    match cell.metric.unit:
        case Unit.MONEY:
            return compact_money(cell.actual, currency)
        case Unit.RATIO:
            return ratio(cell.actual)
        case Unit.DAYS:
            return days(cell.actual)
    return number(cell.actual, 1)
