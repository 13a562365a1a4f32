"""How many made-up cases a property is tried on: few in the suite, many when asked for."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """Return the usual number, or that of ``BIHUAN_EXAMPLES`` (``make properties``)."""
    return int(os.environ.get("BIHUAN_EXAMPLES", usual))
