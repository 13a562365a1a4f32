"""Cycles as a list, and the spans one would open next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from bihuan.goals.access import cycles_visible_to, sees_drafts
from bihuan.goals.models import Cycle, CycleQuerySet, Goal, Receipt, Revision
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A cycle as a row of the list."""

    cycle: Cycle
    goals: tuple[Goal, ...]
    revision: Revision | None
    """The one in force."""
    waiting: int
    """How many edits no revision holds yet; nothing of them to who sees no drafts."""
    asked: int
    acknowledged: int
    state: str
    """``closed``, ``over``, ``running`` or ``coming``."""


def cycle_lines(scope: Scope, today: date) -> list[CycleLine]:
    """Return the cycles that are visible, the latest first, in four statements."""
    return _lines(cycles_visible_to(scope), today, told=sees_drafts(scope))


def all_cycle_lines(tenant: Tenant, today: date) -> list[CycleLine]:
    """Return every cycle of a company, for whoever runs the system."""
    return _lines(Cycle.objects.of(tenant.pk), today, told=True)


def _lines(found: CycleQuerySet, today: date, *, told: bool) -> list[CycleLine]:
    cycles = list(found.select_related("tenant", "root"))
    numbers = Q()
    for cycle in cycles:
        numbers |= Q(cycle=cycle, number=cycle.revision_number)
    revisions = Revision.objects.filter(numbers) if cycles else Revision.objects.none()
    in_force = {each.cycle_id: each for each in revisions.defer("plan")}
    counted = _receipts([each.pk for each in in_force.values()])
    goals: dict[int, list[Goal]] = {}
    for goal in Goal.objects.on().filter(cycle__in=cycles):
        goals.setdefault(goal.cycle_id, []).append(goal)
    lines = []
    for cycle in cycles:
        revision = in_force.get(cycle.pk)
        asked, acknowledged = counted.get(revision.pk, (0, 0)) if revision else (0, 0)
        seen = revision.edit_number if revision else 0
        lines.append(
            CycleLine(
                cycle=cycle,
                goals=tuple(goals.get(cycle.pk, ())) if told else (),
                revision=revision,
                waiting=cycle.edit_number - seen if told else 0,
                asked=asked,
                acknowledged=acknowledged,
                state=state_of(cycle, today),
            )
        )
    return lines


def state_of(cycle: Cycle, today: date) -> str:
    if cycle.closed_at is not None:
        return "closed"
    if cycle.end <= today:
        return "over"
    return "running" if cycle.start <= today else "coming"


def _receipts(revisions: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = (
        Receipt.objects.filter(revision__in=revisions)
        .order_by()
        .values_list("revision_id")
        .annotate(asked=Count("pk"), done=Count("acknowledged_at"))
    )
    return {revision: (asked, done) for revision, asked, done in rows}


@dataclass(frozen=True, slots=True)
class Preset:
    """A span one would open a cycle for, and the periods it would be cut into."""

    period: Period
    grain: str


def presets(tenant: Tenant, today: date) -> list[Preset]:
    """Return the next quarter, month and year of the fiscal calendar, and the quarter that runs."""
    month = tenant.fiscal_start_month

    def following(grain: Grain) -> Period:
        now = period_of(today, grain, fiscal_start_month=month)
        return period_of(now.end, grain, fiscal_start_month=month)

    running = period_of(today, Grain.QUARTER, fiscal_start_month=month)
    return [
        Preset(following(Grain.QUARTER), "month"),
        Preset(following(Grain.MONTH), "month"),
        Preset(following(Grain.YEAR), "quarter"),
        Preset(running, "month"),
    ]
