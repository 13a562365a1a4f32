"""Targets for programs."""

from __future__ import annotations

from bihuan.goals.api.targets import router

__all__ = ["router"]
