"""Alerts as things that can be shared, and asked about who sees them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.uses import Basis, Thing, ThingKind
from bihuan.rules.models import ALERT_SHARED, Alert, ResponseMade

ABOUT = gettext_noop("It is about them.")
ASKED = gettext_noop("They were asked to do something about it.")


def _seen(pk: int, scope: Scope) -> Thing | None:
    found = Alert.objects.visible_to(scope).select_related("person", "unit").filter(pk=pk)
    alert = found.first()
    if alert is None:
        return None
    whose = alert.person.name if alert.person else alert.unit.name
    name = f"{alert.rule} · {whose} · {alert.opened_on:%Y-%m-%d}"
    return Thing(kind=ALERT_SHARED, pk=pk, name=name, url=reverse("rules:alert", args=[pk]))


def _basis(pk: int) -> Basis:
    alert = Alert.objects.select_related("unit").get(pk=pk)
    asked = ResponseMade.objects.filter(alert=alert).exclude(became="")
    people = [(each, ABOUT) for each in (alert.person_id, alert.owner_id) if each is not None]
    people += [
        (each, ASKED) for each in asked.values_list("person_id", flat=True) if each is not None
    ]
    return Basis(people=people, unit_paths=[alert.unit.path])


def _shares(pk: int, scope: Scope) -> bool:
    """Whoever leads the unit shares it, and nobody one about themselves."""
    alert = Alert.objects.visible_to(scope).select_related("unit").filter(pk=pk).first()
    if alert is None or alert.person_id == scope.person_id:
        return False
    return scope.whole_tenant or scope.covers_as_manager(alert.unit.path)


ALERT = ThingKind(
    code=ALERT_SHARED,
    name=_("Alert"),
    seen=_seen,
    basis=_basis,
    rows=lambda scope: Alert.objects.visible_to(scope),
    is_shareable=True,
    shares=_shares,
)
