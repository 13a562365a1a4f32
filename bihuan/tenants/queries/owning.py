"""Whose the exports of companies are."""

from __future__ import annotations

from pathlib import PurePath

from django.urls import reverse

from bihuan.privacy.channels import Owned


def whose_export(place: PurePath) -> Owned | None:
    """Return whose an export is: the company's, by the folder it lies in."""
    number = place.parts[0]
    if not number.isdecimal():
        return None
    tenants = frozenset({int(number)})
    return Owned(tenants=tenants, people=frozenset(), page=reverse("tenants:exports"))
