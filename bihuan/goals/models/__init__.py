"""What the tables of targets hold."""

from __future__ import annotations

from bihuan.goals.models.cycle import Cycle, CycleQuerySet, Edit, Goal, Siblings
from bihuan.goals.models.diagnosis import DiagnosisVersion
from bihuan.goals.models.market import (
    MarketEnding,
    MarketEvent,
    MarketEventQuerySet,
    MarketModel,
    MarketPlace,
    MarketReckoning,
)
from bihuan.goals.models.quota import Quota, QuotaQuerySet, TargetsStamp
from bihuan.goals.models.revision import (
    DimensionTarget,
    Receipt,
    Revision,
    SelfRating,
    WeightProfile,
)

__all__ = [
    "Cycle",
    "CycleQuerySet",
    "DiagnosisVersion",
    "DimensionTarget",
    "Edit",
    "Goal",
    "MarketEnding",
    "MarketEvent",
    "MarketEventQuerySet",
    "MarketModel",
    "MarketPlace",
    "MarketReckoning",
    "Quota",
    "QuotaQuerySet",
    "Receipt",
    "Revision",
    "SelfRating",
    "Siblings",
    "TargetsStamp",
    "WeightProfile",
]
