"""Which metrics there are."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.org.models import Tenant


class MetricUnknown(Missing):
    code = "metrics.metric_unknown"
    says = gettext_noop("There is no metric called “%(metric)s”. There are: %(known)s.")


@cache
def built_in() -> dict[str, MetricDefinition]:
    """Return the metrics that come with the product, by key, in the order of the file."""
    text = resources.files("bihuan.metrics").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    read = (read_definition(raw) for raw in yaml.safe_load(text))
    return {definition.key: definition for definition in read}


def metrics_of(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric of a tenant, in the order of the catalogue."""
    return list(built_in().values())


def metric_named(tenant: Tenant, key: str) -> MetricDefinition:
    """Return a metric by its key."""
    found = built_in().get(key)
    if found is None:
        raise MetricUnknown(metric=key, known=", ".join(built_in()))
    return found
