"""Pages of rules: read by those who lead, written by administrators, tried over the past."""

from __future__ import annotations

import pytest
from django.test import Client

from bihuan.org.models import Person
from bihuan.rules.tests.team import Team, at, few_visits, in_force, make_team, monday, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def client_of(person: Person) -> Client:
    from tests.make import make_login

    client = Client()
    client.force_login(make_login(person))
    return client


def test_a_back_test_is_shown(team: Team) -> None:
    in_force(team, few_visits())
    visit(team.lin, [1, 1, 5, 1])
    client = client_of(team.admin)
    with at(monday(4)):
        answer = client.get(
            "/rules/few_visits/backtest/?first=2026-09-07&last=2026-10-05&version=1"
        )
    assert answer.status_code == 200
