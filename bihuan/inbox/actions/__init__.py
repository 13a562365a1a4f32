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
from bihuan.inbox.actions.happening import NotYourTask, TaskClosed, TaskMoved
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
from bihuan.inbox.actions.pressing import ButtonUnknown, press
from bihuan.inbox.actions.proposing import (
    AlreadyProposed,
    DeadlineTooSoon,
    NobodyToAsk,
    ProposalClosed,
    propose,
    withdraw,
)
from bihuan.inbox.actions.sending import gather_digests, send_due
from bihuan.inbox.actions.trying import AddressMissing, ChannelMissing, send_test
from bihuan.inbox.actions.wishing import set_company_wish, set_own_wish

__all__ = [
    "AddressMissing",
    "AlreadyAnswered",
    "AlreadyProposed",
    "ButtonUnknown",
    "ChannelMissing",
    "DeadlinePassed",
    "DeadlineTooSoon",
    "DueTooEarly",
    "KeyUnknown",
    "NobodyToAsk",
    "NotGivenUp",
    "NotYourTask",
    "OvertakenAlready",
    "ProposalClosed",
    "TaskClosed",
    "TaskMoved",
    "ValueUnfit",
    "answer",
    "assign_task",
    "close_overdue",
    "deliver",
    "discard_delivery",
    "gather_digests",
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
    "remind_overdue",
    "retry_all",
    "retry_delivery",
    "send_due",
    "send_test",
    "set_company_wish",
    "set_own_wish",
    "settle",
    "withdraw",
]
