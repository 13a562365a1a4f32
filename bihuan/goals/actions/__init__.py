"""Everything that can happen to a target."""

from __future__ import annotations

from bihuan.goals.actions.ending import QuotaEnded, end_quota, revert_quotas
from bihuan.goals.actions.setting import (
    BearerUnclear,
    Counted,
    MetricUnknownHere,
    QuotaRow,
    set_quota,
    set_quotas,
)

__all__ = [
    "BearerUnclear",
    "Counted",
    "MetricUnknownHere",
    "QuotaEnded",
    "QuotaRow",
    "end_quota",
    "revert_quotas",
    "set_quota",
    "set_quotas",
]
