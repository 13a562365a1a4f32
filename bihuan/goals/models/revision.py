"""Revisions: what was published, and what the people it touches said to it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.models.cycle import Cycle, Goal

REASON_LABELS = {
    Reason.NEW_CYCLE.value: _("new cycle"),
    Reason.STRATEGY.value: _("change of strategy"),
    Reason.MARKET.value: _("market event"),
    Reason.SEASON.value: _("season"),
    Reason.PEOPLE.value: _("people came, moved or left"),
    Reason.CORRECTION.value: _("correction"),
    Reason.RESTORED.value: _("an earlier revision restored"),
    Reason.OTHER.value: _("other"),
}


class Revision(AppendOnlyModel):
    """A cycle as it was published: its whole plan, frozen, by whom, when and why."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    reason = models.CharField(_("reason"), max_length=30, choices=REASON_LABELS)
    note = models.CharField(_("note"), max_length=300, blank=True)
    plan = models.JSONField()
    digest = models.CharField(max_length=64)
    edit_number = models.PositiveIntegerField()
    """The last edit that went into it."""
    restores = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["cycle_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "number"], name="goals_one_revision_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} r{self.number}"


class DimensionTarget(AppendOnlyModel):
    """What a revision asks of a unit or a person for one value of a dimension."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="parts")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    dimension = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="goals_part_is_of_a_person_or_a_unit",
                condition=Q(person__isnull=True) ^ Q(unit__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dimension}={self.value}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def waiting(self) -> Self:
        return self.filter(acknowledged_at__isnull=True)


class Receipt(models.Model):
    """That a person whose target a revision changed has seen it: 签收."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="receipts")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["revision_id", "person_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "person"], name="goals_one_receipt_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.person_id}"


class SelfRating(AppendOnlyModel):
    """How important a person thinks one of their goals is, 1 to 5; the last one counts."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60)
    rating = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="goals_rating_from_one_to_five",
                condition=Q(rating__gte=1, rating__lte=5),
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.rating}"


class WeightProfile(models.Model):
    """A named set of factors, such as “Q1 pushes the new product”, applied in one click.

    ``factors`` lists ``[axis, key, factor]``: of the goals of a cycle, or of the values
    of a dimension; the factor is a decimal as text.
    """

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)
    factors = models.JSONField(default=list)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    """What stood on the list before it, where it is a change."""

    class Meta:
        ordering = ["tenant_id", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                condition=Q(ended_at__isnull=True),
                name="goals_one_profile_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name
