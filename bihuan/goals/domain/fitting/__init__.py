"""Fitting: amounts shared so that every total above them is met to the unit.

``fit`` makes two trees of dimensions agree, ``share`` cuts one amount among
siblings, ``disagreement`` says where what was asked differs from what holds.
"""

from __future__ import annotations

from bihuan.goals.domain.fitting.disagreement import Difference, disagreement
from bihuan.goals.domain.fitting.matrix import fit
from bihuan.goals.domain.fitting.refusal import (
    CannotFit,
    ColumnOver,
    ColumnShort,
    MarginsDisagree,
    RowOver,
    RowShort,
)
from bihuan.goals.domain.fitting.sharing import HeldTooLarge, HeldTooSmall, share

__all__ = [
    "CannotFit",
    "ColumnOver",
    "ColumnShort",
    "Difference",
    "HeldTooLarge",
    "HeldTooSmall",
    "MarginsDisagree",
    "RowOver",
    "RowShort",
    "disagreement",
    "fit",
    "share",
]
