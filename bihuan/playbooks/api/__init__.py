"""Playbooks for programs."""

from __future__ import annotations

from bihuan.playbooks.api.exchanging import router as exchanging_router
from bihuan.playbooks.api.packs import router as packs_router
from bihuan.playbooks.api.plays import router

router.add_router("", packs_router)
router.add_router("", exchanging_router)

__all__ = ["router"]
