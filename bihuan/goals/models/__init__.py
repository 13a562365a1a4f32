"""What the tables of targets hold."""

from __future__ import annotations

from bihuan.goals.models.quota import Quota, QuotaQuerySet

__all__ = ["Quota", "QuotaQuerySet"]
