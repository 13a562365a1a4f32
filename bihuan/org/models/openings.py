"""What opens something to others for a time: delegations and shares."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> Self:
        """Return the delegations that hold on a day."""
        return self.filter(
            models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=day),
            valid_from__lte=day,
            valid_to__gt=day,
        )


class Delegation(models.Model):
    """That somebody lends a colleague what they manage or serve, for some days."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    lender = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    deputy = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20, blank=True)
    """Which of their roles; all that can be lent where none is named."""
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    """Which unit; all of them where none is named."""
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    """The day from which it holds no longer, where it was ended early."""

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="org_delegation_ends_after_it_begins",
                condition=models.Q(valid_to__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="org_delegation_to_somebody_else",
                condition=~models.Q(lender=models.F("deputy")),
            ),
        ]
        indexes = [models.Index(fields=["deputy", "valid_to"], name="org_delegation_to")]

    def __str__(self) -> str:
        return f"{self.lender_id} → {self.deputy_id} {self.valid_from}"


class ShareQuerySet(models.QuerySet["Share"]):
    def in_force(self, day: date) -> Self:
        """Return the shares that hold on a day; whether they sleep is another question."""
        return self.filter(
            models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=day),
            valid_from__lte=day,
            valid_to__gt=day,
        )


class Share(models.Model):
    """That somebody shows one thing to a colleague or a unit, until a day."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    ids = ArrayField(models.BigIntegerField())
    """The rows that the thing is: of a customer, the accounts it had when it was shared."""
    sharer = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    """The day on which it was taken back."""

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="org_shared_with_a_person_or_a_unit",
                condition=models.Q(person__isnull=True, unit__isnull=False)
                | models.Q(person__isnull=False, unit__isnull=True),
            ),
            models.CheckConstraint(
                name="org_share_ends_after_it_begins",
                condition=models.Q(valid_to__gt=models.F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "kind", "thing_id"], name="org_share_of_a_thing"),
            models.Index(fields=["person", "valid_to"], name="org_share_with"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.thing_id} → {self.person_id or self.unit_id}"

    @property
    def whom(self) -> str:
        """Return the name of whom it is shared with."""
        return self.unit.name if self.person is None and self.unit else str(self.person)
