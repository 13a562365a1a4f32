"""Who may see and set targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bihuan.base import clock
from bihuan.goals.domain.placement import Held, placed
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import UnitMissing, scope_opened_by, seats_held
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit


class QuotaMissing(Missing):
    code = "goals.quota_missing"
    says = gettext_noop("There is no such target.")


class SetsFor:
    """Whom a person may set targets for, worked out once for any number of rows."""

    def __init__(self, by: Person) -> None:
        held = seats_held(by)
        self.by = by
        self.is_free = by.is_robot or any(role is Role.ADMIN for role, _ in held)
        self.scope = scope_opened_by(by, held)
        self.today = clock.today(by.tenant.time_zone)

    def covers_unit(self, path: str) -> bool:
        return self.is_free or self.scope.covers_as_manager(path)

    def covers_person(self, span: Span, held: Sequence[Held], paths: dict[int, str]) -> bool:
        """Return whether the person sits, in the span or today, where ``by`` manages."""
        if self.is_free:
            return True
        today = Span(self.today, self.today + timedelta(days=1))
        units = {unit for days in (span, today) for _, unit in placed(days, held)}
        return any(self.scope.covers_as_manager(paths[unit]) for unit in units)


def quota_seen(quota_id: int, scope: Scope) -> Quota:
    """Return a quota the scope covers; a hidden one looks like one that is not there."""
    quota = (
        Quota.objects.visible_to(scope)
        .select_related("person", "unit", "set_by", "ended_by", "source_row")
        .filter(pk=quota_id)
        .first()
    )
    if quota is None:
        raise QuotaMissing()
    return quota


def team_seen(unit_id: int, scope: Scope) -> Unit:
    """Return a unit whose figures the scope covers; sitting in it is not enough."""
    unit = Unit.objects.filter(pk=unit_id, tenant_id=scope.tenant_id).first()
    if unit is None or not scope.covers_figures(unit.path):
        raise UnitMissing(unit=unit_id)
    return unit
