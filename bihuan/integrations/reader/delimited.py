"""Text files: which character parts the cells, and what the cells are."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.table import Cell, ReadOptions, Table
from bihuan.integrations.reader.encoding import decode
from bihuan.integrations.reader.header import (
    NO_ROWS,
    PROBLEMS_KEPT,
    Grid,
    NumberedRow,
    grid_of,
    letters,
)
from bihuan.integrations.reader.limits import (
    CELL_TOO_LONG,
    MEGABYTE,
    SMALL_INFLATED_BYTES,
    UNPACKS_TOO_LARGE,
    UNPACKS_TOO_MUCH,
    FileRefused,
    Limits,
)
from bihuan.kernel.errors import Problem

DELIMITERS = (",", "\t", ";", "|")
_NAMED_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}
SAMPLED_ROWS = 200
CHUNK = 1 << 20

BROKEN_GZIP = Fault(
    "reader.broken_gzip",
    gettext_noop("The packed file is damaged and cannot be unpacked."),
    gettext_noop("Copy or download it again."),
)
OPEN_QUOTE = Fault(
    "reader.open_quote",
    gettext_noop("A quotation mark is opened here and never closed, or a text follows its end."),
    gettext_noop("Close the quotation mark, or write two of them for one inside a value."),
)
FORMULA_CELL = Fault(
    "reader.formula_cell",
    gettext_noop("The cell holds a formula: %(value)s"),
    gettext_noop(
        "Copy the column and paste it as values. Or set “formulas: use_values” in the mapping "
        "to take the values last calculated."
    ),
)
UNKNOWN_DELIMITER = Fault(
    "reader.unknown_delimiter",
    gettext_noop("The separator “%(delimiter)s” is not one character."),
    gettext_noop("Write a comma, a semicolon, a vertical bar or the word tab."),
)
# Some exports write ="00123" so that a spreadsheet keeps the zeros; that is a text.
_KEPT_TEXT = re.compile(r'="([^"]*)"')
# A formula begins with = and is followed by something that calculates.
_FORMULA = re.compile(r"=[^=\s].*", re.DOTALL)


def read_delimited(
    path: Path, *, origin: Origin, options: ReadOptions, limits: Limits
) -> tuple[list[Table], list[Problem]]:
    """Return the table of a text file and the problems of its cells."""
    raw = _inflated(path, origin, limits) if path.suffix.lower() == ".gz" else path.read_bytes()
    decoded = decode(raw, origin, given=options.encoding)
    delimiter = _delimiter(decoded.text, origin, options.delimiter)
    csv.field_size_limit(limits.cell_chars)
    grid = grid_of(
        _records(decoded.text, delimiter, origin, limits),
        origin=origin,
        header_row=options.header_row,
        limits=limits,
        is_padded=False,
    )
    if not grid.rows:
        raise FileRefused(NO_ROWS.at(origin._replace(line=grid.header_line)))
    if options.formulas == "refuse":
        _check_formulas(grid, origin)
    table = Table(
        file=origin.file,
        columns=tuple(grid.columns),
        header_line=grid.header_line,
        lines=tuple(grid.lines),
        rows=tuple(grid.rows),
        encoding=decoded.encoding,
        certainty=decoded.certainty,
        delimiter=delimiter,
    )
    return [table], grid.problems


def _inflated(path: Path, origin: Origin, limits: Limits) -> bytes:
    """Return the unpacked bytes, stopping as soon as there are too many."""
    packed = path.stat().st_size
    parts, size = [], 0
    try:
        with gzip.open(path, "rb") as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                check_inflated(origin, size=size, packed=packed, limits=limits)
                parts.append(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(BROKEN_GZIP.at(origin)) from error
    return b"".join(parts)


def check_inflated(origin: Origin, *, size: int, packed: int, limits: Limits) -> None:
    """Refuse a file that unpacks to more than an honest one would."""
    if size > limits.inflated_bytes:
        raise FileRefused(UNPACKS_TOO_LARGE.at(origin, limit=limits.inflated_bytes // MEGABYTE))
    if size > SMALL_INFLATED_BYTES and size > packed * limits.inflated_ratio:
        raise FileRefused(UNPACKS_TOO_MUCH.at(origin, ratio=size // max(packed, 1)))


def _delimiter(text: str, origin: Origin, given: str) -> str:
    """Return the separator that cuts the first rows into equally many cells."""
    if given:
        delimiter = _NAMED_DELIMITERS.get(given.lower(), given)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise FileRefused(UNKNOWN_DELIMITER.at(origin, delimiter=given))
        return delimiter
    best, most = ",", (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(_widths(text, delimiter))
        width, rows = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and (rows * 100 // widths.total(), width) > most:
            best, most = delimiter, (rows * 100 // widths.total(), width)
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    reader = csv.reader(io.StringIO(text[: 4 * CHUNK], newline=""), delimiter=delimiter)
    try:
        return [len(cells) for cells in islice(reader, SAMPLED_ROWS) if cells]
    except csv.Error:
        return []


def _records(text: str, delimiter: str, origin: Origin, limits: Limits) -> Iterator[NumberedRow]:
    """Return the rows with the line each begins on, blank ones too."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, _cells(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        place = origin._replace(line=line)
        if "field larger" in str(error):
            raise FileRefused(CELL_TOO_LONG.at(place, limit=limits.cell_chars)) from error
        raise FileRefused(OPEN_QUOTE.at(place)) from error


def _cells(cells: Sequence[str]) -> list[Cell]:
    return [None if cell == "" else cell for cell in cells]


def _check_formulas(grid: Grid, origin: Origin) -> None:
    """Report cells that a spreadsheet would calculate; unwrap those that only keep zeros."""
    for index, row in enumerate(grid.rows):
        if not any(isinstance(cell, str) and cell[:1] == "=" for cell in row):
            continue
        grid.rows[index] = tuple(_unwrapped(cell) for cell in row)
        for column, cell in enumerate(grid.rows[index]):
            is_formula = isinstance(cell, str) and _FORMULA.fullmatch(cell) is not None
            if is_formula and len(grid.problems) < PROBLEMS_KEPT:
                name = grid.columns[column] or letters(column)
                place = origin._replace(line=grid.lines[index])
                grid.problems.append(FORMULA_CELL.at(place, column=name, value=str(cell)))


def _unwrapped(cell: Cell) -> Cell:
    found = _KEPT_TEXT.fullmatch(cell) if isinstance(cell, str) else None
    return found[1] if found else cell
