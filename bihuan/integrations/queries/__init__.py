"""What is shown of imports."""

from __future__ import annotations

from bihuan.integrations.queries.showing import (
    Remark,
    figures_of,
    is_dead,
    known_of,
    remarks,
    step_of,
)

__all__ = ["Remark", "figures_of", "is_dead", "known_of", "remarks", "step_of"]
