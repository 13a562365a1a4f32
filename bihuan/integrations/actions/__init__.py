"""Everything that can happen to an import."""

from __future__ import annotations

from bihuan.integrations.actions.bringing import bring, drop_import, set_mapping
from bihuan.integrations.actions.reverting import revert_import
from bihuan.integrations.actions.running import claim_import, mark_stopped, run_import

__all__ = [
    "bring",
    "claim_import",
    "drop_import",
    "mark_stopped",
    "revert_import",
    "run_import",
    "set_mapping",
]
