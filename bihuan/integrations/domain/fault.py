"""Fault: a kind of mistake in a file, and the problem it makes in one place.

A fault is written once beside the rule that finds it; where it was found and
what stood there are filled in.

>>> blank = Fault("example.blank", gettext_noop("The cell is empty."), gettext_noop("Fill it in."))
>>> problem = blank.at(Origin("orders.csv", "", 7), column="金额")
>>> problem.code, problem.file, problem.row, problem.column, problem.hint
('example.blank', 'orders.csv', 7, '金额', 'Fill it in.')
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bihuan.kernel.errors import Problem, gettext_noop

__all__ = ["Fault", "Origin", "gettext_noop"]

SHOWN_CHARS = 200


class Origin(NamedTuple):
    """Where something stands: the file, the sheet and the line as people count it."""

    file: str = ""
    sheet: str = ""
    line: int | None = None


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Fault:
    """A stable code, one sentence and what to do about it."""

    code: str
    says: str
    hint: str = ""

    def at(
        self, origin: Origin = NOWHERE, *, column: str = "", value: str = "", **params: object
    ) -> Problem:
        """Return the problem that this fault is in one place."""
        return Problem(
            code=self.code,
            says=self.says,
            params={"column": column, "value": value[:SHOWN_CHARS], **params},
            file=origin.file,
            sheet=origin.sheet,
            row=origin.line,
            column=column,
            value=value[:SHOWN_CHARS],
            hint=self.hint,
        )
