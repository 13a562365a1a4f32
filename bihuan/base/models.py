from __future__ import annotations

from typing import Self

from django.db import models

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet


class JournalQuerySet(AppendOnlyQuerySet["JournalEntry"]):
    def after(self, entry_id: int) -> Self:
        """Return what happened since an entry: how a reader follows the journal."""
        return self.filter(pk__gt=entry_id).order_by("pk")


class JournalEntry(AppendOnlyModel):
    """One thing that happened: who did what to which subject, and what changed."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    actor = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=80, db_index=True)
    particulars = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Effect(models.Model):
    """That something was done which must never be done twice; see ``base.jobs.effects``."""

    key = models.CharField(max_length=200, primary_key=True)
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class JobNote(models.Model):
    """How far a job is, or why it failed; the job itself is a row of the queue."""

    job_id = models.BigIntegerField(primary_key=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)
    fault_code = models.CharField(max_length=80, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    """What a refusal says, in English and with its params apart; else the words of the error."""
    fault_params = models.JSONField(null=True)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job_id} {self.done}/{self.total}"


class ScheduleMark(models.Model):
    """Up to which occurrence a schedule has been started, in one company or in all together."""

    name = models.CharField(max_length=128)
    tenant = models.ForeignKey("org.Tenant", models.CASCADE, null=True, related_name="+")
    reached_at = models.DateTimeField()
    job_id = models.BigIntegerField(null=True)
    """The job of the last occurrence, where one was started."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "tenant"],
                name="base_one_mark_per_schedule_and_tenant",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.reached_at}"
