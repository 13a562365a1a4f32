"""Everything that can happen to rules and alerts."""

from __future__ import annotations

from bihuan.rules.actions.drafting import (
    ReasonMissing,
    change_draft,
    draft_rule,
    put_in_force,
    withdraw_draft,
)
from bihuan.rules.actions.evaluating import Evaluated, evaluate_rules
from bihuan.rules.actions.responding import respond
from bihuan.rules.actions.working import acknowledge, close, say

__all__ = [
    "Evaluated",
    "ReasonMissing",
    "acknowledge",
    "change_draft",
    "close",
    "draft_rule",
    "evaluate_rules",
    "put_in_force",
    "respond",
    "say",
    "withdraw_draft",
]
