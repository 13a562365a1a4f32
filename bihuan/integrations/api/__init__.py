"""Imports and webhooks for programs."""

from __future__ import annotations

from bihuan.integrations.api.hooks import router as webhooks_router
from bihuan.integrations.api.imports import router

__all__ = ["router", "webhooks_router"]
