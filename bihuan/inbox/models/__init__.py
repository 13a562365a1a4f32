"""What the tables of notices, proposals and deliveries hold."""

from __future__ import annotations

from bihuan.inbox.models.delivery import (
    DELIVERY_LABELS,
    HOW_LABELS,
    TOPIC_LABELS,
    Delivery,
    DeliveryQuerySet,
    DeliveryWish,
)
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
    "DELIVERY_LABELS",
    "HOW_LABELS",
    "STATE_LABELS",
    "TOPIC_LABELS",
    "Addressee",
    "Answer",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryWish",
    "Notice",
    "NoticeQuerySet",
    "Proposal",
    "ProposalQuerySet",
]
