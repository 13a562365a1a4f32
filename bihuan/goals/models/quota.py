"""Targets: what people and units are asked to achieve."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.goals.domain.span import Span
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment


class QuotaQuerySet(models.QuerySet["Quota"]):
    def live(self) -> Self:
        """Return the quotas in force: those that were not ended or replaced."""
        return self.filter(ended_at__isnull=True)

    def touching(self, span: Span) -> Self:
        """Return the quotas that share a day with a span."""
        return self.filter(start__lt=span.end, end__gt=span.start)

    def visible_to(self, scope: Scope) -> Self:
        """Return own quotas, and those of units and people whose figures are visible.

        A person's quota is visible through each unit they sat in during its span.
        """
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        inside = Q(person_id=scope.person_id)
        for path in scope.all_paths:
            seats = Assignment.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("start")),
                person_id=OuterRef("person_id"),
                is_home=True,
                unit__path__startswith=path,
                valid_from__lt=OuterRef("end"),
            )
            inside |= Q(unit__path__startswith=path) | Q(Exists(seats))
        return ours.filter(inside)


class Quota(models.Model):
    """What one person or unit is asked to achieve of a metric over a span of days.

    A quota is never changed. Setting it again ends this row and adds another, so
    that whoever asks can see what stood here, since when and who set it.
    """

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    metric = models.CharField(_("metric"), max_length=60)
    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # The columns are named as those of every dated row, so that the same guard keeps them apart.
    start = models.DateField(_("from"), db_column="valid_from")
    end = models.DateField(_("until"), db_column="valid_to")
    amount = models.DecimalField(_("target"), max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True)
    floor_amount = models.DecimalField(_("floor"), max_digits=20, decimal_places=4, null=True)
    stretch_amount = models.DecimalField(_("stretch"), max_digits=20, decimal_places=4, null=True)

    revision = models.ForeignKey("goals.Revision", models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=200, blank=True)
    batch = models.ForeignKey("facts.Batch", models.PROTECT, null=True, related_name="+")
    file = models.CharField(max_length=300, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    row = models.PositiveIntegerField(null=True)
    source_row = models.ForeignKey(
        "facts.SourceRow", models.PROTECT, null=True, related_name="+", db_index=False
    )
    set_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    ended_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    objects = QuotaQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "metric", "id"]
        constraints = [
            models.CheckConstraint(name="goals_quota_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="goals_quota_ends_after_it_begins", condition=Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="goals_quota_is_of_a_person_or_a_unit",
                condition=Q(person__isnull=True) ^ Q(unit__isnull=True),
            ),
            models.CheckConstraint(
                name="goals_quota_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="goals_quota_levels_in_order",
                condition=(Q(floor_amount__isnull=True) | Q(floor_amount__lte=F("amount")))
                & (Q(stretch_amount__isnull=True) | Q(stretch_amount__gte=F("amount"))),
            ),
            models.UniqueConstraint(
                fields=["tenant", "metric", "person", "start", "end"],
                condition=Q(ended_at__isnull=True, person__isnull=False),
                name="goals_one_quota_per_person_and_span",
            ),
            models.UniqueConstraint(
                fields=["tenant", "metric", "unit", "start", "end"],
                condition=Q(ended_at__isnull=True, unit__isnull=False),
                name="goals_one_quota_per_unit_and_span",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "metric", "start"], name="goals_quota_by_metric"),
            models.Index(fields=["person", "metric"], name="goals_quota_by_person"),
            models.Index(fields=["unit", "metric"], name="goals_quota_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.span}"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def bearer(self) -> tuple[str, int]:
        """Return of what kind, and which, the one is that carries it."""
        if self.person_id is not None:
            return ("person", self.person_id)
        return ("unit", self.unit_id or 0)

    @property
    def bearer_name(self) -> str:
        """Return who carries it; person and unit must have been loaded with it."""
        return str(self.person if self.person_id is not None else self.unit)

    @property
    def is_live(self) -> bool:
        """Return whether it is in force."""
        return self.ended_at is None


class TargetsStamp(models.Model):
    """How often the targets of a company have changed: what is kept of them holds for a number."""

    tenant = models.OneToOneField("org.Tenant", models.PROTECT, primary_key=True, related_name="+")
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.number}"
