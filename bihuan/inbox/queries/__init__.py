"""What is shown of tasks, notices, proposals and deliveries."""

from __future__ import annotations

from bihuan.inbox.queries.counting import Bell, Waiting, bell, waiting
from bihuan.inbox.queries.listing import (
    PAGE_SIZE,
    NoticesShown,
    ProposalsShown,
    answers_counted,
    asked_of,
    awaiting,
    notices,
    proposals,
)
from bihuan.inbox.queries.living import News, newest, news_since
from bihuan.inbox.queries.outbox import (
    MOST_DELIVERIES,
    ChannelCounts,
    Matter,
    brought,
    deliveries,
    delivery_counts,
    fault_of,
    matter_of,
)
from bihuan.inbox.queries.reading import Part, ProposalView, Step, proposal_view
from bihuan.inbox.queries.saying import said, told
from bihuan.inbox.queries.steps import EscalationRow, escalations, ladder_for
from bihuan.inbox.queries.task import TaskView, task_view
from bihuan.inbox.queries.tasks import (
    HOME_AT_MOST,
    TaskNews,
    TaskRow,
    TasksShown,
    kinds_of_tasks,
    task_rows,
    tasks,
    tasks_about,
    tasks_waiting,
)
from bihuan.inbox.queries.wishing import company_wishes, own_wish, wishes_of

__all__ = [
    "HOME_AT_MOST",
    "MOST_DELIVERIES",
    "PAGE_SIZE",
    "Bell",
    "ChannelCounts",
    "EscalationRow",
    "Matter",
    "News",
    "NoticesShown",
    "Part",
    "ProposalView",
    "ProposalsShown",
    "Step",
    "TaskNews",
    "TaskRow",
    "TaskView",
    "TasksShown",
    "Waiting",
    "answers_counted",
    "asked_of",
    "awaiting",
    "bell",
    "brought",
    "company_wishes",
    "deliveries",
    "delivery_counts",
    "escalations",
    "fault_of",
    "kinds_of_tasks",
    "ladder_for",
    "matter_of",
    "newest",
    "news_since",
    "notices",
    "own_wish",
    "proposal_view",
    "proposals",
    "said",
    "task_rows",
    "task_view",
    "tasks",
    "tasks_about",
    "tasks_waiting",
    "told",
    "waiting",
    "wishes_of",
]
