"""Hearing what became of the tasks that alerts gave people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from bihuan.inbox.domain.about import read_about
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task, TaskEvent
from bihuan.inbox.uses import TaskKind
from bihuan.rules.actions.ending import ABOUT
from bihuan.rules.actions.responding.assigning import ASSESSMENT
from bihuan.rules.actions.responding.packing import PACK
from bihuan.rules.actions.working import acknowledged, acted
from bihuan.rules.models import Alert


def _happened(task: Task, event: TaskEvent) -> None:
    """Note with the alert that somebody has read or done its task."""
    about = read_about(task.about)
    if about.kind != ABOUT:
        return
    alert = Alert.objects.select_related("tenant").get(pk=about.id)
    if event.what == Happened.READ.value and event.by_id == task.owner_id:
        acknowledged(alert, by=event.by)
    elif event.what == Happened.DONE.value:
        acted(alert, by=event.by, deed=event.deed, words=event.text)


TASK_KINDS = (
    TaskKind(code=ABOUT, name=gettext_lazy("Alert"), happened=_happened),
    TaskKind(code=ASSESSMENT, name=gettext_lazy("Assessment of potential"), happened=_happened),
    TaskKind(code=PACK, name=gettext_lazy("Learning pack"), happened=_happened),
)
