"""Who sat where, and in which region a unit lies."""

from __future__ import annotations

from collections import defaultdict

from bihuan.facts.domain.seat import Held, Seats
from bihuan.org.models import Assignment, Tenant, Unit

FEW = 50
"""Up to so many people are asked for by name; for more, everyone is read at once."""


def seats_of(tenant: Tenant, people: set[int]) -> Seats:
    """Return where these people of a tenant sat, for facts that name only a person."""
    held: dict[int, list[Held]] = defaultdict(list)
    seats = Assignment.objects.filter(tenant=tenant).at_home().order_by("valid_from")
    if len(people) <= FEW:
        seats = seats.filter(person_id__in=people)
    for person_id, start, end, unit_id in seats.values_list(
        "person_id", "valid_from", "valid_to", "unit_id"
    ):
        held[person_id].append((start, end, unit_id))
    return Seats(held=held, regions=_regions(tenant))


def _regions(tenant: Tenant) -> dict[int, str]:
    units = {unit.pk: unit for unit in Unit.objects.filter(tenant=tenant)}
    regions = {}
    for unit in units.values():
        above = [units[int(step)] for step in unit.path.strip("/").split("/")]
        named = [each.name for each in above if each.kind == Unit.Kind.REGION]
        regions[unit.pk] = named[-1] if named else ""
    return regions
