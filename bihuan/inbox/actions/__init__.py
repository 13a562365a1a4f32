"""Everything that can happen to notices and proposals."""

from __future__ import annotations

from bihuan.inbox.actions.answering import (
    AlreadyAnswered,
    DeadlinePassed,
    KeyUnknown,
    ValueUnfit,
    answer,
    close_overdue,
)
from bihuan.inbox.actions.notices import (
    lapse,
    notify,
    read_all,
    read_notice,
    remind_overdue,
    settle,
)
from bihuan.inbox.actions.proposing import (
    AlreadyProposed,
    DeadlineTooSoon,
    NobodyToAsk,
    ProposalClosed,
    propose,
    withdraw,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyProposed",
    "DeadlinePassed",
    "DeadlineTooSoon",
    "KeyUnknown",
    "NobodyToAsk",
    "ProposalClosed",
    "ValueUnfit",
    "answer",
    "close_overdue",
    "lapse",
    "notify",
    "propose",
    "read_all",
    "read_notice",
    "remind_overdue",
    "settle",
    "withdraw",
]
