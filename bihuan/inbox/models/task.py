"""What people are to do, everything that happened to it, and how it escalates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.base.uploads import path_of
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.escalation import Counting, Deed, Ladder, read_ladder
from bihuan.inbox.domain.evidence import Line, lines_of
from bihuan.inbox.domain.sentence import Sentence, read_sentence
from bihuan.inbox.domain.task import OUTCOMES, Happened, Outcome, TaskState
from bihuan.org.domain.scope import Scope

TASK_STATE_LABELS = {
    TaskState.OPEN.value: _("To do"),
    TaskState.DONE.value: _("Done"),
    TaskState.LAPSED.value: _("No longer needed"),
}
OUTCOME_LABELS = {each.value: _(OUTCOMES[each]) for each in Outcome}
DEED_LABELS = {
    Deed.REMIND.value: _("Remind the owner"),
    Deed.COPY.value: _("Tell the manager"),
    Deed.REASSIGN.value: _("Hand it to the manager"),
}
COUNTING_LABELS = {
    Counting.WORKING.value: _("Working days"),
    Counting.CALENDAR.value: _("All days"),
}
IS_OPEN = Q(state=TaskState.OPEN.value)


TASK_SHARED = "inbox.task"


def _held(scope: Scope) -> Q:
    """Return the condition of tasks that are somebody's own affair, or of whom they lead."""
    copied = TaskCopy.objects.filter(task=OuterRef("pk"), person_id=scope.person_id)
    held = Q(owner_id=scope.person_id) | Q(made_by_id=scope.person_id) | Q(Exists(copied))
    for path in scope.unit_paths:
        held |= Q(unit__path__startswith=path)
    return Q() if scope.whole_tenant else held


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return one's own, those one made or sees a copy of, and those of units one manages.

        And those of whom one stands in for; and what others share, as far as these see it by
        what they hold.
        """
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        seen = _held(scope)
        if scope.stands_for:
            seen |= Q(owner_id__in=scope.stands_for)
        for each in scope.shared_of(TASK_SHARED):
            seen |= Q(pk__in=each.ids) & _held(each.through)
        return ours.filter(seen)

    def about(self, tenant_id: int, about: About) -> Self:
        """Return what a company's people were to do about a thing."""
        return self.filter(tenant_id=tenant_id, about=str(about))

    def open(self) -> Self:
        """Return what is still to be done, also what is put off."""
        return self.filter(IS_OPEN)

    def awake(self, today: date) -> Self:
        """Return what is still to be done and not put off beyond today."""
        return self.open().filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))

    def overdue(self, today: date) -> Self:
        """Return what should have been done before today."""
        return self.open().filter(due_on__lt=today)


