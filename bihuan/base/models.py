from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet


class JournalQuerySet(AppendOnlyQuerySet["JournalEntry"]):
    def after(self, entry_id: int) -> Self:
        """Return what happened since an entry: how a reader follows the journal."""
        return self.filter(pk__gt=entry_id).order_by("pk")


class JournalEntry(AppendOnlyModel):
    """One deed: who did what to which subject, for whom, what changed and why."""

    class Door(models.TextChoices):
        PAGE = "page", _("Page")
        API = "api", _("Program")
        COMMAND = "command", _("Command")
        JOB = "job", _("Job")

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True)
    particulars = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    """What was and what is, by the name of the field, without personal data."""
    reason = models.CharField(max_length=500, blank=True)
    door = models.CharField(max_length=10, choices=Door, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["tenant", "id"], name="base_journal_by_tenant"),
            models.Index(fields=["tenant", "verb", "id"], name="base_journal_by_verb"),
            models.Index(fields=["tenant", "actor", "id"], name="base_journal_by_actor"),
            models.Index(fields=["tenant", "recorded_at"], name="base_journal_by_time"),
            models.Index(
                fields=["request_id"],
                name="base_journal_by_request",
                condition=~models.Q(request_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    @property
    def why(self) -> str:
        """Return the reason that was given; entries of old kept it among their particulars."""
        return self.reason or str(self.particulars.get("reason", ""))


class JournalWaiting(models.Model):
    """An entry of the journal that no block holds yet; a trigger adds it with the entry."""

    entry = models.OneToOneField(
        JournalEntry, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    tenant = models.ForeignKey(
        "org.Tenant", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id}"


class JournalBlockQuerySet(AppendOnlyQuerySet["JournalBlock"]):
    """Blocks, which are added and read."""


class JournalBlock(AppendOnlyModel):
    """A sealed run of journal entries: the root over their hashes, chained to the block before."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    entries = models.TextField()
    """The numbers of its entries, as spans: ``5-7,9``."""
    size = models.PositiveIntegerField()
    form = models.PositiveSmallIntegerField(default=1)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects = JournalBlockQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="base_one_block_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id}: block {self.number}"


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
