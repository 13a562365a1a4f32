"""The inbox for programs."""

from __future__ import annotations

from bihuan.inbox.api.routes import router

__all__ = ["router"]
