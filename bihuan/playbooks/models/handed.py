"""Packs of plays that people were handed, and what they did with them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.org.domain.scope import Scope
from bihuan.playbooks.domain.choosing import Fit

FIT_LABELS = {
    Fit.EXACT.value: _("for this reason and this metric"),
    Fit.REASON.value: _("for this reason"),
    Fit.METRIC.value: _("for this metric"),
    Fit.GENERAL.value: _("of use to everybody"),
}


class HandedOutQuerySet(models.QuerySet["HandedOut"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return one's own packs and those of people one led when they were handed out."""
        seen = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return seen
        inside = models.Q(person_id=scope.person_id)
        for path in scope.unit_paths:
            inside |= models.Q(unit__path__startswith=path)
        return seen.filter(inside)


class HandedOut(models.Model):
    """A pack of plays that one person was handed, because of what, and what came of it.

    What it is because of lies in a package above, and is named by kind and id.
    """

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    """Where the person sat then."""
    because_kind = models.CharField(max_length=60)
    because_id = models.CharField(max_length=40)
    metric = models.CharField(max_length=60)
    reason = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    recovered = models.BooleanField(null=True)
    """Whether what it was handed out for has passed; nothing where that is not known yet."""
    outcome_on = models.DateField(null=True)

    objects = HandedOutQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "because_kind", "because_id"],
                name="playbooks_one_pack_per_person_and_cause",
            ),
            models.CheckConstraint(
                name="playbooks_outcome_has_a_day",
                condition=models.Q(recovered__isnull=True, outcome_on__isnull=True)
                | models.Q(recovered__isnull=False, outcome_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "because_kind", "because_id"], name="playbooks_packs_of_a_cause"
            ),
            models.Index(fields=["tenant", "-made_at", "-id"], name="playbooks_packs_of_a_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.because_kind}:{self.because_id} → {self.person_id}"


class HandedItem(models.Model):
    """A play in a pack, in the version of that day, and what the person did with it."""

    pack = models.ForeignKey(HandedOut, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey("PlayVersion", models.PROTECT, related_name="+")
    fit = models.CharField(max_length=10, choices=list(FIT_LABELS.items()))
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    """The business day of the first use, by which outcomes count."""
    helpful = models.BooleanField(null=True)
    said_at = models.DateTimeField(null=True)
    """When the person said whether it was helpful."""

    class Meta:
        ordering = ["pack", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "position"], name="playbooks_items_of_a_pack_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["pack", "version"], name="playbooks_a_play_is_in_a_pack_once"
            ),
            models.CheckConstraint(
                name="playbooks_use_has_a_day",
                condition=models.Q(used_at__isnull=True, used_on__isnull=True)
                | models.Q(used_at__isnull=False, used_on__isnull=False),
            ),
            models.CheckConstraint(
                name="playbooks_word_has_an_instant",
                condition=models.Q(helpful__isnull=True, said_at__isnull=True)
                | models.Q(helpful__isnull=False, said_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["version"], name="playbooks_uses", condition=models.Q(used_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}/{self.position}"
