"""A team of five for tests of reasons, in a week in which one of them visits little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.goals.queries import CellChoice, Window
from bihuan.goals.queries.reasons import Reasons
from bihuan.kernel.period import Grain, parse_period
from bihuan.metrics.queries import metric_named
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_fact, make_person, make_tenant, make_unit

TODAY = date(2026, 11, 20)
MONDAYS = [date(2026, 9, 7) + timedelta(weeks=week) for week in range(11)]
"""Ten whole weeks before, and the week of 16 November, which runs."""
WEEK = "2026-W47"


@dataclass(frozen=True)
class Team:
    tenant: Tenant
    unit: Unit
    boss: Person
    lin: Person
    others: tuple[Person, ...]


def make_team() -> Team:
    """Five people of whom each visits five times a week, but Lin only once in the last one."""
    tenant = make_tenant()
    unit = make_unit("north")
    boss = make_person("boss", unit=unit, role=Role.MANAGER)
    lin = make_person("lin", unit=unit)
    others = tuple(make_person(name, unit=unit) for name in ("wang", "zhao", "qian", "sun"))
    for person in (lin, *others):
        for monday in MONDAYS:
            for day in range(5 if (person, monday) != (lin, MONDAYS[-1]) else 1):
                on = monday + timedelta(days=day)
                make_fact(person, on=on, kind="visit.logged", amount=None)
    for person in others:
        make_fact(person, on=MONDAYS[-1], amount="100000")
    ask(tenant, "signed_amount", (lin, *others), "50000")
    return Team(tenant, unit, boss, lin, others)


def ask(tenant: Tenant, metric: str, people: tuple[Person, ...], amount: str) -> None:
    rows = [
        QuotaRow(
            metric=metric,
            person_id=person.pk,
            start=MONDAYS[-1],
            end=MONDAYS[-1] + timedelta(days=7),
            amount=Decimal(amount),
        )
        for person in people
    ]
    goals.set_quotas(tenant=tenant, rows=rows, by=robot_of(tenant), origin="plan")


def choice(
    team: Team, *, by: Person, of: Person | Unit, metric: str = "signed_amount"
) -> CellChoice:
    tenant = Tenant.objects.get(pk=team.tenant.pk)
    return CellChoice(
        tenant=tenant,
        metric=metric_named(tenant, metric),
        window=Window(Grain.WEEK, (parse_period(WEEK),), TODAY + timedelta(days=1)),
        scope=scope_of(by),
        person=of if isinstance(of, Person) else None,
        unit=of if isinstance(of, Unit) else None,
    )


def tags(found: Reasons) -> list[str]:
    return [each.diagnosis.code for each in found.findings]
