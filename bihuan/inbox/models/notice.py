"""What people are told, and what of it they have done."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import Sentence, read_sentence
from bihuan.org.models import Person

ASKS = models.Q(asks__isnull=False, done_at__isnull=True)
UNREAD = models.Q(read_at__isnull=True) | models.Q(reminded_at__gt=models.F("read_at"))
CALLING = models.Q(lapsed_at__isnull=True) & (models.Q(read_at__isnull=True) | ASKS)
"""New, or not done yet. A reminder only comes where something is not done."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> Self:
        """Return a person's own notices: nobody reads in the name of somebody else."""
        return self.filter(person=person, tenant_id=person.tenant_id)

    def about(self, tenant_id: int, about: About) -> Self:
        """Return what a company's people were told about a thing."""
        return self.filter(tenant_id=tenant_id, about=str(about))

    def unread(self) -> Self:
        """Return what is new, or new again because of a reminder."""
        return self.filter(UNREAD)

    def asking(self) -> Self:
        """Return what asks for a deed that is not done and still wanted."""
        return self.filter(ASKS, lapsed_at__isnull=True)

    def calling(self) -> Self:
        """Return what is to be seen to: not read yet, or not done yet."""
        return self.filter(CALLING)


class Notice(models.Model):
    """Something one person was told, when they read it, and when they did what it asks."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=100)
    says = models.TextField()
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=300)
    asks = models.JSONField(null=True)
    """The deed it asks for, as a sentence; nothing where it is only to be read."""
    due_on = models.DateField(null=True)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    """When what it asks for was no longer wanted."""
    reminded_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)
    reminder_count = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"], name="inbox_one_notice_per_person_and_thing"
            ),
            models.CheckConstraint(
                name="inbox_notice_leads_to_a_page",
                condition=models.Q(link__startswith="/") & ~models.Q(link__startswith="//"),
            ),
            models.CheckConstraint(
                name="inbox_only_what_is_asked_is_due_or_done",
                condition=models.Q(asks__isnull=False)
                | models.Q(due_on__isnull=True, done_at__isnull=True, reminded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="inbox_done_or_lapsed",
                condition=models.Q(done_at__isnull=True) | models.Q(lapsed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="inbox_reminders_counted",
                condition=models.Q(
                    reminder_count=0, reminded_at__isnull=True, reminded_on__isnull=True
                )
                | models.Q(
                    reminder_count__gt=0, reminded_at__isnull=False, reminded_on__isnull=False
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-made_at", "-id"], name="inbox_notices_of_a_person"),
            models.Index(fields=["person"], name="inbox_notices_calling", condition=CALLING),
            models.Index(fields=["tenant", "about"], name="inbox_notices_about"),
            models.Index(
                fields=["tenant", "due_on"],
                name="inbox_notices_due",
                condition=ASKS & models.Q(lapsed_at__isnull=True, due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} → {self.person_id}"

    @property
    def sentence(self) -> Sentence:
        return read_sentence({"says": self.says, "params": self.params})

    @property
    def deed(self) -> Sentence | None:
        """Return what it asks for."""
        return None if self.asks is None else read_sentence(self.asks)

    @property
    def is_unread(self) -> bool:
        again = self.reminded_at
        return self.read_at is None or (again is not None and again > self.read_at)

    @property
    def is_asking(self) -> bool:
        """Return whether it asks for something that is not done and still wanted."""
        return self.asks is not None and self.done_at is None and self.lapsed_at is None

    def is_overdue(self, today: date) -> bool:
        """Return whether the last day to do it in time is over."""
        return self.is_asking and self.due_on is not None and self.due_on < today
