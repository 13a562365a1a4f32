"""The second wall with every rule of the first one felled: nothing of another company comes out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from pytest_django import Settings

from bihuan.org.domain.role import Role
from tests.make import make_fact, make_login, make_member, make_person, make_tenant, make_unit
from tests.matrix.walls import fell, walls
from tests.matrix.walls_known import TURNS_RED
from tests.test_wall import DAY

pytestmark = pytest.mark.django_db
CANARY = "Zanzibar"
DOORS = (
    "org/",
    "org/people/",
    "org/people/export.xlsx",
    "org/journal/",
    "org/delegations/",
    "facts/",
    "facts/export.xlsx",
    "customers/",
    "customers/contacts/",
    "goals/targets/",
    "goals/heatmap/",
    "metrics/explore/",
    "inbox/",
    "inbox/tasks/new/",
    "playbooks/",
    "reports/",
    "rules/",
    "imports/",
    "advice/weekly/",
    "privacy/",
    "lineage/",
    "ai/",
    f"search/?q={CANARY[:5]}",
    "api/v1/org/people",
    "api/v1/org/units",
    "api/v1/org/tokens",
    "api/v1/facts",
    "api/v1/customers",
    "api/v1/journal",
    "api/v1/goals/quotas",
    "api/v1/inbox/tasks",
    "api/v1/playbooks/plays",
    "api/v1/rules",
)
"""Of every app at least one."""


@dataclass(frozen=True)
class Beside:
    """An administrator beside another company, and doors to try: with the numbers of its rows."""

    client: Client
    doors: tuple[str, ...]

    def opened(self) -> set[str]:
        """Return the doors through which a canary flies."""
        return {door for door in self.doors if CANARY in self._said(door)}

    def _said(self, door: str) -> str:
        answer = self.client.get(f"/{door}")
        return bytes(answer.content).decode(errors="replace")


@pytest.fixture
def beside() -> Beside:
    ours, theirs = make_tenant("acme"), make_tenant("other", name=f"{CANARY} Ltd")
    admin = make_person("admin", tenant=ours, role=Role.ADMIN)
    unit = make_unit(f"{CANARY}Unit", tenant=theirs)
    person = make_person(f"{CANARY}Person", unit=unit)
    account = make_member(f"{CANARY}Account", tenant=theirs)
    fact = make_fact(person=person, on=DAY, account_id=account.pk)
    client = Client(raise_request_exception=False)
    client.force_login(make_login(admin))
    single = (
        f"org/people/{person.pk}/",
        f"org/units/{unit.pk}/",
        f"org/seen/person/{person.pk}/",
        f"facts/{fact.seq}/",
        f"facts/members/{account.pk}/",
        f"customers/{account.pk}/",
        f"api/v1/org/people/{person.pk}",
        f"api/v1/customers/{account.pk}",
    )
    return Beside(client, (*DOORS, *single))


def test_behind_a_felled_first_wall_nothing_comes_out(
    beside: Beside, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title, wall in walls().items():
        if title in TURNS_RED:
            fell(wall, monkeypatch)
    settings.TENANT_WALL = "off"
    bare = beside.opened()
    assert len(bare) >= 8, f"without any wall this sample has to leak, or it proves nothing: {bare}"
    settings.TENANT_WALL = "auto"
    assert beside.opened() == set()
