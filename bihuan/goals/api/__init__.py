"""Targets for programs."""

from __future__ import annotations

from bihuan.goals.api.dilution import router as dilution_router
from bihuan.goals.api.market import router as market_router
from bihuan.goals.api.reasons import router as reasons_router
from bihuan.goals.api.targets import router

router.add_router("", dilution_router)
router.add_router("", reasons_router)
router.add_router("/market", market_router)

__all__ = ["router"]
