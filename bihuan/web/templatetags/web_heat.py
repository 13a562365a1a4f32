"""Writes the cells of a heat map: several hundred on a page, each of them the same few letters.

In templates each cell took two templates more, and a page of them half of its time.
"""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from bihuan.goals.queries.grid import Cell, Row
from bihuan.metrics.domain.definition import Unit
from bihuan.web.templatetags.web_format import (
    DASH,
    compact_money,
    days,
    deviation,
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
    periods = [*map(period_name, [cell.period for cell in row.cells]), gettext("Together")]
    named = conditional_escape(name)
    cells = zip((*row.cells, row.whole), periods, strict=True)
    return mark_safe(
        "\n".join(
            CELL.format(
                look=cell.look,
                address=address,
                query=escape(cell.query),
                name=named,
                period=escape(period),
                said=escape(said(cell, currency)),
                short=short(cell, currency),
            )
            for cell, period in cells
        )
    )


def said(cell: Cell, currency: str) -> str:
    """Return what a cell says to those who cannot see its colour."""
    match cell.state:
        case "value":
            off = deviation(cell.judged.deviation)
            return gettext("%(off)s%% against what was due") % {"off": off}
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
            return escape(deviation(cell.judged.deviation))
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
