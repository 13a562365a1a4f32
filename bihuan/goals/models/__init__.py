"""What the tables of targets hold."""

from __future__ import annotations

from bihuan.goals.models.diagnosis import DiagnosisVersion
from bihuan.goals.models.quota import Quota, QuotaQuerySet

__all__ = ["DiagnosisVersion", "Quota", "QuotaQuerySet"]
