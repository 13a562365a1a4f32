"""Pages of rules, alerts and the cockpit ask as much of the database for two hundred as for ten."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.org.actions import BEGINNING, Seat, place_people, put_person, robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.rules import actions
from bihuan.rules.tests.team import Team, at, few_visits, in_force, look, make_team, monday
from tests.make import make_login

pytestmark = pytest.mark.django_db

MOST = {
    "/rules/new/": 20,
    "/rules/few_visits/versions/1/": 20,
    "/rules/few_visits/backtest/?first=2026-09-07&last=2026-09-21&version=1": 45,
    "/rules/alerts/{alert}/": 25,
    "/advice/": 60,
}
"""Every page, and the most it may ever ask."""


def grow(team: Team, count: int) -> None:
    """Let so many more reps work in the team, with a target, and visit once a week."""
    robot = robot_of(team.tenant)
    there = Person.objects.filter(tenant=team.tenant).count()
    people = [
        put_person(tenant=team.tenant, code=f"p{number}", name=f"p{number}", by=robot)
        for number in range(there, there + count)
    ]
    seats = {
        each.pk: [Seat(unit_id=team.team.pk, role=Role.REP, valid_from=BEGINNING, valid_to=None)]
        for each in people
    }
    place_people(tenant=team.tenant, seats=seats, by=robot)
    source = open_source(tenant=team.tenant, code="grown")
    visits = [
        Draft(kind="visit.logged", business_on=monday(week), person_id=each.pk,
              source_ref=f"{each.pk}/{week}")
        for each in people
        for week in range(2)
    ]  # fmt: skip
    record_many(drafts=visits, source=source, by=robot)
    rows = [
        QuotaRow(metric="visits", person_id=each.pk, start=monday(0), end=monday(4),
                 amount=Decimal(20))
        for each in people
    ]  # fmt: skip
    set_quotas(tenant=team.tenant, rows=rows, by=robot, origin="grown")


def asked_by(client: Client, pages: list[str]) -> dict[str, int]:
    """Return how many statements each page takes, once everything that is kept is kept."""
    found = {}
    with at(monday(2), hour=8):
        for page in pages:
            assert client.get(page).status_code == 200, page
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            found[page] = len(asked)
    return found


def test_no_page_asks_more_because_there_are_more_people() -> None:
    team = make_team()
    grow(team, 8)
    in_force(team, few_visits(responses=[{"kind": "notice", "to": "manager"}]))
    [alert, *_others] = look(team, 2).opened
    with at(monday(2)):
        actions.respond(tenant=team.tenant)
    limits = {page.format(alert=alert.pk): most for page, most in MOST.items()}
    admin = Client()
    admin.force_login(make_login(team.admin))
    few = asked_by(admin, list(limits))
    grow(team, 190)
    with at(monday(2)):
        actions.evaluate_rules(tenant=team.tenant, on=monday(2))
        actions.respond(tenant=team.tenant)
    many = asked_by(admin, list(limits))
    assert many == few
    assert {page: count for page, count in many.items() if count > limits[page]} == {}
