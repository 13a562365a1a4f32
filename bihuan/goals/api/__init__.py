"""Targets for programs."""

from __future__ import annotations

from bihuan.goals.api.board import router as board_router
from bihuan.goals.api.cycles import router as cycles_router
from bihuan.goals.api.dilution import router as dilution_router
from bihuan.goals.api.market import router as market_router
from bihuan.goals.api.mine import router as mine_router
from bihuan.goals.api.reasons import router as reasons_router
from bihuan.goals.api.revisions import router as revisions_router
from bihuan.goals.api.targets import router

router.add_router("", dilution_router)
router.add_router("", reasons_router)
router.add_router("", cycles_router)
router.add_router("", board_router)
router.add_router("", revisions_router)
router.add_router("", mine_router)
router.add_router("/market", market_router)

__all__ = ["router"]
