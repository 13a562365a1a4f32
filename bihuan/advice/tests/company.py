"""A small company with a past: six reps who sign and visit, a year of it, and one who stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from bihuan.facts.actions import begin_batch, open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_person, make_tenant, make_unit

FIRST = date(2025, 11, 3)
MORNING = date(2026, 11, 16)
STOPPED = date(2026, 11, 2)
BUSY = date(2026, 6, 15)
"""The Monday of a week in which fu visited twice a day."""
NAMES = ("an", "bo", "cai", "dai", "er", "fu")
CODES = count()
DAY = timedelta(days=1)


class Company:
    """Each rep signs about 1,000 on every weekday and visits once; fu stopped in November."""

    def __init__(self) -> None:
        self.tenant = make_tenant(f"advice-{next(CODES)}")
        self.robot = robot_of(self.tenant)
        self.region = make_unit("region", tenant=self.tenant, kind="region")
        self.team = make_unit("team", under=self.region)
        self.boss = make_person("boss", unit=self.region, role=Role.MANAGER, since=FIRST)
        self.people = {name: make_person(name, unit=self.team, since=FIRST) for name in NAMES}
        self.stranger = make_person("stranger", tenant=self.tenant, since=FIRST)
        self.source = open_source(tenant=self.tenant, code="advice")
        self.tell(list(self._facts()))
        self.ask("signed_amount", dict.fromkeys(NAMES, 21_000))
        self.ask("visits", dict.fromkeys(NAMES, 21))

    def tell(self, drafts: list[Draft]) -> None:
        batch = begin_batch(source=self.source, label="", by=self.robot)
        record_many(drafts=drafts, source=self.source, batch=batch, by=self.robot)

    def _facts(self) -> Iterator[Draft]:
        for days in range((MORNING - FIRST).days):
            day = FIRST + days * DAY
            for place, (name, person) in enumerate(self.people.items()):
                if day.weekday() < 5 and (name != "fu" or day < STOPPED):
                    wobble = (day.toordinal() * 7 + place * 13) % 5 - 2
                    yield signed(person, day, Decimal(1000 + 100 * wobble))
                    yield visit(person, day)
                    if name == "fu" and BUSY <= day < BUSY + 7 * DAY:
                        yield visit(person, day)

    def ask(self, metric: str, amounts: dict[str, int]) -> None:
        """Set the targets of November, in the name of the system."""
        rows = [
            QuotaRow(
                metric=metric,
                person_id=self.people[name].pk,
                start=date(2026, 11, 1),
                end=date(2026, 12, 1),
                amount=Decimal(amount),
            )
            for name, amount in amounts.items()
        ]
        set_quotas(tenant=self.tenant, rows=rows, by=self.robot, origin="plan")


def signed(person: Person, day: date, amount: Decimal) -> Draft:
    return Draft(
        kind="contract.signed",
        business_on=day,
        person_id=person.pk,
        amount=amount,
        source_ref=f"signed-{person.pk}-{day}-{next(CODES)}",
    )


def visit(person: Person, day: date) -> Draft:
    ref = f"visit-{person.pk}-{day}-{next(CODES)}"
    return Draft(kind="visit.logged", business_on=day, person_id=person.pk, source_ref=ref)


def at(day: date) -> datetime:
    """Return nine in the morning of a day."""
    return datetime.combine(day, time(9), ZoneInfo("Asia/Shanghai"))
