"""Who sat where, and in which region a unit lies."""

from __future__ import annotations

from collections import defaultdict

from bihuan.facts.domain.seat import Held, Seats
from bihuan.org.models import Assignment, Tenant, Unit

FEW = 50
"""Up to so many people and units are asked for by name; beyond, all are read at once."""


def seats_of(tenant: Tenant, *, people: set[int], units: set[int]) -> Seats:
    """Return where these people of a tenant sat, and the regions of those and these units."""
    held: dict[int, list[Held]] = defaultdict(list)
    paths: dict[int, str] = {}
    if people:
        seats = Assignment.objects.filter(tenant=tenant).at_home().order_by("valid_from")
        if len(people) <= FEW:
            seats = seats.filter(person_id__in=people)
        for person_id, start, end, unit_id, path in seats.values_list(
            "person_id", "valid_from", "valid_to", "unit_id", "unit__path"
        ):
            held[person_id].append((start, end, unit_id))
            paths[unit_id] = path
    if units - paths.keys():
        named = Unit.objects.filter(tenant=tenant)
        if len(units) <= FEW:
            named = named.filter(pk__in=units)
        paths |= dict(named.values_list("pk", "path"))
    return Seats(held=held, regions=_regions(tenant, paths))


def _regions(tenant: Tenant, paths: dict[int, str]) -> dict[int, str]:
    """Return the name of the lowest region at or above each unit."""
    above = {
        unit_id: [int(step) for step in path.split("/")[1:-1]] for unit_id, path in paths.items()
    }
    if not above:
        return {}
    regions = Unit.objects.filter(tenant=tenant, kind=Unit.Kind.REGION)
    asked = {step for steps in above.values() for step in steps}
    if len(asked) <= FEW:
        regions = regions.filter(pk__in=asked)
    names = dict(regions.values_list("pk", "name"))
    return {
        unit_id: next((names[step] for step in reversed(steps) if step in names), "")
        for unit_id, steps in above.items()
    }
