"""The landing of one person or unit in one metric, and how the period went so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.advice.domain.glimpse import counted
from bihuan.advice.queries.asking import (
    Question,
    asked_today,
    questions,
    require_projectable,
)
from bihuan.advice.queries.landing import (
    LandingView,
    landings_of_people,
    landings_of_units,
    peers_of,
)
from bihuan.kernel.period import Grain, Period, period_of, periods
from bihuan.metrics.queries import Where, evaluate, metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Tenant, Unit

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """What was there at the end of a week of the period, and what was due by then."""

    start: date
    end: date
    came: Decimal
    so_far: Decimal
    due: Decimal | None


def question_of(tenant: Tenant, metric: str, morning: date, grain: Grain | None = None) -> Question:
    """Return the question after one metric in the month or quarter that runs."""
    definition = metric_named(tenant, metric)
    require_projectable(definition)
    length = grain or asked_today(tenant, morning).get(metric, Grain.QUARTER)
    period = period_of(morning, length, fiscal_start_month=tenant.fiscal_start_month)
    return Question(tenant, (definition,), period, morning)


def landing_of(
    asked: Question, scope: Scope, *, person: Person | None = None, unit: Unit | None = None
) -> LandingView:
    """Return where one person or one unit will stand; both must have been seen already."""
    if person is not None:
        views = landings_of_people(asked, [person], scope, peers_beside(person), is_named=True)
    else:
        assert unit is not None, "a landing is of a person or of a unit"
        views = landings_of_units(asked, [unit], scope, is_named=True)
    return views[0]


def gauges_of(
    tenant: Tenant,
    morning: date,
    scope: Scope,
    *,
    person: Person | None = None,
    unit: Unit | None = None,
) -> list[LandingView]:
    """Return the landing in each metric that one person or unit has a running target of."""
    found: list[LandingView] = []
    for asked in questions(tenant, morning):
        if person is not None:
            narrowed = _of_person(asked, person)
            if narrowed.metrics:
                found += landings_of_people(narrowed, [person], scope, peers_beside(person))
        elif unit is not None:
            found += landings_of_units(asked, [unit], scope)
    return [view for view in found if view.target]


def _of_person(asked: Question, person: Person) -> Question:
    """Return a question about those metrics only that a person has targets of."""
    own = asked_today(asked.tenant, asked.morning, person=person)
    return replace(asked, metrics=tuple(each for each in asked.metrics if each.key in own))


def peers_beside(person: Person) -> tuple[int, ...]:
    """Return who is projected together with a person, wherever they last had a seat."""
    seats = Assignment.objects.filter(person=person).at_home().order_by("-valid_from")
    path = seats.values_list("unit__path", flat=True).first()
    return peers_of(person.tenant, path) if path else (person.pk,)


def course_of(view: LandingView, scope: Scope) -> list[Mark]:
    """Return how the period went, week by week until the morning."""
    asked = view.asked
    weeks = _weeks(asked.period.start, asked.morning)
    if not weeks:
        return []
    where = Where(person_ids=(view.person.pk,)) if view.person is not None else Where()
    if view.unit is not None:
        where = Where(unit_path=view.unit.path)
    rows = evaluate(
        tenant=asked.tenant,
        metric=view.metric.key,
        spans=weeks,
        scope=scope,
        where=where,
        as_of_seq=asked.as_of_seq,
    )
    came = {row.period.key: row.value or ZERO for row in rows if row.period is not None}
    return _marks(view, weeks, came)


def _marks(view: LandingView, weeks: Sequence[Period], came: dict[str, Decimal]) -> list[Mark]:
    marks: list[Mark] = []
    so_far = ZERO
    for week in weeks:
        so_far += came.get(week.key, ZERO)
        days = counted(view.asked.period, morning=week.end, calendar=view.asked.calendar)
        due = None
        if view.target is not None:
            due = view.target * days.gone / (days.gone + days.left)
        marks.append(Mark(week.start, week.end, came.get(week.key, ZERO), so_far, due))
    return marks


def _weeks(start: date, end: date) -> list[Period]:
    """Return the weeks of a span, cut off at its ends."""
    if start >= end:
        return []
    return [
        Period(each.key, max(each.start, start), min(each.end, end))
        for each in periods(start, end, Grain.WEEK)
    ]


def last_day(view: LandingView) -> date:
    return view.asked.period.end - timedelta(days=1)
