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
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.base.taking import require_may_take
from bihuan.base.uploads import ArchiveTooLarge
from bihuan.base.uploads.archives import MEGABYTES, check_office
from bihuan.kernel.errors import Invalid, gettext_noop

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
SHEET_NAME_LIMIT = 31

Value = str | int | Decimal | date | None


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]]]
"""A title, the names of the columns, and the rows."""


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return an XLSX file of one sheet with a header row."""
    return workbook_of([(title, header, rows)])


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """Return an XLSX file of several sheets, each with a header row.

    For whoever asked for it in a request, it counts to what they took today.
    """
    # Read first: a sheet that is begun and refused would leave its rows in a file until we end.
    read = [(title, header, list(rows)) for title, header, rows in sheets]
    require_may_take(sum(len(rows) for _, _, rows in read))
    book = Workbook(write_only=True)
    for title, header, rows in read:
        _write(book, title, header, rows)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write(
    book: Workbook, title: str, header: Sequence[str], rows: Sequence[Sequence[Value]]
) -> None:
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


def _cell(sheet: object, value: Value) -> WriteOnlyCell | Value:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=inert(value))
    cell.data_type = "s"
    return cell


MOST_BYTES = 10 * 2**20
MOST_ROWS = 60_000


class FileUnreadable(Invalid):
    code = "base.file_unreadable"
    says = gettext_noop("This is not an Excel file that can be read. Save it as .xlsx.")


class FileTooLarge(Invalid):
    code = "base.file_too_large"
    says = gettext_noop("The file is larger than can be read here: at most %(most)s.")


def rows_of(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of an XLSX file as texts, empty ones as "".

    Numbers come as they are written exactly, without an exponent; a formula comes as the
    value it last had. Row 1 of the sheet is the first of the list.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge(most=f"{MOST_BYTES // 2**20} MB")
    try:
        check_office("", data, part="xl/")
        rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    except ArchiveTooLarge as error:
        raise FileTooLarge(most=f"{MEGABYTES} MB") from error
    except (Invalid, CalamineError, IndexError) as error:
        raise FileUnreadable() from error
    if len(rows) > MOST_ROWS:
        raise FileTooLarge(most=f"{MOST_ROWS:,}")
    return [[_text(value) for value in row] for row in rows]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | date):
        return str(value)
    # A cell's number is written with at most seventeen digits, which its text gives back.
    return f"{Decimal(str(value)).normalize():f}" if value is not None else ""
