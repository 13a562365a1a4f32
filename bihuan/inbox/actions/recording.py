"""What tasks add to the ledger: that one was made, has escalated, was done.

No words are recorded, only kinds, days and people. That a task is done is recorded
at once, as the last thing its deed does. The rest is brought by a job: tasks are made
within deeds of other packages, which must not hold the ledger until they end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from bihuan.base import clock
from bihuan.facts.actions import open_source, record, record_many, take_back
from bihuan.facts.domain.attribute import AttributeValue
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import TASK_DONE, TASK_ESCALATED, TASK_MADE, TASKS
from bihuan.facts.models import Fact, FactQuerySet, Source
from bihuan.inbox.actions.notices import companies
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task, TaskEvent
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant

KINDS = {
    Happened.MADE.value: TASK_MADE,
    Happened.ESCALATED.value: TASK_ESCALATED,
    Happened.DONE.value: TASK_DONE,
}
LOOKED_BACK = timedelta(days=60)
"""What happened before has been recorded long ago."""
AT_ONCE = 5000
UNDONE = "The task was taken up again."


def record_done(event: TaskEvent) -> None:
    """Record that a task is done; the last thing a transaction does."""
    source = _source(event.task.tenant)
    record(draft=_draft(event), source=source, by=event.by)


def take_back_done(task: Task, by: Person) -> None:
    """Reverse what was recorded when a task was done that is open again."""
    done = task.events.what(Happened.DONE).order_by("-pk")[:1].get()
    fact = _facts(task.tenant).get(source_ref=str(done.pk), reverses__isnull=True)
    take_back(fact=fact, reason=UNDONE, by=by)


def record_tasks(now: datetime, *, tenant_id: int | None = None) -> int:
    """Record what has been made and has escalated; returns how many facts are new.

    Of one company, or of all. Run as often as one likes: each event is one fact.
    """
    return sum(_record(tenant, now) for tenant in companies(tenant_id))


@transaction.atomic
def _record(tenant: Tenant, now: datetime) -> int:
    known = _facts(tenant).filter(source_ref=Cast(OuterRef("pk"), CharField()))
    fresh = TaskEvent.objects.what(Happened.MADE, Happened.ESCALATED).filter(
        ~Exists(known), task__tenant=tenant, at__gt=now - LOOKED_BACK, at__lte=now
    )
    events = fresh.select_related("task__tenant", "by").order_by("pk")
    added = 0
    while some := list(events[:AT_ONCE]):
        added += _record_some(tenant, some)
    return added


def _record_some(tenant: Tenant, events: Sequence[TaskEvent]) -> int:
    source, by = _source(tenant), robot_of(tenant)
    drafts = [_draft(each) for each in events]
    return record_many(drafts=drafts, source=source, by=by).new


def _source(tenant: Tenant) -> Source:
    source: Source = open_source(
        tenant=tenant, code=TASKS, name="Tasks", kind=Source.Kind.FORM.value
    )
    return source


def _facts(tenant: Tenant) -> FactQuerySet:
    return Fact.objects.filter(tenant=tenant, source__code=TASKS)


def _draft(event: TaskEvent) -> Draft:
    task = event.task
    zone = task.tenant.time_zone
    on = clock.business_day(event.at, zone)
    made_on = clock.business_day(task.made_at, zone)
    attributes: dict[str, AttributeValue] = {
        "task": task.kind,
        "made_on": made_on,
        "due_on": task.due_on,
    }
    if event.what != Happened.MADE.value:
        attributes["outcome"] = event.deed
        attributes["days"] = Decimal((on - made_on).days)
    if event.what == Happened.DONE.value:
        attributes["late_days"] = Decimal(max((on - task.due_on).days, 0))
    return Draft(
        kind=KINDS[event.what],
        business_on=on,
        source_ref=str(event.pk),
        person_id=event.owner_id,
        attributes=attributes,
    )
