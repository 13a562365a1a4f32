"""Where the header is, and whether the rows under it are as wide as it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bihuan.integrations.domain.day import looks_like_day
from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.number import read_number
from bihuan.integrations.domain.table import Cell, raw_text
from bihuan.integrations.domain.tidy import tidy
from bihuan.integrations.reader.limits import (
    TOO_MANY_CELLS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    FileRefused,
    Limits,
)
from bihuan.kernel.errors import Problem

LOOKED_AT = 30
"""So many rows at the top may be a title before the header comes."""

PROBLEMS_KEPT = 1_000

HEADER_REPEATED = Fault(
    "reader.header_repeated",
    gettext_noop("Two columns are called “%(column)s”: %(first)s and %(second)s."),
    gettext_noop("Rename or delete one of them."),
)
HEADER_BLANK = Fault(
    "reader.header_blank",
    gettext_noop("Column %(letter)s has values but no name in the header."),
    gettext_noop("Write a name into row %(header)s, or empty the column."),
)
HEADER_MERGED = Fault(
    "reader.header_merged",
    gettext_noop(
        "Cells of the header are merged (%(range)s), so columns have no names of their own."
    ),
    gettext_noop("Unmerge the cells and name each column, or tell the mapping the header row."),
)
HEADER_MISSING = Fault(
    "reader.header_missing",
    gettext_noop("No header was found: row %(row)s does not hold names of columns."),
    gettext_noop(
        "Write the names of the columns above the values, or set header_row in the mapping."
    ),
)
NO_ROWS = Fault(
    "reader.no_rows",
    gettext_noop("There is a header but no row under it."),
    gettext_noop("Export the file again with its rows, or leave it out of the import."),
)
NOTHING_THERE = Fault(
    "reader.nothing_there",
    gettext_noop("The file has no cells with a value."),
    gettext_noop("Export it again; perhaps the wrong sheet was saved."),
)
ROW_TOO_LONG = Fault(
    "reader.row_too_long",
    gettext_noop("The row has %(count)s cells, the header %(expected)s."),
    gettext_noop("Most often a value contains the separator: put it in quotation marks."),
)
ROW_TOO_SHORT = Fault(
    "reader.row_too_short",
    gettext_noop("The row has %(count)s cells, the header %(expected)s."),
    gettext_noop("The row was cut off or broken into two; compare it with the original."),
)

NumberedRow = tuple[int, Sequence[Cell]]


@dataclass(slots=True)
class Grid:
    """A header and the rows under it, with the problems of their shape."""

    header_line: int
    columns: list[str]
    lines: list[int] = field(default_factory=list)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def letters(index: int) -> str:
    """Return the letters by which a spreadsheet calls a column: A, Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def find_header(top: Sequence[NumberedRow]) -> int:
    """Return the index of the row that names the columns, under any title lines.

    The names are the first row that is about as full as the rows are, and that
    holds words rather than numbers and dates.
    """
    counts = [sum(not is_blank(cell) for cell in cells) for _, cells in top]
    full = [count for count in counts if count]
    if not full:
        return 0
    usual = Counter(full[len(full) // 3 :] or full).most_common(1)[0][0]
    for index, (count, (_, cells)) in enumerate(zip(counts, top, strict=True)):
        if count >= max(1, min(usual, max(full)) * 2 // 3) and _holds_names(cells):
            return index
    return next(index for index, count in enumerate(counts) if count)


def _holds_names(cells: Sequence[Cell]) -> bool:
    return all(is_blank(cell) or (isinstance(cell, str) and _is_name(cell)) for cell in cells)


def _is_name(text: str) -> bool:
    text = text.strip()
    return read_number(text) is None and not (text[:1].isdigit() and looks_like_day(text))


def grid_of(
    rows: Iterator[NumberedRow],
    *,
    origin: Origin,
    header_row: int | None,
    limits: Limits,
    is_padded: bool,
) -> Grid:
    """Return header and rows, every row as wide as the header.

    ``is_padded`` says that the file pads its rows, as workbooks do; elsewhere a
    short row has lost something.
    """
    top, rows = _top(rows, header_row)
    if not any(not is_blank(cell) for _, cells in top for cell in cells):
        raise FileRefused(NOTHING_THERE.at(origin))
    at = len(top) - 1 if header_row else find_header(top)
    header_line, names = top[at]
    origin = origin._replace(line=header_line)
    is_named = _holds_names(names) or header_row is not None
    if not is_named or all(is_blank(name) for name in names):
        raise FileRefused(HEADER_MISSING.at(origin, row=header_line))
    columns = [" ".join(tidy(raw_text(name)).split()) for name in names]
    grid = Grid(header_line=header_line, columns=columns)
    body = _chain(top[at + 1 :], rows)
    _fill(grid, body, origin, limits, is_padded=is_padded)
    _trim_columns(grid, origin, limits)
    return grid


def _top(
    rows: Iterator[NumberedRow], header_row: int | None
) -> tuple[list[NumberedRow], Iterator[NumberedRow]]:
    top: list[NumberedRow] = []
    for row in rows:
        top.append(row)
        if (header_row and row[0] >= header_row) or (not header_row and len(top) >= LOOKED_AT):
            break
    return top, rows


def _chain(first: list[NumberedRow], rest: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    yield from first
    yield from rest


def _fill(
    grid: Grid, body: Iterator[NumberedRow], origin: Origin, limits: Limits, *, is_padded: bool
) -> None:
    width = len(grid.columns)
    for line, cells in body:
        if all(cell is None or cell == "" for cell in cells):
            continue
        if len(cells) != width:
            cells = _as_wide(grid, line, cells, origin, is_padded=is_padded)
        grid.lines.append(line)
        grid.rows.append(tuple(cells))
        if len(grid.rows) > limits.rows:
            raise FileRefused(TOO_MANY_ROWS.at(origin._replace(line=None), limit=limits.rows))
        if len(grid.rows) * width > limits.cells:
            raise FileRefused(TOO_MANY_CELLS.at(origin._replace(line=None), limit=limits.cells))


def _as_wide(
    grid: Grid, line: int, cells: Sequence[Cell], origin: Origin, *, is_padded: bool
) -> Sequence[Cell]:
    width = len(grid.columns)
    count = len(cells)
    while count > width and is_blank(cells[count - 1]):
        count -= 1
    fault = ROW_TOO_LONG if count > width else ROW_TOO_SHORT
    is_wrong = count > width or (len(cells) < width and not is_padded)
    if is_wrong and len(grid.problems) < PROBLEMS_KEPT:
        grid.problems.append(fault.at(origin._replace(line=line), count=count, expected=width))
    return [*cells[:width], *[None] * (width - len(cells))]


def _trim_columns(grid: Grid, origin: Origin, limits: Limits) -> None:
    """Drop empty columns without a name; report nameless and repeated ones."""
    width = len(grid.columns)
    nameless = [index for index in range(width) if not grid.columns[index]]
    used = {i for i in nameless if any(not is_blank(row[i]) for row in grid.rows)}
    for index in sorted(used):
        column = letters(index)
        grid.problems.append(
            HEADER_BLANK.at(origin, column=column, letter=column, header=grid.header_line)
        )
        grid.columns[index] = f"({column})"
    dropped = set(nameless) - used
    if dropped:
        kept = [index for index in range(width) if index not in dropped]
        grid.columns = [grid.columns[index] for index in kept]
        grid.rows = [tuple(row[index] for index in kept) for row in grid.rows]
    if len(grid.columns) > limits.columns:
        count = len(grid.columns)
        raise FileRefused(TOO_MANY_COLUMNS.at(origin, count=count, limit=limits.columns))
    _check_repeated(grid, origin)


def _check_repeated(grid: Grid, origin: Origin) -> None:
    first: dict[str, int] = {}
    for index, name in enumerate(grid.columns):
        if name in first:
            grid.problems.append(
                HEADER_REPEATED.at(
                    origin, column=name, first=letters(first[name]), second=letters(index)
                )
            )
            grid.columns[index] = f"{name} ({letters(index)})"
        first.setdefault(name, index)


def exact(value: object) -> Cell:
    """Return a value of a workbook with every digit it has, and none that it has not."""
    if value is None or isinstance(value, str | bool | Decimal):
        return value
    return Decimal(repr(value))
