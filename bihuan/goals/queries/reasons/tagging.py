"""Reasons as tags of plays."""

from __future__ import annotations

from bihuan.goals.queries.reasons.catalogue import diagnoses_of
from bihuan.org.models import Tenant
from bihuan.playbooks.uses import Word


def reason_words(tenant: Tenant) -> list[Word]:
    """Return every reason of a company by its code and names."""
    found = [each.diagnosis for each in diagnoses_of(tenant)]
    return [Word(each.code, each.name_zh, each.name_en) for each in found]
