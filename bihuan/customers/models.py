"""What people decided about customers that no fact says: which accounts are not the same."""

from __future__ import annotations

from typing import Self

from django.db import models

from bihuan.org.models import Tenant


class DistinctionQuerySet(models.QuerySet["Distinction"]):
    def standing(self, tenant: Tenant) -> Self:
        """Return the distinctions of a tenant that nobody has withdrawn."""
        return self.filter(tenant=tenant, withdrawn_at__isnull=True)


class Distinction(models.Model):
    """That two accounts look alike and are two customers, as somebody said who knows them."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    one = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    other = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = DistinctionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="customers_older_account_first",
                condition=models.Q(one__lt=models.F("other")),
            ),
            models.UniqueConstraint(
                fields=["tenant", "one", "other"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="customers_one_distinction_per_pair",
            ),
            models.CheckConstraint(
                name="customers_withdrawn_by_somebody",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
