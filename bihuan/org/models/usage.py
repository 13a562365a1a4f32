"""How much programs and exports took."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Meter(models.TextChoices):
    MINUTE = "minute", _("Requests in a minute")
    REQUESTS = "requests", _("Requests")
    FILES = "files", _("Files")
    ROWS = "rows", _("Rows")


class Usage(models.Model):
    """How often something was done by a token or a person since an instant.

    It is no record of the business: after a crash of the server it may be empty.
    """

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    token = models.ForeignKey("org.ApiToken", models.CASCADE, null=True, related_name="+")
    """Of which token; of all that a person does, where there is none."""
    meter = models.CharField(max_length=10, choices=Meter)
    began_at = models.DateTimeField(db_index=True)
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token", "meter", "began_at"],
                name="org_usage_counted_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.meter} {self.count}"
