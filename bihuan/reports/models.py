"""Reports as they were made, frozen with what they were made from."""

from __future__ import annotations

from typing import Self

from django.db import models

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet


class HealthReportQuerySet(AppendOnlyQuerySet["HealthReport"]):
    def of(self, tenant_id: int) -> Self:
        return self.filter(tenant_id=tenant_id)

    def of_month(self, tenant_id: int, month: str) -> Self:
        """Return the reports of a month, the latest first."""
        return self.of(tenant_id).filter(month=month).order_by("-number")


class HealthReport(AppendOnlyModel):
    """The goal health report of a month: its figures, and all it takes to reckon them again.

    A report is never changed. A further one of the same month has the next number,
    and the first stays what it was.
    """

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    as_of = models.DateTimeField()
    """What was written after this instant is not in it."""
    seq = models.PositiveBigIntegerField()
    """The last fact that is in it."""
    code = models.CharField(max_length=80)
    """The version of the product that reckoned it."""
    basis = models.JSONField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    compared_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The report of the month before that its figures are compared with."""

    objects = HealthReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "month", "number"], name="reports_one_report_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} #{self.number}"
