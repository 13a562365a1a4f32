"""Targets for programs."""

from __future__ import annotations

from bihuan.goals.api.reasons import router as reasons_router
from bihuan.goals.api.targets import router

__all__ = ["reasons_router", "router"]
