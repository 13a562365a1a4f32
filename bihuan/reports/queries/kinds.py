"""Goal health reports as things that can be shared, and asked about who sees them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit
from bihuan.org.uses import Basis, Thing, ThingKind
from bihuan.reports.access import REPORT_SHARED, reports_visible_to, sight_of
from bihuan.reports.models import HealthReport


def _seen(pk: int, scope: Scope) -> Thing | None:
    report = reports_visible_to(scope).filter(pk=pk).first()
    if report is None:
        return None
    url = reverse("reports:report", args=[pk])
    return Thing(kind=REPORT_SHARED, pk=pk, name=f"{report.month} #{report.number}", url=url)


def _basis(pk: int) -> Basis:
    """Every manager sees the lines of their own units, whoever leads the company all."""
    report = HealthReport.objects.get(pk=pk)
    units = Unit.objects.filter(tenant_id=report.tenant_id)
    return Basis(unit_paths=list(units.values_list("path", flat=True)))


REPORT = ThingKind(
    code=REPORT_SHARED,
    name=_("Goal health report"),
    seen=_seen,
    basis=_basis,
    rows=reports_visible_to,
    is_shareable=True,
    shares=lambda pk, scope: sight_of(scope).is_whole,
)
