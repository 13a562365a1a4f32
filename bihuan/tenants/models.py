"""How companies come, what they take along, and what is left when they go."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.db import models

from bihuan.base.append_only import AppendOnlyModel
from bihuan.base.home import home


class Invitation(models.Model):
    """A code with which somebody may sign a company up where this is not open to everybody."""

    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    note = models.CharField(max_length=80, blank=True)
    trial_days = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.hint}… {self.note}"


class Application(models.Model):
    """Somebody who signs a company up; what they typed goes when the company is founded."""

    sent_from = models.CharField(max_length=64)
    """A keyed digest of the address they came from, so that nobody asks too often."""
    sent_to = models.CharField(max_length=64)
    """A keyed digest of their mail address, for the same reason."""
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    typed = models.JSONField(null=True)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d}"

    @property
    def company(self) -> str:
        """Return the name of the company to be, until it is forgotten."""
        return str(self.typed["company"]) if self.typed else ""


class Export(models.Model):
    """Everything of a company in one file, made by a job because an administrator asked."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        GONE = "gone"

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    job_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default=State.WAITING)
    finished_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.asked_at:%Y-%m-%d}"

    @property
    def path(self) -> Path:
        """Return where the file lies."""
        return home() / "exports" / str(self.tenant_id) / f"{self.pk}.zip"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.DONE


class Deletion(models.Model):
    """A company asked to go: who asked, who agreed, and the day on which it goes."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    confirmed_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    mailed_to = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    """Of the secret in the mail by which an administrator who is alone confirms."""
    goes_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="tenants_one_deletion_at_a_time",
            ),
            models.CheckConstraint(
                name="tenants_deletion_is_confirmed_with_a_day",
                condition=models.Q(confirmed_at__isnull=True, goes_on__isnull=True)
                | models.Q(confirmed_at__isnull=False, goes_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.goes_on or '-'}"


class Certificate(AppendOnlyModel):
    """That everything of a company is gone: how much of what, and nothing of what it said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40)
    asked_on = models.DateField(null=True)
    deleted_at = models.DateTimeField()
    rows = models.JSONField()
    """How many rows each table had."""
    file_count = models.PositiveIntegerField()
    ledger_upto = models.PositiveBigIntegerField()
    ledger_digest = models.CharField(max_length=64, blank=True)
    """The number of the last fact, and the digest of the last sealed block."""

    class Meta:
        ordering = ["-deleted_at"]

    def __str__(self) -> str:
        return f"{self.code} {self.deleted_at:%Y-%m-%d}"
