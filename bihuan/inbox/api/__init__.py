"""The inbox for programs."""

from __future__ import annotations

from bihuan.inbox.api.deliveries import router as deliveries_router
from bihuan.inbox.api.routes import router

router.add_router("", deliveries_router)

__all__ = ["router"]
