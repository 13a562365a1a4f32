"""Versions of metrics, closed periods, and the cards that were sent."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.version import State
from bihuan.org.models import Person

STATE_LABELS = {
    State.DRAFT.value: _("Draft"),
    State.CHECKED.value: _("Checked, waits for approval"),
    State.APPROVED.value: _("Approved"),
    State.WITHDRAWN.value: _("Withdrawn"),
}


class VersionQuerySet(models.QuerySet["MetricVersion"]):
    def of(self, tenant_id: int) -> Self:
        """Return the versions of one company, oldest first of each metric."""
        return self.filter(tenant_id=tenant_id).order_by("key", "number")

    def approved(self) -> Self:
        """Return the versions that are, were or will be in force."""
        return self.filter(state=State.APPROVED.value)

    def open(self) -> Self:
        """Return the versions that somebody still works on."""
        return self.filter(state__in=[State.DRAFT.value, State.CHECKED.value])


class MetricVersion(models.Model):
    """One version of a metric: what it counts from a day on, who wrote it and who approved it."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=12, default=State.DRAFT.value)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edition = models.PositiveIntegerField(default=1)
    """Counts the changes of a draft, so that two people cannot overwrite each other unseen."""
    checked_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "key", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key", "number"], name="metrics_one_version_per_number"
            ),
            models.CheckConstraint(
                name="metrics_version_state_known",
                condition=models.Q(
                    state__in=[
                        State.DRAFT.value,
                        State.CHECKED.value,
                        State.APPROVED.value,
                        State.WITHDRAWN.value,
                    ]
                ),
            ),
            models.CheckConstraint(
                name="metrics_version_approved_by_a_second_person",
                condition=~models.Q(state=State.APPROVED.value)
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("made_by"))
                    & ~models.Q(decided_by=models.F("checked_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"

    @cached_property
    def read(self) -> MetricDefinition:
        """Return what it says, as a definition."""
        return read_definition(self.definition)


class ClosingQuerySet(models.QuerySet["Closing"]):
    def standing(self) -> Self:
        """Return the closings that were not opened again, in order."""
        return self.filter(reopened_at__isnull=True).order_by("through")


class Closing(models.Model):
    """A period that is closed: its figures are read as the ledger stood at that moment."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    through = models.DateField()
    seq = models.PositiveBigIntegerField()
    digests = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    reopened_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_reason = models.CharField(max_length=500, blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "through"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "through"],
                condition=models.Q(reopened_at__isnull=True),
                name="metrics_closed_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.through)


class CardCopyQuerySet(models.QuerySet["CardCopy"]):
    def visible_to(self, person: Person) -> Self:
        """Return a person's own copies: nobody reads in the name of somebody else."""
        return self.filter(person=person)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class CardCopy(models.Model):
    """The card of a metric's version as it was sent to one person, and when they read it."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    version = models.CharField(max_length=12)
    number = models.PositiveIntegerField(default=0)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    objects = CardCopyQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key", "version", "person"], name="metrics_one_copy_per_person"
            )
        ]
        indexes = [
            models.Index(
                fields=["person"],
                name="metrics_cards_unread",
                condition=models.Q(read_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.person_id}"
