"""Rules and alerts for programs."""

from __future__ import annotations

from bihuan.rules.api.alerts import router as alerts_router
from bihuan.rules.api.rules import router

__all__ = ["alerts_router", "router"]
