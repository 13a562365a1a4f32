"""Whether a definition makes sense in a company: with its kinds of facts and its metrics."""

from __future__ import annotations

from bihuan.facts.access import kinds_of
from bihuan.kernel.errors import Problem
from bihuan.metrics.domain.checks import problems_of
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.models import Tenant


def problems_in(tenant: Tenant, definition: MetricDefinition) -> list[Problem]:
    """Return everything that is wrong with a definition; nothing when it is sound."""
    kinds = kinds_of(tenant)
    return problems_of(
        definition,
        kinds,
        catalogue_of(tenant).as_written,
        {code: {each.column for each in kind.attributes} for code, kind in kinds.items()},
    )
