"""Whose the files of imports are."""

from __future__ import annotations

from pathlib import PurePath

from django.urls import reverse

from bihuan.integrations.models import Import
from bihuan.privacy.channels import Owned


def whose_upload(place: PurePath) -> Owned | None:
    """Return whose a file of an import is: the company's, whoever brought it."""
    number = place.parts[0]
    found = Import.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        return None
    page = reverse("integrations:import", args=[found.pk])
    return Owned(tenants=frozenset({found.tenant_id}), people=frozenset(), page=page)
