"""A company of six for tests, whose every figure can be worked out on paper.

    root ─┬─ east   Lin, Wang, Zhao     Zhao leaves on 20 October
          ├─ west   Qian, Sun           Sun comes on 10 October and is asked nothing
          └─ north  nobody

The fourth quarter asks for 1,200,000 to be signed, 400,000 a month, and for 240 visits,
80 a month, evenly by head; the weights are 70 and 30. It is published on 28 September
and revised on 15 October: Lin is asked for 60,000 less, which Wang and Zhao share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from bihuan.base import clock
from bihuan.goals import actions as goals
from bihuan.goals.actions import GoalAsked, put
from bihuan.goals.domain.cycle import Method, Reason, Seasonality
from bihuan.goals.models import Cycle, Goal, Receipt
from bihuan.org.actions import deactivate_person, robot_of, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_fact, make_person, make_tenant, make_unit

PUBLISHED = datetime(2026, 9, 28, 2, tzinfo=UTC)
REVISED = datetime(2026, 10, 15, 2, tzinfo=UTC)
FIRST_OF_NOVEMBER = datetime(2026, 11, 1, 0, tzinfo=UTC)
"""Eight in the morning in Shanghai."""


@dataclass(frozen=True, slots=True)
class Company:
    tenant: Tenant
    root: Unit
    east: Unit
    west: Unit
    north: Unit
    boss: Person
    lead: Person
    lin: Person
    wang: Person
    zhao: Person
    qian: Person
    sun: Person
    cycle: Cycle
    signed: Goal

    @property
    def robot(self) -> Person:
        return robot_of(self.tenant)


def make_company() -> Company:
    """Return the company as it stands on the first of November at eight."""
    tenant = make_tenant(name="纸上公司")
    east, west, north = make_unit("east"), make_unit("west"), make_unit("north")
    boss = make_person("boss", role=Role.MANAGER)
    lead = make_person("lead", unit=east, role=Role.MANAGER)
    lin, wang, zhao = (make_person(name, unit=east) for name in ("lin", "wang", "zhao"))
    qian = make_person("qian", unit=west)
    _sell(lin, qian, wang)
    with clock.pretended(PUBLISHED):
        cycle, signed = _published(root_of(tenant), boss)
    sun = make_person("sun", unit=west, since=date(2026, 10, 10))
    with clock.pretended(REVISED):
        _revised(signed, east, lin, boss)
        _acknowledged(cycle, lin, wang)
        for person, ratings in ((lin, (5, 2)), (wang, (4, 3)), (qian, (3, 3)), (zhao, (5, 1))):
            for metric, rating in zip(("signed_amount", "visits"), ratings, strict=True):
                goals.rate(cycle=cycle, metric=metric, rating=rating, by=person)
    deactivate_person(person=zhao, on=date(2026, 10, 20), by=robot_of(tenant))
    zhao.refresh_from_db()
    return Company(
        tenant, root_of(tenant), east, west, north, boss, lead,
        lin, wang, zhao, qian, sun, cycle, signed,
    )  # fmt: skip


def _sell(lin: Person, qian: Person, wang: Person) -> None:
    """Last October 150,000 were signed; this October Lin signs and visits, Wang only visits."""
    make_fact(lin, on=date(2025, 10, 10), amount="50000")
    make_fact(qian, on=date(2025, 10, 11), amount="100000")
    make_fact(lin, on=date(2026, 10, 12), amount="64000")
    make_fact(lin, on=date(2026, 10, 13), amount=None, kind="visit.logged")
    make_fact(wang, on=date(2026, 10, 14), amount=None, kind="visit.logged")
    make_fact(qian, on=date(2026, 10, 30), amount="90000")


def _published(root: Unit, boss: Person) -> tuple[Cycle, Goal]:
    cycle = goals.open_cycle(
        code="2026-Q4", name="四季度", start=date(2026, 10, 1), end=date(2027, 1, 1),
        grain="month", root=root, by=boss,
    )  # fmt: skip
    made = [
        goals.add_goal(
            cycle=cycle,
            asked=GoalAsked(
                metric=metric,
                amount=Decimal(amount),
                method=Method.EVEN,
                seasonality=Seasonality.EVEN,
            ),
            by=boss,
        )
        for metric, amount in (("signed_amount", 1_200_000), ("visits", 240))
    ]
    goals.reweigh_goals(cycle=cycle, deed=put({"signed_amount": 7000}), by=boss)
    goals.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=boss)
    return cycle, made[0]


def _revised(signed: Goal, east: Unit, lin: Person, boss: Person) -> None:
    less = put({f"p{lin.pk}": 24_000_000})
    goals.reweigh(goal=signed, axis="org", node=f"u{east.pk}", deed=less, by=boss)
    goals.publish(cycle=signed.cycle, reason=Reason.MARKET, by=boss)


def _acknowledged(cycle: Cycle, *people: Person) -> None:
    for person in people:
        receipt = Receipt.objects.filter(revision__cycle=cycle, person=person).latest("pk")
        goals.acknowledge(receipt=receipt, by=person)
