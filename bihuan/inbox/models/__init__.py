"""What the tables of notices and proposals hold."""

from __future__ import annotations

from bihuan.inbox.models.notice import Notice, NoticeQuerySet
from bihuan.inbox.models.proposal import (
    CHOICE_LABELS,
    STATE_LABELS,
    Addressee,
    Answer,
    Proposal,
    ProposalQuerySet,
)

__all__ = [
    "CHOICE_LABELS",
    "STATE_LABELS",
    "Addressee",
    "Answer",
    "Notice",
    "NoticeQuerySet",
    "Proposal",
    "ProposalQuerySet",
]
