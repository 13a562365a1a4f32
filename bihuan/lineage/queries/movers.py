"""What lies above the metrics and is moved by a fact: targets, and whatever comes to be added.

Each package that hangs something on figures (targets now; alerts, statements and
points when they come) gives one function here, a *mover*. It is told what a fact
does to the metrics and answers with the things of its own that this moves. This
package lies above all of them, so it asks them by name and nothing is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse

from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.lineage.domain.cell import cell_query
from bihuan.lineage.queries.tree import Tree
from bihuan.metrics.queries import Effect
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Something that a fact moves through a metric: of what sort, which, whose, and when."""

    type: str
    metric: str
    pk: int
    bearer: str
    span: Span
    quota: Quota | None = None
    url: str
    cell_url: str = ""
    """The cell of the heat map that sets it against what was done."""


Mover = Callable[[Tenant, Sequence[Effect], Tree], list[Moved]]


def quotas_moved(tenant: Tenant, effects: Sequence[Effect], tree: Tree) -> list[Moved]:
    """Return the targets in force whose days hold a line that changed, and whose bearer has it."""
    wanted = [
        Q(metric=effect.definition.key, start__lte=line.day, end__gt=line.day)
        & (Q(person=line.person_id or 0) | Q(unit__in=tree.line(line.unit_id)))
        for effect in effects
        for line in effect.lines
    ]
    if not wanted:
        return []
    quotas = Quota.objects.live().filter(reduce(or_, wanted), tenant=tenant)
    scope: Scope | None = tree.scope
    if scope is not None:
        quotas = quotas.filter(pk__in=Quota.objects.visible_to(scope).values("pk"))
    found = quotas.select_related("person", "unit").order_by("metric", "start", "end", "pk")
    return [_moved(quota) for quota in found]


def _moved(quota: Quota) -> Moved:
    query = cell_query(
        quota.metric, str(quota.span), person_id=quota.person_id, unit_id=quota.unit_id
    )
    return Moved(
        type="target",
        metric=quota.metric,
        pk=quota.pk,
        bearer=quota.bearer_name,
        span=quota.span,
        quota=quota,
        url=reverse("goals:quota", args=[quota.pk]),
        cell_url=f"{reverse('goals:cell')}?{query}",
    )


MOVERS: tuple[Mover, ...] = (quotas_moved,)


def moved_by(tenant: Tenant, effects: Sequence[Effect], tree: Tree) -> list[Moved]:
    """Return everything above the metrics that what a fact does to them moves."""
    return [moved for mover in MOVERS for moved in mover(tenant, effects, tree)]
