"""Workbooks for people to take away, with cells that stay inert.

A cell that begins with = + - @ (or their full-width forms, or a tab) becomes a
formula to whoever opens the file, or opens a CSV made from it. Such a text gets
an apostrophe in front, and every text is written as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
SHEET_NAME_LIMIT = 31

Value = str | int | Decimal | date | None


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return an XLSX file of one sheet with a header row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:SHEET_NAME_LIMIT])
    sheet.freeze_panes = "A2"
    names = []
    for name in header:
        cell = WriteOnlyCell(sheet, value=inert(name))
        cell.font = Font(bold=True)
        names.append(cell)
    sheet.append(names)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: object, value: Value) -> WriteOnlyCell | Value:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=inert(value))
    cell.data_type = "s"
    return cell
