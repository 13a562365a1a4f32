"""How much a file may be, and how much reading it may cost."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.integrations.domain.fault import Fault, gettext_noop
from bihuan.kernel.errors import Problem

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one file; a process that reads it is held to the last three by the system."""

    file_bytes: int = 100 * MEGABYTE
    inflated_bytes: int = 200 * MEGABYTE
    inflated_ratio: int = 150
    zip_entries: int = 2_000
    rows: int = 1_000_000
    columns: int = 512
    cells: int = 20_000_000
    cell_chars: int = 100_000
    files: int = 200
    memory_bytes: int = 3_000 * MEGABYTE
    cpu_seconds: int = 180
    wall_seconds: int = 300


LIMITS = Limits()
SMALL_INFLATED_BYTES = 10 * MEGABYTE
"""Below this the ratio does not matter: a small file of one repeated line is no bomb."""

TOO_MANY_ROWS = Fault(
    "reader.too_many_rows",
    gettext_noop("There are more than %(limit)s rows."),
    gettext_noop("Split the file and import the parts one after the other."),
)
TOO_MANY_COLUMNS = Fault(
    "reader.too_many_columns",
    gettext_noop("There are %(count)s columns; at most %(limit)s can be read."),
    gettext_noop("Delete the columns that are not needed. Empty formatted columns count too."),
)
TOO_MANY_CELLS = Fault(
    "reader.too_many_cells",
    gettext_noop("The file holds more than %(limit)s cells."),
    gettext_noop("Split the file and import the parts one after the other."),
)
TOO_LARGE = Fault(
    "reader.file_too_large",
    gettext_noop("The file has %(size)s MB; at most %(limit)s MB can be read."),
    gettext_noop("Split the file and import the parts one after the other."),
)
UNPACKS_TOO_LARGE = Fault(
    "reader.unpacks_too_large",
    gettext_noop("Unpacked, the file would take more than %(limit)s MB."),
    gettext_noop("The file is not read. If it is honest, copy the values into a new workbook."),
)
UNPACKS_TOO_MUCH = Fault(
    "reader.unpacks_too_much",
    gettext_noop("The file unpacks to %(ratio)s times its size, as files made to do harm do."),
    gettext_noop("The file is not read. If it is honest, copy the values into a new workbook."),
)
TOO_MANY_PARTS = Fault(
    "reader.too_many_parts",
    gettext_noop("The workbook is made of %(count)s parts; at most %(limit)s are read."),
    gettext_noop("Copy the sheet that is needed into a new workbook."),
)
CELL_TOO_LONG = Fault(
    "reader.cell_too_long",
    gettext_noop("A cell is longer than %(limit)s characters."),
    gettext_noop("Most often a quotation mark is opened and never closed near this line."),
)


class FileRefused(Exception):
    """A file cannot be read at all; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
