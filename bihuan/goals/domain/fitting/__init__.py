"""Fitting: a table of amounts whose rows and columns meet the totals above them, to the unit."""

from __future__ import annotations

from bihuan.goals.domain.fitting.matrix import fit
from bihuan.goals.domain.fitting.refusal import (
    CannotFit,
    ColumnOver,
    ColumnShort,
    MarginsDisagree,
    RowOver,
    RowShort,
)

__all__ = [
    "CannotFit",
    "ColumnOver",
    "ColumnShort",
    "MarginsDisagree",
    "RowOver",
    "RowShort",
    "fit",
]
