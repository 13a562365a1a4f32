"""Reads out of an address whose landing of what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bihuan.advice.queries import Question, question_of
from bihuan.base import clock
from bihuan.goals.access import team_seen
from bihuan.kernel.period import Grain
from bihuan.org.access import PersonRequest, person_seen
from bihuan.org.models import Person, Unit

GRAINS = {"month": Grain.MONTH, "quarter": Grain.QUARTER}


@dataclass(frozen=True, slots=True)
class Subject:
    """The person or the unit that an address names; oneself where it names nobody."""

    person: Person | None = None
    unit: Unit | None = None


def subject_in(request: PersonRequest, given: Mapping[str, str]) -> Subject:
    """Return whose landing is asked for; what is not visible is not there."""
    if unit := given.get("unit", ""):
        seen = team_seen(_number(unit), request.scope)
        return Subject(unit=Unit.objects.select_related("tenant", "parent").get(pk=seen.pk))
    if person := given.get("person", ""):
        return Subject(person=person_seen(_number(person), request.scope))
    return Subject(person=request.person)


def asked_in(request: PersonRequest, given: Mapping[str, str]) -> Question:
    """Return the question that an address asks, as of this morning."""
    grain = GRAINS.get(given.get("grain", ""))
    return question_of(request.tenant, given.get("metric", ""), morning_of(request), grain)


def morning_of(request: PersonRequest) -> date:
    return clock.today(request.tenant.time_zone)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
