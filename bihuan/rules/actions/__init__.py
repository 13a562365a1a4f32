"""Everything that can happen to rules and alerts."""

from __future__ import annotations

from bihuan.rules.actions.evaluating import Evaluated, evaluate_rules

__all__ = ["Evaluated", "evaluate_rules"]
