"""The inbox for programs."""

from __future__ import annotations

from bihuan.inbox.api.deliveries import router as deliveries_router
from bihuan.inbox.api.escalation import router as escalation_router
from bihuan.inbox.api.routes import router
from bihuan.inbox.api.tasks import router as tasks_router

router.add_router("", tasks_router)
router.add_router("", escalation_router)

router.add_router("", deliveries_router)

__all__ = ["router"]
