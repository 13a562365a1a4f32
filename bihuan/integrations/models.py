"""Imports: files that were brought and what came of it; and the chat tools of a company."""

from __future__ import annotations

from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.base.home import home
from bihuan.integrations.domain.progress import State

STATE_LABELS = {
    State.UPLOADED.value: _("Waiting for a mapping"),
    State.RUNNING.value: _("Running"),
    State.DONE.value: _("Landed"),
    State.REFUSED.value: _("Refused"),
    State.STOPPED.value: _("Stopped"),
    State.REVERTED.value: _("Reverted"),
}

UPLOADS = "uploads"
"""In which folder of the home the files of imports lie."""


class Import(models.Model):
    """Files brought together once: all their rows landed, or none of them."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=STATE_LABELS, default=State.UPLOADED.value)
    mapping = models.TextField(blank=True)
    source = models.ForeignKey("facts.Source", models.PROTECT, null=True, related_name="+")
    batch = models.OneToOneField("facts.Batch", models.PROTECT, null=True, related_name="+")

    progress = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    alive_at = models.DateTimeField(null=True)

    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label

    @property
    def folder(self) -> Path:
        """Return where the uploaded files of this import are kept."""
        return home() / UPLOADS / str(self.pk)


class WeComApp(models.Model):
    """The app in WeCom by which a company's people are told; its secrets are sealed."""

    tenant = models.OneToOneField("org.Tenant", models.PROTECT, related_name="+")
    public_id = models.UUIDField(unique=True)
    """What the address names to which WeCom calls back."""
    corp_id = models.CharField(max_length=64)
    agent_id = models.PositiveIntegerField()
    secret = models.TextField()
    callback_token = models.TextField(blank=True)
    callback_key = models.TextField(blank=True)
    ids_are_codes = models.BooleanField(default=True)
    """Whether who is not named otherwise is known to WeCom by their code here."""
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.corp_id}/{self.agent_id}"


class ChatAddress(models.Model):
    """By what name a chat tool knows somebody, where it is not their code here."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    tool = models.CharField(max_length=20)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    address = models.CharField(max_length=64)

    class Meta:
        ordering = ["person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "person"], name="integrations_one_chat_address_per_person"
            ),
            models.UniqueConstraint(
                fields=["tenant", "tool", "address"],
                name="integrations_one_person_per_chat_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.address}"
