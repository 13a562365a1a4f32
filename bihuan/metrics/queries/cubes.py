"""Which tallies are kept as cubes: those of every metric of the catalogue."""

from __future__ import annotations

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine import keep_up
from bihuan.metrics.engine.cubes import build, tallies_to_hold
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.models import Tenant


def keep_cube(tenant: Tenant) -> None:
    """Have the cube built behind the answer when it is due."""
    keep_up(tenant, lambda: _definitions(tenant))


def build_cube(tenant: Tenant) -> None:
    """Build the cube of the present base now."""
    build(tenant, tallies_to_hold(_definitions(tenant)))


def _definitions(tenant: Tenant) -> list[MetricDefinition]:
    catalogue = catalogue_of(tenant)
    found = (catalogue.then(key) for key in catalogue.versions)
    return [each for each in found if each is not None]
