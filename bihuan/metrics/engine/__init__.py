"""From a definition to figures: compiled by Ibis, run on the replica.

Ibis is the compiler and nothing more: it turns an expression into the engine's
SQL, which is run on the replica's own connection. Cell stay whole numbers until
they have left the engine; the division comes last, in ``Decimal``.
"""

from __future__ import annotations

from bihuan.metrics.engine.adding import ask_added, ask_levels, is_added
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
from bihuan.metrics.engine.columns import (
    Difference,
    Use,
    columns_read,
    differences,
    pretty,
)
from bihuan.metrics.engine.compiling import Asked, figures_sql, is_scaled
from bihuan.metrics.engine.cubes import keep_up
from bihuan.metrics.engine.differing import Moved, MovedFacts, Side, ask_moved
from bihuan.metrics.engine.tallies import tallies_of
from bihuan.metrics.engine.tracing import Alike, Line, ask_alike, ask_change

__all__ = [
    "Alike",
    "Asked",
    "BehindAnswer",
    "Cell",
    "Difference",
    "Line",
    "Moved",
    "MovedFacts",
    "Side",
    "Totals",
    "Use",
    "ask",
    "ask_added",
    "ask_alike",
    "ask_behind",
    "ask_change",
    "ask_levels",
    "ask_moved",
    "columns_read",
    "days_of_facts",
    "differences",
    "figures_sql",
    "is_added",
    "is_scaled",
    "joined",
    "keep_up",
    "pretty",
    "tallies_of",
    "total_of",
]
