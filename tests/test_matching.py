"""Nobody writes over what they have not read: programs by ``If-Match``, people by their form."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.facts.tests.conftest import empty_database, own_database
from bihuan.goals.models import Quota
from bihuan.goals.queries.reasons import diagnosis_lines
from bihuan.integrations import actions as hooks
from bihuan.org import actions
from bihuan.org.models import Person, Tenant, Unit
from bihuan.urls import api
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_unit

__all__ = ["empty_database", "own_database"]  # Fixtures, used by name.

ORG = "/api/v1/org"
UNTAGGED = {("post", "/goals/profiles/{profile_id}")}
"""Edits besides PUT and PATCH: a profile is put on the list anew, under another number."""


def program_of(person: Person) -> Client:
    _, secret = actions.make_token(person=person, name="program", by=person)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def put(client: Client, address: str, said: dict[str, object], match: str) -> Any:
    return client.put(address, json.dumps(said), "application/json", headers={"If-Match": match})


@pytest.fixture
def admin(db: None) -> Person:
    return make_admin()


@pytest.fixture
def unit(admin: Person) -> Unit:
    return make_unit("east", tenant=admin.tenant)


def test_every_edit_asks_for_what_was_read_and_every_such_thing_can_be_read() -> None:
    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    edits = {
        (method, path)
        for path, methods in paths.items()
        for method in methods
        if method in ("put", "patch")
    } | UNTAGGED
    asking = {
        (method, path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
    }
    assert len(edits) == 15
    assert asking == edits
    assert [path for _, path in sorted(edits) if "get" not in paths[path]] == []


def test_without_a_version_nothing_is_done(admin: Person, unit: Unit) -> None:
    client = program_of(admin)
    before = digest_of_tables()
    answer = put(client, f"{ORG}/units/{unit.pk}", {"name": "north"}, "")
    assert (answer.status_code, answer.json()["code"]) == (428, "base.if_match_missing")
    assert digest_of_tables() == before


def test_what_was_changed_meanwhile_is_not_written_over(admin: Person, unit: Unit) -> None:
    client, address = program_of(admin), f"{ORG}/units/{unit.pk}"
    read = client.get(address)
    assert read.json()["name"] == "east"
    first = put(client, address, {"name": "first"}, read["ETag"])
    assert first.status_code == 200
    assert "ETag" not in first
    before = digest_of_tables()
    second = put(client, address, {"name": "second"}, read["ETag"])
    assert (second.status_code, second.json()["code"]) == (412, "base.stale")
    assert digest_of_tables() == before
    again = client.get(address)["ETag"]
    assert again != read["ETag"]
    assert put(client, address, {"name": "second"}, again).status_code == 200
    assert JournalEntry.objects.filter(verb="unit.changed").count() == 2


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_version_is_known_in_every_form_it_comes_back_in(
    admin: Person, unit: Unit, form: str
) -> None:
    client, address = program_of(admin), f"{ORG}/units/{unit.pk}"
    match = form.format(client.get(address)["ETag"])
    assert put(client, address, {"name": "north"}, match).status_code == 200


def test_what_is_hidden_looks_like_what_is_not_there(admin: Person, unit: Unit) -> None:
    client = program_of(make_person("lin", unit=make_unit("west", tenant=admin.tenant)))
    hidden, absent = (
        put(client, f"{ORG}/units/{pk}", {"name": "n"}, "*") for pk in (unit.pk, 9**9)
    )
    assert (hidden.status_code, hidden.json()["code"]) == (404, absent.json()["code"])


EDITS: list[tuple[str, str, dict[str, object]]] = [
    ("org/tenant", "org/tenant", {"fiscal_start_month": 4}),
    ("org/people/{person}", "org/people/{person}", {"name": "Lin"}),
    ("org/usage", "org/usage", {"files_a_day": 7}),
    ("inbox/escalation", "inbox/escalation", {"kind": "", "steps": []}),
    (
        "goals/market/model",
        "goals/market/model",
        {"elasticity": "0.7", "stock_weight": "1", "delay_weight": "1", "policy_weight": "1"},
    ),
    ("goals/quotas/{quota}", "goals/quotas/{quota}", {"amount": "700"}),
]


@pytest.mark.parametrize(("read", "edit", "said"), EDITS, ids=[each[0] for each in EDITS])
def test_each_thing_has_another_version_once_it_was_edited(
    admin: Person, read: str, edit: str, said: dict[str, object]
) -> None:
    client = program_of(admin)
    known = {"person": make_person("lin", tenant=admin.tenant).pk, "quota": quota_of(admin).pk}
    tag = client.get(f"/api/v1/{read.format(**known)}")["ETag"]
    address = f"/api/v1/{edit.format(**known)}"
    done = put(client, address, said, tag)
    assert done.status_code == 200, done.content
    assert put(client, address, said, tag).status_code == 412
    assert client.get(f"/api/v1/{read.format(**known)}")["ETag"] != tag


def quota_of(admin: Person) -> Quota:
    from bihuan.goals.actions import QuotaRow, set_quota

    today = clock.today(admin.tenant.time_zone)
    row = QuotaRow(
        metric="signed_amount",
        person_id=admin.pk,
        start=today.replace(month=1, day=1),
        end=today.replace(year=today.year + 1, month=1, day=1),
        amount=Quota._meta.get_field("amount").to_python("500"),
    )
    return set_quota(row=row, by=admin)


def test_of_many_who_read_the_same_one_is_let_through(own_database: str) -> None:
    admin = make_admin()
    unit = make_unit("east", tenant=admin.tenant)
    _, secret = actions.make_token(person=admin, name="program", by=admin)
    address = f"{ORG}/units/{unit.pk}"

    def client() -> Client:
        return Client(headers={"Authorization": f"Bearer {secret}"})

    tag = client().get(address)["ETag"]

    def edit(number: int) -> int:
        try:
            status: int = put(client(), address, {"name": f"n{number}"}, tag).status_code
        finally:
            connections.close_all()
        return status

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(edit, range(12)))
    assert statuses == [200, *[412] * 11]
    assert JournalEntry.objects.filter(verb="unit.changed").count() == 1


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def seen_on(page: Any) -> str:
    return str(page.context["form"]["seen"].value())


def test_a_form_that_was_overtaken_says_what_stands_there_and_keeps_what_was_typed(
    admin: Person, unit: Unit
) -> None:
    client, address = browser_of(admin), f"/org/units/{unit.pk}/change/"
    seen = seen_on(client.get(address))
    typed = {"name": "typed", "kind": unit.kind, "parent": unit.parent_id, "seen": seen}
    actions.put_unit(tenant=admin.tenant, code="east", name="theirs", by=admin)
    refused = client.post(address, typed)
    assert refused.status_code == 422
    content = refused.content.decode()
    assert "其他人已保存了修改" in content
    assert "当前的值：theirs" in content
    assert 'value="typed"' in content
    unit.refresh_from_db()
    assert unit.name == "theirs"
    again = client.post(address, typed | {"seen": seen_on(refused)})
    assert again.status_code == 302
    unit.refresh_from_db()
    assert unit.name == "typed"


def test_a_form_is_not_refused_for_what_it_does_not_touch(admin: Person) -> None:
    client = browser_of(admin)
    seen = seen_on(client.get("/org/usage/"))
    actions.set_allowance(tenant=admin.tenant, said={"files_a_day": 9}, by=admin)
    typed = {"token_a_minute": 7, "person_a_minute": 8, "files_a_day": 9, "rows_a_day": 10}
    assert client.post("/org/usage/", typed | {"seen": seen}).status_code == 302
    stale = client.post("/org/usage/", typed | {"files_a_day": 5, "seen": seen})
    assert stale.status_code == 422
    assert sorted(stale.context["form"].errors) == ["__all__", "files_a_day"]
    assert Tenant.objects.get(pk=admin.tenant_id).allowance["files_a_day"] == 9


def test_history_is_offered_to_those_who_may_read_it(admin: Person, unit: Unit) -> None:
    link = f"/org/journal/?subject=org.unit:{unit.pk}"
    page = browser_of(admin).get(f"/org/units/{unit.pk}/").content.decode()
    assert link in page
    rep = make_person("lin", unit=unit)
    assert link not in browser_of(rep).get(f"/org/units/{unit.pk}/").content.decode()
    shown = browser_of(admin).get(link)
    assert {line.entry.verb for line in shown.context["page"].lines} == {"unit.added"}


def test_every_form_of_an_edit_brings_back_what_it_was_filled_with(admin: Person) -> None:
    client, person, quota = browser_of(admin), make_person("lin"), quota_of(admin)
    draft = hooks.WebhookDraft(name="n", url="https://hooks.example.com/", kinds=["task.done"])
    hook, _ = hooks.make_webhook(draft=draft, by=admin)
    pages = (
        "/org/settings/",
        "/org/usage/",
        f"/org/people/{person.pk}/change/",
        f"/goals/targets/{quota.pk}/change/",
        "/goals/market/model/",
        f"/goals/reasons/{diagnosis_lines(admin.tenant)[0].diagnosis.code}/change/",
        "/inbox/escalation/edit/",
        f"/webhooks/{hook.pk}/edit/",
    )
    shown = {page: client.get(page).content.decode().count('name="seen"') for page in pages}
    assert shown == dict.fromkeys(pages, 1)
