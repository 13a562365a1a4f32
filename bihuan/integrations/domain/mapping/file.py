"""File: what a mapping says of one file before anything is made of it.

>>> spec = FileSpec.model_validate({"path": "orders*.csv", "key": "order_no"})
>>> spec.key, spec.wanted("orders").pattern
(['order_no'], 'orders*.csv')
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bihuan.integrations.domain.day import DateOrder
from bihuan.integrations.domain.table import Formulas, ReadOptions, Wanted


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


Names = Annotated[list[str], BeforeValidator(_as_list)]


class Part(BaseModel):
    """Something in a mapping: nothing in it changes, and nothing unknown may stand in it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True
    )


class NotFound(StrEnum):
    """What becomes of a key that the other file does not have."""

    ERROR = "error"
    LEAVE_EMPTY = "leave_empty"


class ColumnSpec(Part):
    """How the cells of one column are read."""

    values: dict[str, str] = {}
    date_order: DateOrder | None = None
    decimal_mark: Literal[".", ","] | None = None
    may_be_future: bool = False
    whole_number: bool = False


class Lookup(Part):
    """The row of another file that this row points to."""

    file: str
    by: Names
    key: Names = []
    on_missing: NotFound = NotFound.ERROR


class FileSpec(Part):
    """A file by its name or pattern, its key, its columns and what it points to."""

    path: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    formulas: Formulas = "refuse"
    optional: bool = False
    key: Names = []
    empty: list[str] = []
    columns: dict[str, ColumnSpec] = {}
    lookups: dict[str, Lookup] = {}

    def wanted(self, alias: str) -> Wanted:
        """Return what has to be read for this file."""
        options = ReadOptions(
            sheet=self.sheet,
            encoding=self.encoding,
            delimiter=self.delimiter,
            header_row=self.header_row,
            formulas=self.formulas,
        )
        return Wanted(alias=alias, pattern=self.path, options=options, is_optional=self.optional)
