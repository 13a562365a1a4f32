"""Refusal: why two dimension trees cannot be made to agree, where, and by how much.

A row or a column is *over* when what is held in it is more than its total, and
*short* when it has an amount left that none of its free cells can take. Several
rows or columns may be short together: each of them could be filled, but not all.

>>> refusal = RowOver(indexes=[2], units=500)
>>> refusal.indexes, refusal.units, refusal.code
((2,), 500, 'goals.row_over')
>>> print(refusal)
What is held in row 3 is 500 more than its total.
>>> print(ColumnShort(indexes=[0, 4], units=70))
What is held leaves 70 of column 1, 5 no free cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.kernel.errors import Conflict, gettext_noop


class MarginsDisagree(Conflict):
    code = "goals.margins_disagree"
    says = gettext_noop("The rows add up to %(rows_total)s, the columns to %(columns_total)s.")


class CannotFit(Conflict):
    """A row or a column that no fit can meet; indexes count from 0, the sentence from 1."""

    code = "goals.cannot_fit"
    says = gettext_noop("What is held leaves %(units)s of %(places)s that cannot be met.")

    def __init__(self, *, indexes: Sequence[int], units: int) -> None:
        super().__init__(places=", ".join(str(index + 1) for index in indexes), units=units)
        self.indexes = tuple(indexes)
        self.units = units


class RowOver(CannotFit):
    code = "goals.row_over"
    says = gettext_noop("What is held in row %(places)s is %(units)s more than its total.")


class RowShort(CannotFit):
    code = "goals.row_short"
    says = gettext_noop("What is held leaves %(units)s of row %(places)s no free cell.")


class ColumnOver(CannotFit):
    code = "goals.column_over"
    says = gettext_noop("What is held in column %(places)s is %(units)s more than its total.")


class ColumnShort(CannotFit):
    code = "goals.column_short"
    says = gettext_noop("What is held leaves %(units)s of column %(places)s no free cell.")
