"""Whose landings somebody may see: those whose figures they see, and their own."""

from __future__ import annotations

from bihuan.advice.models import WeeklyReport, WeeklyReportQuerySet
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.access import NotYourRole, scope_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit


class NoTeam(Forbidden):
    code = "advice.no_team"
    says = gettext_noop("The cockpit is for those who lead or serve a unit.")


class WeeklyMissing(Missing):
    code = "advice.weekly_missing"
    says = gettext_noop("There is no such weekly report.")


def weekly_visible_to(scope: Scope) -> WeeklyReportQuerySet:
    """Return the weekly reports of the units whose figures somebody sees."""
    return WeeklyReport.objects.visible_to(scope)


def weekly_seen(report_id: int, scope: Scope) -> WeeklyReport:
    """Return a report that is visible; a hidden one looks like one that is not there."""
    seen = weekly_visible_to(scope).select_related("unit", "tenant")
    found = seen.filter(pk=report_id).first()
    if found is None:
        raise WeeklyMissing()
    return found


def may_make_weekly(by: Person, unit: Unit) -> bool:
    """Tell whether somebody may have a weekly report of a unit made."""
    if by.tenant_id != unit.tenant_id:
        return False
    scope = scope_of(by)
    return by.is_robot or scope.whole_tenant or scope.covers_as_manager(unit.path)


def require_maker(by: Person, unit: Unit) -> None:
    if not may_make_weekly(by, unit):
        raise NotYourRole(needed=Role.MANAGER.value)
