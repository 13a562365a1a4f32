"""Whose names may be told: people and units as far as somebody sees them.

``None`` for a scope stands for the system itself, which sees everything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bihuan.facts.models import Fact, FactQuerySet
from bihuan.org.access import people_visible_to
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit


@dataclass(frozen=True, slots=True)
class Tree:
    """The units of a tenant by id, and those whose figures somebody sees."""

    units: dict[int, Unit]
    scope: Scope | None

    def line(self, unit_id: int | None) -> tuple[int, ...]:
        """Return the units from the top of the tree down to one."""
        if unit_id is None:
            return ()
        return tuple(int(step) for step in self.units[unit_id].path.strip("/").split("/"))

    def seen(self, unit_id: int) -> Unit | None:
        """Return a unit whose figures may be seen."""
        unit = self.units[unit_id]
        is_seen = self.scope is None or self.scope.covers_figures(unit.path)
        return unit if is_seen else None


def tree_of(tenant: Tenant, scope: Scope | None) -> Tree:
    """Return the units of a tenant through somebody's eyes."""
    return Tree({unit.pk: unit for unit in Unit.objects.filter(tenant=tenant)}, scope)


def people_seen(
    tenant: Tenant, scope: Scope | None, ids: Collection[int | None]
) -> dict[int, Person]:
    """Return those of some people who may be seen, by id."""
    people = Person.objects.filter(tenant=tenant) if scope is None else people_visible_to(scope)
    return {person.pk: person for person in people.filter(pk__in=[pk for pk in ids if pk])}


def facts_seen(tenant: Tenant, scope: Scope | None) -> FactQuerySet:
    """Return the facts that may be opened."""
    if scope is None:
        return Fact.objects.filter(tenant=tenant)
    return Fact.objects.visible_to(scope)
