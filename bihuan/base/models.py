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
