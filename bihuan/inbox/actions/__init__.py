"""Everything that can happen to tasks, notices and proposals."""

from __future__ import annotations

from bihuan.inbox.actions.answering import (
    AlreadyAnswered,
    DeadlinePassed,
    KeyUnknown,
    ValueUnfit,
    answer,
    close_overdue,
)
from bihuan.inbox.actions.assigning import (
    DueTooEarly,
    assign_task,
    lapse_tasks,
    make_task,
    new_key,
)
from bihuan.inbox.actions.happening import NotYourTask, TaskClosed, TaskMoved
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
    "DueTooEarly",
    "KeyUnknown",
    "NobodyToAsk",
    "NotYourTask",
    "ProposalClosed",
    "TaskClosed",
    "TaskMoved",
    "ValueUnfit",
    "answer",
    "assign_task",
    "close_overdue",
    "lapse",
    "lapse_tasks",
    "make_task",
    "new_key",
    "notify",
    "propose",
    "read_all",
    "read_notice",
    "remind_overdue",
    "settle",
    "withdraw",
]
