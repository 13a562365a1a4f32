"""Table: one sheet of cells under a header, as it stands in the file.

Every file becomes tables before anything is understood of it. A cell is text,
unless the workbook itself says that it is a number, a day or a switch; nothing
is guessed here, and a number is exact.

>>> table = Table(
...     file="orders.csv", columns=("订单号", "金额"), header_line=1, lines=(2, 3),
...     rows=(("A-1", Decimal("12.50")), ("A-2", None)),
... )
>>> table.content(0)
{'订单号': 'A-1', '金额': '12.50'}
>>> table.lines[1], spelled(table.rows[1][1])
(3, '')

A file is asked for by a pattern:

>>> Wanted(alias="orders", pattern="Orders*.csv").means("2024/orders_03.csv.gz")
False
>>> Wanted(alias="orders", pattern="Orders*.csv").means("orders_03.csv.gz")
True

A number that is a code reads as people see it, without a trailing ``.0``:

>>> spelled(Decimal("1001.0")), spelled(Decimal("0.10")), spelled(date(2024, 3, 1))
('1001', '0.1', '2024-03-01')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Literal

Cell = str | Decimal | date | datetime | bool | None
Formulas = Literal["refuse", "use_values"]


class Certainty(StrEnum):
    """How sure the encoding of a text file is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "guess"
    GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What somebody says about a file; what they leave out is found out."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    formulas: Formulas = "refuse"
    all_sheets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that is asked for: by a pattern over the names in the folder."""

    alias: str
    pattern: str
    options: ReadOptions = ReadOptions()
    is_optional: bool = False

    def means(self, name: str) -> bool:
        """Return whether a file is meant, whatever the case of its name and packed or not."""
        name, pattern = name.lower(), self.pattern.lower()
        spellings = (name, name.removesuffix(".gz"), name.rsplit("/", 1)[-1])
        return any(fnmatchcase(each, pattern) for each in spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Named columns over rows; ``lines`` says where each row stands in the file."""

    file: str
    columns: tuple[str, ...]
    header_line: int
    lines: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sheet: str = ""
    encoding: str = ""
    certainty: Certainty = Certainty.CERTAIN
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()

    def content(self, index: int) -> dict[str, str]:
        """Return a row as it stood in the file, for whoever asks where a number came from."""
        return {
            name: raw_text(cell) for name, cell in zip(self.columns, self.rows[index], strict=True)
        }


def raw_text(cell: Cell) -> str:
    """Return a cell as it was written, every digit kept."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def spelled(cell: Cell) -> str:
    """Return a cell as a code or a name: a whole number without its ``.0``."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell else "0"
    return raw_text(cell)
