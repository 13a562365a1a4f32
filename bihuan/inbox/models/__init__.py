"""What the tables of tasks, notices, proposals and deliveries hold."""

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
from bihuan.inbox.models.task import (
    COUNTING_LABELS,
    DEED_LABELS,
    OUTCOME_LABELS,
    TASK_SHARED,
    TASK_STATE_LABELS,
    Escalation,
    Task,
    TaskCopy,
    TaskEvent,
    TaskFile,
    TaskItem,
    TaskQuerySet,
)

__all__ = [
    "CHOICE_LABELS",
    "COUNTING_LABELS",
    "DEED_LABELS",
    "DELIVERY_LABELS",
    "HOW_LABELS",
    "OUTCOME_LABELS",
    "STATE_LABELS",
    "TASK_SHARED",
    "TASK_STATE_LABELS",
    "TOPIC_LABELS",
    "Addressee",
    "Answer",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryWish",
    "Escalation",
    "Notice",
    "NoticeQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "Task",
    "TaskCopy",
    "TaskEvent",
    "TaskFile",
    "TaskItem",
    "TaskQuerySet",
]
