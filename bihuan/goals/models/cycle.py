"""Cycles: the span a set of targets is made for, what it asks for, and how that is shared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.goals.domain.cycle import GRAINS, Seasonality, own_periods, period_grain
from bihuan.goals.domain.sharing import Share
from bihuan.goals.domain.span import Span
from bihuan.kernel.period import Grain, Period, periods

WEIGHTS = "goal"
"""The axis along which the goals of a cycle share its weight."""
ORG = "org"
"""The axis along which a target is shared down the organisation."""

GRAIN_LABELS = {
    Grain.WEEK.value: _("week"),
    Grain.MONTH.value: _("month"),
    Grain.QUARTER.value: _("quarter"),
    Grain.YEAR.value: _("year"),
    "whole": _("whole cycle"),
    "own": _("own spans"),
}
SEASONALITY_LABELS = {
    Seasonality.WORKING_DAYS.value: _("by working days"),
    Seasonality.DAYS.value: _("by days"),
    Seasonality.EVEN.value: _("the same for each period"),
    Seasonality.HISTORY.value: _("as last year"),
    Seasonality.HISTORY_AND_DAYS.value: _("as last year, by working days"),
    Seasonality.BY_HAND.value: _("by hand"),
}


class CycleQuerySet(models.QuerySet["Cycle"]):
    def of(self, tenant_id: int) -> Self:
        return self.filter(tenant_id=tenant_id)

    def published(self) -> Self:
        """Return the cycles that have a revision in force."""
        return self.filter(revision_number__gt=0)


class Cycle(models.Model):
    """A span for which a company sets targets, and the working copy of how they are shared.

    What is worked on changes nothing that is in force. Publishing freezes it as a
    revision and sets the targets.
    """

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    start = models.DateField(_("from"))
    end = models.DateField(_("until"))
    grain = models.CharField(_("targets per"), max_length=10, choices=GRAIN_LABELS)
    cuts = models.JSONField(default=list)
    """The days its own spans begin, and the one the last of them ends."""
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    revision_number = models.PositiveIntegerField(default=0, editable=False)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="goals_one_cycle_per_code"),
            models.CheckConstraint(
                name="goals_cycle_ends_after_it_begins", condition=Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="goals_cycle_grain_known", condition=Q(grain__in=list(GRAINS))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @cached_property
    def periods(self) -> list[Period]:
        """Return the spans that each get a target of their own, cut to the cycle.

        The tenant must have been loaded with it.
        """
        if self.cuts:
            return own_periods([date.fromisoformat(day) for day in self.cuts])
        grain = period_grain(self.grain)
        if grain is None:
            return [Period(str(self.span), self.start, self.end)]
        found = periods(
            self.start, self.end, grain, fiscal_start_month=self.tenant.fiscal_start_month
        )
        return [
            Period(each.key, max(each.start, self.start), min(each.end, self.end)) for each in found
        ]


class GoalQuerySet(models.QuerySet["Goal"]):
    def on(self) -> Self:
        """Return what the working copies ask for now."""
        return self.filter(is_on=True)


class Goal(models.Model):
    """What a cycle asks the company for, of one metric."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="goals")
    metric = models.CharField(_("metric"), max_length=60)
    amount = models.DecimalField(_("target"), max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True)
    digits = models.PositiveSmallIntegerField()
    """How many decimals the smallest unit has that is shared out."""
    floor_ratio = models.DecimalField(
        _("floor"), max_digits=6, decimal_places=4, null=True, blank=True
    )
    stretch_ratio = models.DecimalField(
        _("stretch"), max_digits=6, decimal_places=4, null=True, blank=True
    )
    strategy = models.CharField(_("strategy"), max_length=120, blank=True)
    seasonality = models.CharField(
        _("season"),
        max_length=20,
        choices=SEASONALITY_LABELS,
        default=Seasonality.WORKING_DAYS.value,
    )
    period_weights = models.JSONField(default=list)
    """A whole number for each period of the cycle."""
    depths = models.JSONField(default=dict)
    """By dimension, how many levels below the company it is split for."""
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    """Whether the working copy asks for it; what was dropped can be taken up again."""

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["cycle_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "metric"], name="goals_one_goal_per_metric"),
            models.CheckConstraint(name="goals_goal_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="goals_floor_below_stretch",
                condition=Q(floor_ratio__isnull=True) | Q(floor_ratio__gte=0, floor_ratio__lte=1),
            ),
            models.CheckConstraint(
                name="goals_stretch_above_target",
                condition=Q(stretch_ratio__isnull=True) | Q(stretch_ratio__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.metric

    @property
    def units(self) -> int:
        """Return the target in smallest units."""
        return self.in_units(self.amount)

    @property
    def weights(self) -> dict[str, int]:
        """Return the weight of each period of the cycle."""
        keys = [period.key for period in self.cycle.periods]
        return dict(zip(keys, self.period_weights, strict=True))

    def in_units(self, amount: Decimal) -> int:
        """Return an amount in smallest units; it must not have more digits than these."""
        return int(amount.scaleb(self.digits).to_integral_exact())

    def as_amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.digits)


class Siblings(models.Model):
    """How one node's children share it: down the organisation, along a dimension, or by goal.

    ``shares`` lists ``[key, weight, held]`` in the order they are shown. ``version`` goes
    up with each change, so that of two who change the same group the second is told.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", db_index=False)
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, related_name="siblings")
    axis = models.CharField(max_length=60)
    node = models.CharField(max_length=40)
    chain = models.CharField(max_length=400)
    """The nodes from the root down to this one, ``u1/u5/u12``."""
    shares = models.JSONField(default=list)
    has_locks = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "axis", "node"],
                condition=Q(goal__isnull=False),
                name="goals_one_group_per_node_and_axis",
            ),
            models.UniqueConstraint(
                fields=["cycle", "axis"],
                condition=Q(goal__isnull=True),
                name="goals_one_group_of_weights",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.axis} {self.node}"

    @property
    def level(self) -> dict[str, Share]:
        return {key: Share(weight, held) for key, weight, held in self.shares}


class Edit(AppendOnlyModel):
    """One deed on a cycle's working copy: what it changed, who did it, when and why.

    ``changes`` lists each group with what stood before and after, and each goal's own
    values likewise, so that undoing it gives back exactly what was there.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="edits")
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=40)
    reason = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["cycle_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="goals_one_edit_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.deed}"
