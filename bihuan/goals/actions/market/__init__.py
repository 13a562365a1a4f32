"""Market events: reported, proposed, decided, carried out."""

from __future__ import annotations

from bihuan.goals.actions.market.deciding import (
    DraftNotPublished,
    NotToCarryOut,
    carry_out,
    carry_out_waiting,
    decided,
    last_unpublished,
)
from bihuan.goals.actions.market.filing import EventAsked, file_event, set_market_model

__all__ = [
    "DraftNotPublished",
    "EventAsked",
    "NotToCarryOut",
    "carry_out",
    "carry_out_waiting",
    "decided",
    "file_event",
    "last_unpublished",
    "set_market_model",
]
