"""Everything that can happen to tasks, notices, proposals and deliveries."""

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
from bihuan.inbox.actions.delivering import deliver
from bihuan.inbox.actions.escalating import KindUnknown, escalate_due, set_escalation
from bihuan.inbox.actions.filing import attach
from bihuan.inbox.actions.happening import TaskClosed, TaskMoved
from bihuan.inbox.actions.mending import (
    NotGivenUp,
    OvertakenAlready,
    discard_delivery,
    open_delivery,
    retry_all,
    retry_delivery,
)
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
from bihuan.inbox.actions.pressing import ButtonUnknown, press
from bihuan.inbox.actions.proposing import (
    AlreadyProposed,
    DeadlineTooSoon,
    NobodyToAsk,
    ProposalClosed,
    propose,
    withdraw,
)
from bihuan.inbox.actions.recording import record_tasks
from bihuan.inbox.actions.sending import gather_digests, send_due
from bihuan.inbox.actions.trying import AddressMissing, ChannelMissing, send_test
from bihuan.inbox.actions.wishing import set_company_wish, set_own_wish
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
    "AddressMissing",
    "AlreadyAnswered",
    "AlreadyProposed",
    "ButtonUnknown",
    "ChannelMissing",
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
    "NotGivenUp",
    "OvertakenAlready",
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
    "deliver",
    "discard_delivery",
    "escalate_due",
    "finish",
    "gather_digests",
    "hand_over",
    "lapse",
    "lapse_tasks",
    "make_task",
    "new_key",
    "notify",
    "open_delivery",
    "press",
    "propose",
    "read_all",
    "read_notice",
    "read_task",
    "record_tasks",
    "remind_overdue",
    "reopen",
    "retry_all",
    "retry_delivery",
    "send_due",
    "send_test",
    "set_company_wish",
    "set_escalation",
    "set_own_wish",
    "settle",
    "snooze",
    "wake",
    "withdraw",
]
