"""A small company for tests: a tree of three levels, targets, facts, and one who moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.org.actions import move_person, robot_of, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_person, make_tenant, make_unit

Q3 = (date(2026, 7, 1), date(2026, 10, 1))
MOVED_ON = date(2026, 8, 10)


@dataclass(frozen=True, slots=True)
class Company:
    tenant: Tenant
    root: Unit
    east: Unit
    west: Unit
    north_team: Unit
    south_team: Unit
    boss: Person
    lead: Person
    people: tuple[Person, ...]
    """The first moves from the north team to the south team on 10 August."""


def make_company(*, seed: int = 1) -> Company:
    tenant = make_tenant()
    east, west = make_unit("east", kind="region"), make_unit("west", kind="region")
    north, south = make_unit("north", under=east), make_unit("south", under=east)
    boss = make_person("boss", role=Role.MANAGER)
    lead = make_person("lead", unit=east, role=Role.MANAGER)
    seats = (north, north, south, west, west)
    people = tuple(
        make_person(name, unit=unit)
        for name, unit in zip(("lin", "wang", "zhao", "qian", "sun"), seats, strict=True)
    )
    robot = robot_of(tenant)
    move_person(person=people[0], to=south, role=Role.REP, on=MOVED_ON, by=robot)
    made = Company(tenant, root_of(tenant), east, west, north, south, boss, lead, people)
    _ask(made)
    _sell(made, Random(seed))
    return made


def _ask(company: Company) -> None:
    rows = [
        QuotaRow(
            metric="signed_amount",
            person_id=person.pk,
            start=Q3[0],
            end=Q3[1],
            amount=Decimal(100_000 * (place + 1)),
        )
        for place, person in enumerate((*company.people, company.lead))
    ]
    robot = robot_of(company.tenant)
    actions.set_quotas(tenant=company.tenant, rows=rows, by=robot, origin="plan")


def _sell(company: Company, chance: Random) -> None:
    drafts = []
    for place, person in enumerate((*company.people[:4], company.lead)):
        for number in range(40):
            on = Q3[0] + timedelta(days=chance.randrange(92))
            drafts.append(
                Draft(
                    kind="contract.signed",
                    business_on=on,
                    person_id=person.pk,
                    amount=Decimal(chance.randrange(1, 5_000_000)) / 100 * (place + 1) / 3,
                    source_ref=f"{person.code}-{number}",
                )
            )
    drafts.append(
        Draft(
            kind="contract.signed",
            business_on=Q3[0],
            person_id=company.lead.pk,
            unit_id=company.east.pk,
            amount=Decimal("12.3456"),
            source_ref="exact",
        )
    )
    drafts = [each for each in drafts if each.amount]
    source = open_source(tenant=company.tenant, code="test")
    record_many(drafts=drafts, source=source, by=robot_of(company.tenant))
