"""What becomes of targets on their way down: the tree, one person's line, and the proof."""

from __future__ import annotations

from bihuan.goals.queries.dilution.asking import DilutionAsked, metrics_handed_down, period_to_check
from bihuan.goals.queries.dilution.chain import ChainLine, chains
from bihuan.goals.queries.dilution.tree import DilutionTree, Line, tree_of
from bihuan.goals.queries.dilution.verify import (
    CHECKS,
    Problem,
    Scrutiny,
    Skipped,
    Verified,
    verify,
)

__all__ = [
    "CHECKS",
    "ChainLine",
    "DilutionAsked",
    "DilutionTree",
    "Line",
    "Problem",
    "Scrutiny",
    "Skipped",
    "Verified",
    "chains",
    "metrics_handed_down",
    "period_to_check",
    "tree_of",
    "verify",
]
