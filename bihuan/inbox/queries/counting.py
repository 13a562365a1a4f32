"""How much waits for a person: the number at the bell of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bihuan.base import clock
from bihuan.inbox.models import Notice
from bihuan.inbox.queries.listing import awaiting
from bihuan.inbox.queries.tasks import tasks_waiting
from bihuan.org.models import Person

MOST = 99
"""Beyond this nobody counts: the bell says 99+."""


@dataclass(frozen=True, slots=True)
class Bell:
    """How much waits for a person, counted no further than it is shown."""

    count: int

    @property
    def shown(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many proposals wait for an answer, tasks and notices to be read or done."""

    proposals: int
    notices: int
    tasks: int


def waiting(person: Person, now: datetime) -> Waiting:
    """Return what waits for a person, each counted in full."""
    asked = awaiting(person, now)
    told = Notice.objects.visible_to(person).calling()
    own = tasks_waiting(person, clock.business_day(now, person.tenant.time_zone))
    return Waiting(proposals=asked.count(), notices=told.count(), tasks=own.count())


def bell(person: Person, now: datetime) -> Bell:
    """Return what the bell says, from one statement that reads no more rows than it shows."""
    asked = awaiting(person, now)
    told = Notice.objects.visible_to(person).calling()
    own = tasks_waiting(person, clock.business_day(now, person.tenant.time_zone))
    first, *others = (
        found.order_by().values_list("pk", flat=True)[: MOST + 1] for found in (asked, told, own)
    )
    return Bell(first.union(*others, all=True).count())
