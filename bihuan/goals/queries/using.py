"""What a change of a metric means to targets: attainment before and after, and who is concerned."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries.attaining import AttainmentRow, attainment
from bihuan.metrics.uses import Change, Use, User
from bihuan.org.models import Assignment, Tenant

Bearer = tuple[int | None, int | None, Span]


def targets_changed(change: Change) -> list[Use]:
    """Return the attainment of every target that shares a day with a change, before and after."""
    within = Span(change.start, change.end)
    sides: list[dict[Bearer, Decimal | None]] = []
    rows: list[AttainmentRow] = []
    for definition in (change.old, change.new):
        rows = attainment(
            tenant=change.tenant,
            metric=change.key,
            scope=change.scope,
            within=within,
            trial=definition or change.new,
        )
        of_old = definition is not None
        sides.append({_bearer(row): row.attainment if of_old else None for row in rows})
    before, after = sides
    uses = [
        Use(
            name=row.person or row.unit or "",
            detail=f"{row.span.start} – {row.span.end - timedelta(days=1)}",
            url=_url(row),
            before=before.get(_bearer(row)),
            after=after[_bearer(row)],
        )
        for row in rows
    ]
    return sorted(uses, key=lambda use: not use.is_changed)


def _bearer(row: AttainmentRow) -> Bearer:
    return row.person_id, row.unit_id, row.span


def _url(row: AttainmentRow) -> str:
    if row.person_id is not None:
        return reverse("goals:person", args=[row.person_id])
    return reverse("goals:unit", args=[row.unit_id])


def people_with_targets(tenant: Tenant, metric: str, day: date) -> set[int]:
    """Return who carries a target of a metric on a day, or sits in a unit that carries one."""
    quotas = (
        Quota.objects.live()
        .filter(tenant=tenant, metric=metric)
        .touching(Span(day, day + timedelta(days=1)))
    )
    people = {pk for pk in quotas.values_list("person_id", flat=True) if pk is not None}
    for path in quotas.filter(unit__isnull=False).values_list("unit__path", flat=True):
        seats = Assignment.objects.filter(unit__path__startswith=path).at_home().on(day)
        people |= set(seats.values_list("person_id", flat=True))
    return people


TARGETS = User(
    code="goals.targets",
    name=_("Targets"),
    uses=targets_changed,
    people=people_with_targets,
)
