"""Workbooks: which sheet, and what stands in its cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import python_calamine

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.table import Cell, Certainty, ReadOptions, Table
from bihuan.integrations.reader.archive import BROKEN_WORKBOOK, Inside, look_inside
from bihuan.integrations.reader.content import ENCRYPTED
from bihuan.integrations.reader.delimited import FORMULA_CELL
from bihuan.integrations.reader.header import (
    HEADER_MERGED,
    NO_ROWS,
    NOTHING_THERE,
    Grid,
    NumberedRow,
    exact,
    grid_of,
    letters,
)
from bihuan.integrations.reader.limits import TOO_MANY_COLUMNS, FileRefused, Limits
from bihuan.kernel.errors import Problem

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from python_calamine import CalamineSheet, CalamineWorkbook

WRONG_SHEET = Fault(
    "reader.wrong_sheet",
    gettext_noop("There is no sheet called “%(sheet)s”. There are: %(sheets)s."),
    gettext_noop("Correct the name of the sheet in the mapping or in the workbook."),
)
CHOOSE_SHEET = Fault(
    "reader.choose_sheet",
    gettext_noop("Several sheets have values: %(sheets)s."),
    gettext_noop("Name the sheet that is meant in the mapping."),
)
ERROR_CELL = Fault(
    "reader.error_cell",
    gettext_noop("The cell shows the error %(value)s instead of a value."),
    gettext_noop("Repair the formula it comes from, then paste the column as values."),
)
REPORTED_CELLS = 1_000
MOST_COLUMNS = 16_384


def read_workbook(
    path: Path, *, origin: Origin, options: ReadOptions, limits: Limits
) -> tuple[list[Table], list[Problem]]:
    """Return the tables of the sheets that are meant and the problems of their cells."""
    inside = look_inside(path, origin, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise FileRefused(ENCRYPTED.at(origin)) from error
    except (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError) as e:
        raise FileRefused(BROKEN_WORKBOOK.at(origin)) from e
    tables, problems = [], []
    for name in _meant(book, origin, options):
        table, found = _read_sheet(book, origin._replace(sheet=name), options, limits)
        tables.append(table)
        problems += found
    meant = {table.sheet: table for table in tables}
    problems += _reported_cells(path, meant, inside, origin, options)
    return tables, problems


def _meant(book: CalamineWorkbook, origin: Origin, options: ReadOptions) -> list[str]:
    """Return the sheets to read: the named one, the only one with values, or all with values."""
    names = book.sheet_names
    if options.sheet:
        if options.sheet not in names:
            raise FileRefused(WRONG_SHEET.at(origin, sheet=options.sheet, sheets=", ".join(names)))
        return [options.sheet]
    hidden = set(_hidden(book))
    filled = [n for n in names if n not in hidden and _sheet(book, origin, n).height > 0]
    if not filled:
        raise FileRefused(NOTHING_THERE.at(origin))
    if len(filled) > 1 and not options.all_sheets:
        raise FileRefused(CHOOSE_SHEET.at(origin, sheets=", ".join(filled)))
    return filled


def _hidden(book: CalamineWorkbook) -> tuple[str, ...]:
    visible = python_calamine.SheetVisibleEnum.Visible
    return tuple(each.name for each in book.sheets_metadata if each.visible != visible)


def _sheet(book: CalamineWorkbook, origin: Origin, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (
        python_calamine.CalamineError,
        python_calamine.XmlError,
        python_calamine.WorksheetNotFound,
    ) as error:
        raise FileRefused(BROKEN_WORKBOOK.at(origin._replace(sheet=name))) from error


def _read_sheet(
    book: CalamineWorkbook, origin: Origin, options: ReadOptions, limits: Limits
) -> tuple[Table, list[Problem]]:
    sheet = _sheet(book, origin, origin.sheet)
    width = sheet.total_width
    if width > max(limits.columns * 4, limits.columns + 1_000):
        raise FileRefused(TOO_MANY_COLUMNS.at(origin, count=width, limit=limits.columns))
    grid = grid_of(
        _records(sheet),
        origin=origin,
        header_row=options.header_row,
        limits=limits,
        is_padded=True,
    )
    if not grid.rows:
        raise FileRefused(NO_ROWS.at(origin._replace(line=grid.header_line)))
    table = Table(
        file=origin.file,
        sheet=origin.sheet,
        columns=tuple(grid.columns),
        header_line=grid.header_line,
        lines=tuple(grid.lines),
        rows=tuple(grid.rows),
        certainty=Certainty.CERTAIN,
        sheets=tuple(book.sheet_names),
        hidden_sheets=_hidden(book),
    )
    return table, _merged_instead(sheet, grid, origin)


def _records(sheet: CalamineSheet) -> Iterator[NumberedRow]:
    """Return the rows with their numbers; rows above the first value are not handed out."""
    start = sheet.start or (0, 0)
    pad: list[Cell] = [None] * start[1]
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=start[0] + 1):
        yield number, [*pad, *(_cell(cell) for cell in cells)]


def _cell(value: object) -> Cell:
    if value == "" or value is None:
        return None
    if isinstance(value, str | bool | datetime):
        return value
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return exact(value)


def _merged_instead(sheet: CalamineSheet, grid: Grid, origin: Origin) -> list[Problem]:
    """Return the problems, nameless columns under merged header cells told as such."""
    row = grid.header_line - 1
    merged = [
        (start, end)
        for start, end in sheet.merged_cell_ranges or ()
        if start[0] <= row <= end[0] and start[1] < end[1]
    ]
    problems = []
    for problem in grid.problems:
        for start, end in merged:
            covered = [letters(index) for index in range(start[1], end[1] + 1)]
            if problem.code == "reader.header_blank" and problem.column in covered:
                span = f"{covered[0]}{start[0] + 1}:{covered[-1]}{end[0] + 1}"
                place = origin._replace(line=grid.header_line)
                problem = HEADER_MERGED.at(place, column=problem.column, range=span)
                break
        problems.append(problem)
    return problems


def _reported_cells(
    path: Path, meant: dict[str, Table], inside: Inside, origin: Origin, options: ReadOptions
) -> list[Problem]:
    """Return a problem for every formula and every error in the sheets that are meant."""
    refuses = options.formulas == "refuse"
    if not (inside.has_errors or (inside.has_formulas and refuses)):
        return []
    # Half the start of the process is this import, and few files need it.
    from openpyxl import load_workbook

    found: list[Problem] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=not refuses)
        for name, table in meant.items():
            sheet = book[name]
            sheet.reset_dimensions()
            found += islice(_cells_of(sheet, table, origin._replace(sheet=name)), REPORTED_CELLS)
        book.close()
    return found


def _cells_of(sheet: ReadOnlyWorksheet, table: Table, origin: Origin) -> Iterator[Problem]:
    faults = {"f": FORMULA_CELL, "e": ERROR_CELL}
    names: dict[int, str] = {}
    for cells in sheet.iter_rows(min_row=table.header_line):
        for index, cell in enumerate(cells):
            if cell.value is None:
                continue
            if cell.row == table.header_line:
                names[index] = " ".join(str(cell.value).split())
            if (fault := faults.get(cell.data_type)) is not None:
                place = origin._replace(line=cell.row)
                yield fault.at(
                    place, column=names.get(index) or letters(index), value=str(cell.value)
                )
