"""What the tables of tasks, notices and proposals hold."""

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
from bihuan.inbox.models.task import (
    COUNTING_LABELS,
    DEED_LABELS,
    OUTCOME_LABELS,
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
    "OUTCOME_LABELS",
    "STATE_LABELS",
    "TASK_STATE_LABELS",
    "Addressee",
    "Answer",
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
