"""What is shown of tasks, notices and proposals."""

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
from bihuan.inbox.queries.reading import Part, ProposalView, Step, proposal_view
from bihuan.inbox.queries.saying import said
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

__all__ = [
    "HOME_AT_MOST",
    "PAGE_SIZE",
    "Bell",
    "EscalationRow",
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
    "escalations",
    "kinds_of_tasks",
    "ladder_for",
    "notices",
    "proposal_view",
    "proposals",
    "said",
    "task_rows",
    "task_view",
    "tasks",
    "tasks_about",
    "tasks_waiting",
    "waiting",
]
