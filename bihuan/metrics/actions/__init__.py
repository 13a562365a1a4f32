"""What happens to metrics: versions, closed periods, cards."""

from __future__ import annotations

from bihuan.metrics.actions.cards import read_card, remind_readers, send_cards
from bihuan.metrics.actions.closing import close_period, reopen_period
from bihuan.metrics.actions.deciding import approve_version, send_back, withdraw_version
from bihuan.metrics.actions.drafting import change_draft, check_version, draft_version

__all__ = [
    "approve_version",
    "change_draft",
    "check_version",
    "close_period",
    "draft_version",
    "read_card",
    "remind_readers",
    "reopen_period",
    "send_back",
    "send_cards",
    "withdraw_version",
]
