"""Targets as things of which one may ask who sees them."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.goals.models import Quota
from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment
from bihuan.org.uses import Basis, Thing, ThingKind

THEIRS = gettext_noop("It is their target.")


def _seen(pk: int, scope: Scope) -> Thing | None:
    found = Quota.objects.visible_to(scope).select_related("person", "unit").filter(pk=pk)
    quota = found.first()
    if quota is None:
        return None
    whose = quota.person or quota.unit
    name = f"{quota.metric} · {whose} · {quota.start:%Y-%m-%d}"
    return Thing(kind=QUOTA.code, pk=pk, name=name, url=reverse("goals:quota", args=[pk]))


def _basis(pk: int) -> Basis:
    """A person's target is seen through each unit they sat in during its days."""
    quota = Quota.objects.select_related("unit").get(pk=pk)
    if quota.unit is not None:
        return Basis(unit_paths=[quota.unit.path], is_figures=True)
    assert quota.person_id is not None, "a target is of a unit or of a person"
    seats = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=quota.start),
        person_id=quota.person_id,
        is_home=True,
        valid_from__lt=quota.end,
    )
    paths = sorted(set(seats.values_list("unit__path", flat=True)))
    return Basis(people=[(quota.person_id, THEIRS)], unit_paths=paths, is_figures=True)


QUOTA = ThingKind(
    code="goals.quota",
    name=_("Target"),
    seen=_seen,
    basis=_basis,
    rows=lambda scope: Quota.objects.visible_to(scope),
)
