"""Who may see goal health reports, and how much of them.

A report is of the whole company. Administrators, quality officers and whoever leads the
company see all of it; other managers see the lines of their own units and the people in
them, and figures of these units only. Nobody else sees any. Every door asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bihuan.base import clock
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.access import NotYourRole, scope_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Tenant, Unit
from bihuan.reports.models import HealthReport, HealthReportQuerySet

REPORT_SHARED = "reports.report"
READERS = (Role.ADMIN, Role.QUALITY_OFFICER, Role.MANAGER)


class ReportMissing(Missing):
    code = "reports.report_missing"
    says = gettext_noop("There is no such report.")


class NotForYou(Forbidden):
    code = "reports.not_for_you"
    says = gettext_noop("Goal health reports are for those who lead a unit.")


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of a report somebody sees: all of it, or the lines of some units."""

    is_whole: bool
    units: frozenset[int] = frozenset()

    @property
    def is_nothing(self) -> bool:
        return not self.is_whole and not self.units


def sight_of(scope: Scope) -> Sight:
    """Return how much of the company's reports a person sees today."""
    if scope.whole_tenant:
        return Sight(is_whole=True)
    units = Unit.objects.filter(tenant_id=scope.tenant_id)
    opened = [(pk, path) for pk, path in units.values_list("pk", "path")]
    if any(scope.covers_as_manager(path) and path.count("/") == 2 for _, path in opened):
        return Sight(is_whole=True)
    return Sight(
        is_whole=False,
        units=frozenset(pk for pk, path in opened if scope.covers_as_manager(path)),
    )


def reports_visible_to(scope: Scope) -> HealthReportQuerySet:
    """Return the reports a person may open: all of their company's, or those that are shared."""
    ours = HealthReport.objects.of(scope.tenant_id)
    return ours.filter(pk__in=_shared(scope)) if sight_of(scope).is_nothing else ours


def sight_by_report(scope: Scope) -> Callable[[HealthReport], Sight]:
    """Return what tells how much of a report a person sees: all where somebody shares it."""
    sight, shared = sight_of(scope), _shared(scope)
    whole = Sight(is_whole=True)
    return lambda report: whole if report.pk in shared else sight


def _shared(scope: Scope) -> set[int]:
    """Return the reports that are shared by who sees all of them."""
    shared = scope.shared_of(REPORT_SHARED)
    return {pk for each in shared if sight_of(each.through).is_whole for pk in each.ids}


def report_seen(report_id: int, scope: Scope) -> HealthReport:
    """Return a report that is visible; a hidden one looks like one that is not there."""
    found = (
        reports_visible_to(scope)
        .select_related("tenant", "made_by", "compared_with")
        .filter(pk=report_id)
        .first()
    )
    if found is None:
        raise ReportMissing()
    return found


def require_sight(scope: Scope) -> Sight:
    """Return how much a person sees of reports, or refuse who sees nothing of any."""
    sight = sight_of(scope)
    if sight.is_nothing and not _shared(scope):
        raise NotForYou()
    return sight


def require_maker(by: Person) -> None:
    """Refuse unless a person may have a report made: who sees all of it may."""
    if not by.is_robot and not sight_of(scope_of(by)).is_whole:
        raise NotYourRole(needed=Role.ADMIN.value)


def readers_of(tenant: Tenant) -> list[int]:
    """Return who may open the reports of a company today."""
    today = clock.today(tenant.time_zone)
    held = Assignment.objects.filter(tenant=tenant, role__in=[each.value for each in READERS])
    return sorted(set(held.on(today).values_list("person_id", flat=True)))