class Task(models.Model):
    """Something one person is to do by a day."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=100)
    says = models.TextField()
    params = models.JSONField(default=dict)
    body = models.JSONField(default=list)
    """What is to be done and why, one sentence a line."""
    link = models.CharField(max_length=300, blank=True)
    seen = models.JSONField(default=dict)
    """What was seen when it was made."""
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    """Who is to do it now."""
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    """Where the owner sat when they got it: whoever manages that unit sees it."""
    made_for = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    """Whom it was made for: they are given a thing once, whoever has it now."""
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, default=TaskState.OPEN.value)
    snoozed_until = models.DateField(null=True)
    """The day on which it comes back."""
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    result = models.CharField(max_length=1000, blank=True)
    """What came of it, in the words of who did it."""
    ladder = models.JSONField()
    counted_from = models.DateField()
    """The day on which the owner got it: steps count from here."""
    steps_taken = models.PositiveSmallIntegerField(default=0)
    stepped_on = models.DateField(null=True)
    next_step_on = models.DateField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["made_for", "kind", "about"], name="inbox_one_task_per_person_and_thing"
            ),
            models.CheckConstraint(
                name="inbox_task_state_known",
                condition=Q(state__in=[state.value for state in TaskState]),
            ),
            models.CheckConstraint(
                name="inbox_task_open_until_closed",
                condition=(IS_OPEN & Q(closed_at__isnull=True))
                | (~IS_OPEN & Q(closed_at__isnull=False, snoozed_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="inbox_only_what_is_done_has_an_outcome",
                condition=Q(state=TaskState.DONE.value, outcome__in=[o.value for o in Outcome])
                | (~Q(state=TaskState.DONE.value) & Q(outcome="", result="")),
            ),
            models.CheckConstraint(
                name="inbox_task_leads_to_a_page",
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
            ),
            models.CheckConstraint(
                name="inbox_steps_counted",
                condition=Q(steps_taken=0, stepped_on__isnull=True)
                | Q(steps_taken__gt=0, stepped_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on", "id"], name="inbox_tasks_open", condition=IS_OPEN
            ),
            models.Index(fields=["owner", "-closed_at"], name="inbox_tasks_of_an_owner"),
            models.Index(fields=["made_by"], name="inbox_tasks_made_by"),
            models.Index(fields=["tenant", "about"], name="inbox_tasks_about"),
            models.Index(fields=["tenant", "due_on", "id"], name="inbox_tasks_of_a_company"),
            models.Index(
                fields=["tenant", "next_step_on"],
                name="inbox_tasks_to_escalate",
                condition=IS_OPEN & Q(next_step_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} → {self.owner_id}"

    @property
    def title(self) -> Sentence:
        return read_sentence({"says": self.says, "params": self.params})

    @property
    def lines(self) -> list[Sentence]:
        """Return what is to be done and why, line by line."""
        return [read_sentence(each) for each in self.body]

    @property
    def evidence(self) -> tuple[Line, ...]:
        """Return what was seen when it was made."""
        return lines_of(self.seen)

    @property
    def climb(self) -> Ladder:
        """Return how it escalates."""
        return read_ladder(self.ladder)

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN.value

    def is_asleep(self, today: date) -> bool:
        """Return whether it is put off beyond today."""
        return self.is_open and self.snoozed_until is not None and self.snoozed_until > today

    def is_overdue(self, today: date) -> bool:
        """Return whether it is still to be done after its last day."""
        return self.is_open and self.due_on < today


class TaskItem(models.Model):
    """One point of a task's checklist, and who ticked it off."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    says = models.TextField()
    params = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["task", "place"], name="inbox_one_item_per_place"),
            models.CheckConstraint(
                name="inbox_item_checked_by_somebody",
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.place}"

    @property
    def sentence(self) -> Sentence:
        return read_sentence({"says": self.says, "params": self.params})


class TaskCopy(models.Model):
    """Somebody who sees a task beside those who would anyway."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="copies")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "person"], name="inbox_one_copy_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.person_id}"


class TaskEventQuerySet(models.QuerySet["TaskEvent"]):
    def what(self, *happened: Happened) -> Self:
        return self.filter(what__in=[each.value for each in happened])

    def read_by(self, person_id: int) -> Self:
        """Return the notes that somebody has read a task."""
        return self.what(Happened.READ).filter(by_id=person_id)


class TaskEvent(AppendOnlyModel):
    """Something that happened to a task; written once."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    what = models.CharField(max_length=12)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=2000, blank=True)
    """A comment, a reason, a result, the name of a file."""
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    """Whose task it was when this happened."""
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    """To whom it went."""
    number = models.PositiveSmallIntegerField(null=True)
    """Which step was taken, which point of the checklist was ticked off."""
    deed = models.CharField(max_length=12, blank=True)
    """What a step did, or with which outcome it was done."""
    until = models.DateField(null=True)
    """Until when it is put off."""

    objects = TaskEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "by"],
                condition=Q(what=Happened.READ.value),
                name="inbox_first_reading_counts",
            ),
            models.CheckConstraint(
                name="inbox_task_event_known",
                condition=Q(what__in=[each.value for each in Happened]),
            ),
            models.CheckConstraint(
                name="inbox_only_a_snooze_has_an_end",
                condition=Q(what=Happened.SNOOZED.value, until__isnull=False)
                | (~Q(what=Happened.SNOOZED.value) & Q(until__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.what}"


class TaskFile(AppendOnlyModel):
    """A file somebody laid to a task; kept by what it holds, so the same is kept once."""

    FOLDER = "task-files"

    task = models.ForeignKey(Task, models.PROTECT, related_name="files")
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    gone_at = models.DateTimeField(null=True)
    """When it was let go of, because its time was over."""

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "digest", "name"],
                condition=Q(gone_at__isnull=True),
                name="inbox_one_file_per_name_and_content",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Return where the file is kept."""
        return path_of(self.digest, self.FOLDER)


class Escalation(models.Model):
    """How tasks of a company escalate: those of one kind, or all for which nothing else is said."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60, blank=True)
    ladder = models.JSONField()

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="inbox_one_escalation_per_kind")
        ]

    def __str__(self) -> str:
        return self.kind or "–"

    @property
    def climb(self) -> Ladder:
        return read_ladder(self.ladder)
