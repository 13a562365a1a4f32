"""From a definition to figures: compiled by Ibis, run on the replica.

Ibis is the compiler and nothing more: it turns an expression into the engine's
SQL, which is run on the replica's own connection. Cell stay whole numbers until
they have left the engine; the division comes last, in ``Decimal``.
"""

from __future__ import annotations

from bihuan.metrics.engine.adding import ask_added, is_added
from bihuan.metrics.engine.asking import (
    BehindAnswer,
    Cell,
    Totals,
    ask,
    ask_behind,
    days_of_facts,
    joined,
    total_of,
)
from bihuan.metrics.engine.compiling import Asked, is_scaled
from bihuan.metrics.engine.cubes import keep_up
from bihuan.metrics.engine.tallies import tallies_of

__all__ = [
    "Asked",
    "BehindAnswer",
    "Cell",
    "Totals",
    "ask",
    "ask_added",
    "ask_behind",
    "days_of_facts",
    "is_added",
    "is_scaled",
    "joined",
    "keep_up",
    "tallies_of",
    "total_of",
]
