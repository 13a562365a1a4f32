"""Metrics for programs."""

from __future__ import annotations

from bihuan.metrics.api.closings import router as closings_router
from bihuan.metrics.api.figures import router

__all__ = ["closings_router", "router"]
