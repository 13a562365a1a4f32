"""Weekly reports as they were made."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet
from bihuan.org.domain.scope import Scope


class WeeklyReportQuerySet(AppendOnlyQuerySet["WeeklyReport"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return the reports of the units whose figures somebody sees."""
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        inside = Q(pk__in=[])
        for path in scope.all_paths:
            inside |= Q(unit__path__startswith=path)
        return ours.filter(inside)


class WeeklyReport(AppendOnlyModel):
    """The weekly report of a unit: what its figures were on a Monday morning, frozen."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    week = models.CharField(max_length=8)
    """The week that is over, such as 2026-W47."""
    morning = models.DateField()
    """The day on whose morning it was looked at."""
    seq = models.PositiveBigIntegerField()
    """The last fact that is in it."""
    content = models.JSONField()
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = WeeklyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-morning", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "unit", "week"], name="advice_one_weekly_report_per_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.unit_id}"
