"""The file in which somebody is handed what is kept of them, until it expires."""

from __future__ import annotations

from pathlib import Path

from django.db import models

from bihuan.base.home import home

COPIES = "person-copies"
"""In which folder of the home copies lie."""


class DataCopy(models.Model):
    """That a copy of somebody's data was made on a request, and until when it can be fetched."""

    petition = models.OneToOneField(
        "privacy.Petition", models.PROTECT, primary_key=True, related_name="copy"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def path(self) -> Path:
        """Return where the file lies."""
        return copy_path(self.petition.tenant_id, self.pk)


def copy_path(tenant_id: int, petition_id: int) -> Path:
    return home() / COPIES / str(tenant_id) / f"{petition_id}.zip"
