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
from bihuan.inbox.actions.escalating import KindUnknown, escalate_due, set_escalation
from bihuan.inbox.actions.filing import attach
from bihuan.inbox.actions.happening import TaskClosed, TaskMoved
from bihuan.inbox.actions.notices import (
    lapse,
    notify,
    read_all,
    read_notice,
    remind_overdue,
    settle,
)
from bihuan.inbox.actions.passing import (
    NobodyToHandTo,
    TheirsAlready,
    call_off,
    hand_over,
)
from bihuan.inbox.actions.proposing import (
    AlreadyProposed,
    DeadlineTooSoon,
    NobodyToAsk,
    ProposalClosed,
    propose,
    withdraw,
)
from bihuan.inbox.actions.recording import record_tasks
from bihuan.inbox.actions.working import (
    ItemMissing,
    ItemsLeft,
    NotDone,
    ReopenTooLate,
    check_item,
    comment,
    finish,
    read_task,
    reopen,
    snooze,
    wake,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyProposed",
    "DeadlinePassed",
    "DeadlineTooSoon",
    "DueTooEarly",
    "ItemMissing",
    "ItemsLeft",
    "KeyUnknown",
    "KindUnknown",
    "NobodyToAsk",
    "NobodyToHandTo",
    "NotDone",
    "ProposalClosed",
    "ReopenTooLate",
    "TaskClosed",
    "TaskMoved",
    "TheirsAlready",
    "ValueUnfit",
    "answer",
    "assign_task",
    "attach",
    "call_off",
    "check_item",
    "close_overdue",
    "comment",
    "escalate_due",
    "finish",
    "hand_over",
    "lapse",
    "lapse_tasks",
    "make_task",
    "new_key",
    "notify",
    "propose",
    "read_all",
    "read_notice",
    "read_task",
    "record_tasks",
    "remind_overdue",
    "reopen",
    "set_escalation",
    "settle",
    "snooze",
    "wake",
    "withdraw",
]
