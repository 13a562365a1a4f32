"""A company whose term is over: every door refuses to change it, and reading goes on."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs.registry import known_jobs, require_may_run
from bihuan.base.models import ScheduleMark
from bihuan.org import actions
from bihuan.org.models import Person, Tenant, Unit
from bihuan.org.standing import ReadOnly
from bihuan.privacy.models import Petition, Subject
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def admin(tenant: Tenant) -> Person:
    return make_admin()


@pytest.fixture
def over(tenant: Tenant, admin: Person) -> Tenant:
    """Return the company with its trial over."""
    robot = actions.robot_of(tenant)
    actions.begin_trial(tenant=tenant, by=robot)
    actions.end_trial(tenant=tenant, by=robot)
    return tenant


@pytest.fixture
def visitor(admin: Person) -> Client:
    client = Client()
    client.force_login(make_login(admin))
    return client


def test_a_page_that_would_change_something_says_what_to_do(over: Tenant, visitor: Client) -> None:
    before = digest_of_tables()
    answer = visitor.post(
        "/org/units/add/", {"code": "e", "name": "e", "kind": "team", "parent": ""}
    )
    assert answer.status_code == 409
    assert "org.read_only" in answer.content.decode()
    assert digest_of_tables() == before
    part = visitor.post("/org/units/add/", {"code": "e"}, headers={"HX-Request": "true"})
    assert part.status_code == 409


def test_the_api_refuses_by_session_and_by_token(tenant: Tenant, admin: Person) -> None:
    robot = actions.robot_of(tenant)
    actions.begin_trial(tenant=tenant, by=robot)
    _token, secret = actions.make_token(person=admin, name="t", by=admin)
    visitor = Client()
    visitor.force_login(make_login(admin))
    actions.end_trial(tenant=tenant, by=robot)
    body = json.dumps({"code": "e", "name": "e"})
    by_token = Client(headers={"Authorization": f"Bearer {secret}"})
    for client in (by_token, visitor):
        answer = client.post("/api/v1/org/units", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "org.read_only")
        assert client.get("/api/v1/org/units").status_code == 200
    assert not Unit.objects.filter(code="e").exists()


def test_reading_exporting_signing_in_and_out_go_on(over: Tenant, visitor: Client) -> None:
    for path in ("/", "/org/people/", "/org/people/export.xlsx", "/company/plan/"):
        assert visitor.get(path).status_code == 200, path
    assert "只读" in visitor.get("/").content.decode()
    assert visitor.post("/look/", {"theme": "dark"}).status_code == 302
    assert visitor.post("/accounts/logout/").status_code == 302


def test_what_the_law_asks_for_and_keeping_people_out_go_on(
    tenant: Tenant, visitor: Client, admin: Person
) -> None:
    rep, robot = make_person("lin"), actions.robot_of(tenant)
    make_login(rep)
    actions.begin_trial(tenant=tenant, by=robot)
    actions.end_trial(tenant=tenant, by=robot)
    asked = visitor.post(f"/privacy/people/{rep.pk}/erase/", {"reason": "left"})
    assert asked.status_code == 302
    assert Petition.objects.filter(asked_by=admin).count() == 1
    assert visitor.post(f"/org/people/{rep.pk}/sign-out/").status_code == 302
    refused = visitor.post("/privacy/mine/", {"mobile": "13800138000"})
    assert (refused.status_code, Subject.objects.filter(person=admin).exists()) == (422, False)


def test_schedules_pause_and_jobs_are_refused(over: Tenant) -> None:
    make_tenant("other")
    actions.start_due_jobs()
    marked = set(ScheduleMark.objects.exclude(tenant=None).values_list("tenant__code", flat=True))
    assert marked == {"other"}
    assert not ProcrastinateJob.objects.filter(args__tenant=over.pk).exists()
    with pytest.raises(ReadOnly):
        require_may_run(known_jobs()["rules.evaluate"], over.pk)
    require_may_run(known_jobs()["inbox.send"], over.pk)


def test_the_page_of_the_plan_tells_admins_what_is_used(over: Tenant, visitor: Client) -> None:
    page = visitor.get("/company/plan/").content.decode()
    assert "套餐与用量" in page
    assert "acme" in page
    assert visitor.get("/company/plan/export.xlsx").status_code == 200
