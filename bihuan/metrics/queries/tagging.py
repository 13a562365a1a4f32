"""Metrics as tags of plays."""

from __future__ import annotations

from bihuan.metrics.queries.catalogue import metrics_of
from bihuan.org.models import Tenant
from bihuan.playbooks.uses import Word


def metric_words(tenant: Tenant) -> list[Word]:
    """Return every metric of a company by its key and names."""
    return [Word(each.key, each.name_zh, each.name_en) for each in metrics_of(tenant)]
