"""How long a company keeps what it need not keep for ever."""

from __future__ import annotations

from django.db import models


class Period(models.Model):
    """For how many days a class of data is kept in a company, where it is not the usual time."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kept = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True)
    """Without a number it is kept until somebody says otherwise."""
    is_held = models.BooleanField(default=False)
    """Whether nothing of it goes for now, whatever its age: a legal hold."""

    class Meta:
        ordering = ["kept"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kept"], name="privacy_one_period_per_class")
        ]

    def __str__(self) -> str:
        return f"{self.kept} {self.days}"
