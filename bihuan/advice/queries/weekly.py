"""What goes into the weekly report of a unit, reckoned as of one fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from bihuan.advice.domain.weekly import Advised, Moved, Weekly
from bihuan.advice.queries.cockpit import landings_under, most_missed
from bihuan.advice.queries.landing import LandingView
from bihuan.advice.queries.levers import levers_of
from bihuan.advice.queries.saying import basis_said, lever_said
from bihuan.advice.queries.telling import lines_of
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.queries import Where, evaluate_many
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Tenant, Unit

LINES_AT_MOST = 30
ZERO = Decimal(0)


def week_before(morning: date) -> Period:
    """Return the last week that is over on a morning."""
    monday = morning - timedelta(days=morning.weekday())
    return period_of(monday - timedelta(days=1), Grain.WEEK)


def weekly_of(unit: Unit, morning: date, *, seq: int, system: int) -> Weekly:
    """Return the weekly report of a unit as the ledger stood after a fact.

    It is the unit's, and not any reader's: what it tells is all below the unit.
    """
    scope = Scope(tenant_id=unit.tenant_id, person_id=system, unit_paths=(unit.path,))
    own, below, _ = landings_under(unit, scope, morning, as_of_seq=seq)
    off = most_missed(below)
    return Weekly(
        week=week_before(morning).key,
        unit=unit.name,
        own=tuple(lines_of(own)),
        moved=tuple(_moved(unit, own, morning, seq)),
        advised=tuple(_advised(own, scope)),
        off=tuple(lines_of(off[:LINES_AT_MOST])),
        off_count=len(off),
        landings=len(below),
    )


def _moved(unit: Unit, own: Sequence[LandingView], morning: date, seq: int) -> Iterable[Moved]:
    """Yield what the week that is over brought in each metric, and the one before."""
    keys = list(dict.fromkeys(view.metric.key for view in own))
    if not keys:
        return
    week = week_before(morning)
    before = Period("before", week.start - timedelta(weeks=1), week.start)
    board = evaluate_many(
        tenant=unit.tenant,
        metrics=keys,
        spans=[week, before],
        scope=None,
        where=Where(unit_path=unit.path),
        as_of_seq=seq,
    )
    for key in keys:
        rows = {row.period.key: row.value for row in board.rows(key) if row.period is not None}
        yield Moved(key, rows.get(week.key) or ZERO, rows.get("before") or ZERO)


def _advised(own: Sequence[LandingView], scope: Scope) -> Iterable[Advised]:
    for view in own:
        levers = levers_of(view, scope) if view.is_off else None
        if levers is not None and levers.found:
            best = levers.found[0]
            yield Advised(view.metric.key, lever_said(best, levers, view), basis_said(best))


def units_led(tenant: Tenant, on: date) -> dict[int, list[int]]:
    """Return the units that somebody leads on a day, with who does."""
    seats = Assignment.objects.filter(tenant=tenant, role=Role.MANAGER.value).on(on)
    found: dict[int, list[int]] = {}
    for unit, person in seats.order_by("unit_id", "person_id").values_list("unit_id", "person_id"):
        found.setdefault(unit, []).append(person)
    return found
