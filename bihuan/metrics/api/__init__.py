"""Metrics for programs."""

from __future__ import annotations

from bihuan.metrics.api.cards import router as cards_router
from bihuan.metrics.api.closings import router as closings_router
from bihuan.metrics.api.figures import router
from bihuan.metrics.api.versions import router as versions_router

__all__ = ["cards_router", "closings_router", "router", "versions_router"]
