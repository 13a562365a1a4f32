"""What is shown of imports and of webhooks."""

from __future__ import annotations

from bihuan.integrations.queries.hooks import (
    deliveries_of,
    exchange_of,
    fault_of,
    kind_choices,
    kind_words,
    next_attempt_of,
    webhook_lines,
)
from bihuan.integrations.queries.showing import (
    Remark,
    figures_of,
    is_dead,
    known_of,
    remarks,
    step_of,
)

__all__ = [
    "Remark",
    "deliveries_of",
    "exchange_of",
    "fault_of",
    "figures_of",
    "is_dead",
    "kind_choices",
    "kind_words",
    "known_of",
    "next_attempt_of",
    "remarks",
    "step_of",
    "webhook_lines",
]
