"""Which metrics there are."""

from __future__ import annotations

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.org.models import Tenant


class MetricUnknown(Missing):
    code = "metrics.metric_unknown"
    says = gettext_noop("There is no metric called “%(metric)s”. There are: %(known)s.")


def metrics_of(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric of a tenant, in the order of the catalogue."""
    raise NotImplementedError


def metric_named(tenant: Tenant, key: str) -> MetricDefinition:
    """Return a metric by its key."""
    raise NotImplementedError
