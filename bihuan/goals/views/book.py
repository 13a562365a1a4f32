"""The heat map as a workbook: exactly what is shown, a sheet for each reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.base.spreadsheet import inert
from bihuan.goals.queries import Cell, Row, Window

FILLS = ("B4430F", "F0A67F", "FADFD0", "EFF1F2", "D3EAE9", "86C4C3", "0F6B6F")
LIGHT_INK = frozenset({0, 6})

Reading = Callable[[Cell], Decimal | None]


def grid_book(title: str, window: Window, rows: Sequence[Row]) -> bytes:
    """Return the rows of a heat map as XLSX: deviation, actual, what was due, and the target."""
    book = Workbook()
    readings: list[tuple[str, Reading, bool]] = [
        (_("Deviation"), lambda cell: cell.judged.deviation, True),
        (_("Actual"), lambda cell: cell.actual, False),
        (_("Due by now"), lambda cell: cell.due, False),
        (_("Target"), lambda cell: cell.target, False),
    ]
    first = book.active
    assert isinstance(first, Worksheet), "a new workbook has a sheet"
    for number, (name, reading, is_share) in enumerate(readings):
        sheet = first if number == 0 else book.create_sheet()
        sheet.title = name
        _fill(sheet, title, window, rows, _Look(reading, is_share=is_share))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


class _Look:
    """Which number of a cell a sheet shows, and how."""

    def __init__(self, reading: Reading, *, is_share: bool) -> None:
        self.reading = reading
        self.is_share = is_share


def _fill(sheet: Worksheet, title: str, window: Window, rows: Sequence[Row], look: _Look) -> None:
    header = [inert(title), *(period.key for period in window.columns), _("All together")]
    sheet.append(header)
    sheet.freeze_panes = "B2"
    for each in sheet[1]:
        each.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 22
    for row in rows:
        cells = (*row.cells, row.whole)
        sheet.append([inert(_name(row)), *(_value(cell, look) for cell in cells)])
        for place, cell in enumerate(cells, start=2):
            _dress(sheet, sheet.max_row, place, cell, look)


def _name(row: Row) -> str:
    if row.kind == "nobody":
        return _("Without a person")
    if row.kind == "total":
        return _("Total")
    if row.kind == "metric":
        return row.whole.metric.name(get_language() or "zh-hans")
    return row.name


def _value(cell: Cell, look: _Look) -> Decimal | str | None:
    """Return the number, or in words why there is none."""
    value = look.reading(cell)
    if value is not None or not look.is_share:
        return value
    words = {"no_target": _("No target"), "no_data": _("No data"), "not_due": _("Nothing due")}
    return words.get(cell.state, "")


def _dress(sheet: Worksheet, line: int, place: int, cell: Cell, look: _Look) -> None:
    shown = sheet.cell(line, place)
    if not look.is_share:
        shown.number_format = "0.0%" if cell.metric.unit == "ratio" else "#,##0.00"
        return
    shown.number_format = "+0%;-0%;0%"
    if cell.judged.bin is not None:
        shown.fill = PatternFill("solid", fgColor=FILLS[cell.judged.bin])
        ink = "FFFFFF" if cell.judged.bin in LIGHT_INK else "1D2733"
        shown.font = Font(color=ink)
