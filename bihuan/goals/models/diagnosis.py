"""Diagnoses as a company has them: what differs from what the product comes with."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from bihuan.goals.domain.reason.diagnosis import Diagnosis, read_diagnosis


class DiagnosisVersionQuerySet(models.QuerySet["DiagnosisVersion"]):
    def of(self, tenant_id: int) -> Self:
        """Return everything that one company ever had, the latest first of each."""
        return self.filter(tenant_id=tenant_id).order_by("code", "-number")

    def live(self) -> Self:
        """Return what is in force: neither replaced nor given up for what the product says."""
        return self.filter(ended_at__isnull=True)


class DiagnosisVersion(models.Model):
    """A reason as a company changed or added it; changing it again ends this and begins another."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    objects = DiagnosisVersionQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "code", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code", "number"], name="goals_one_diagnosis_per_number"
            ),
            models.UniqueConstraint(
                fields=["tenant", "code"],
                condition=Q(ended_at__isnull=True),
                name="goals_one_diagnosis_in_force",
            ),
            models.CheckConstraint(
                name="goals_diagnosis_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"

    @cached_property
    def read(self) -> Diagnosis:
        """Return what it says, as a diagnosis."""
        return read_diagnosis(self.content)
