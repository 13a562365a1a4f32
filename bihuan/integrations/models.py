"""Imports: files that were brought, how they were read, and what came of it."""

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
        return home() / "uploads" / str(self.pk)
