"""What programs and exports may take: counted in one statement, told in every answer, refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.spreadsheet import workbook
from bihuan.base.taking import asked_by
from bihuan.org import actions
from bihuan.org.access import NotYourRole
from bihuan.org.actions.usage import forget_usage
from bihuan.org.domain.usage import AllowanceUnfit, ExportSpent
from bihuan.org.metering import count_by_token, take
from bihuan.org.models import Person, Usage
from bihuan.org.queries.usage import usage_lines
from tests.make import make_admin, make_login, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 27, 2, 0, 18, tzinfo=UTC)
ME = "/api/v1/org/me"


@pytest.fixture(autouse=True)
def _metered(settings: Settings) -> None:
    settings.USAGE_IS_METERED = True


@pytest.fixture
def admin() -> Person:
    return make_admin()


def program(person: Person) -> Client:
    _, secret = actions.make_token(person=person, name="feed", by=person)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def allow(admin: Person, **said: int) -> None:
    actions.set_allowance(tenant=admin.tenant, said=said, by=admin)


def test_each_answer_of_the_api_tells_what_is_left(admin: Person) -> None:
    client = program(admin)
    allow(admin, token_a_minute=2, person_a_minute=5)
    with clock.pretended(AT):
        first, second, third = (client.get(ME) for _ in range(3))
    policy = '"token";q=2;w=60, "person";q=5;w=60'
    for answer, left, of_person in ((first, 1, 4), (second, 0, 3), (third, 0, 2)):
        assert answer["RateLimit-Policy"] == policy
        assert answer["RateLimit"] == f'"token";r={left};t=42, "person";r={of_person};t=42'
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert third["Retry-After"] == "42"
    assert third.json()["code"] == "org.too_many_requests"
    with clock.pretended(AT + timedelta(seconds=42)):
        assert client.get(ME).status_code == 200


def test_all_tokens_of_a_person_are_counted_together(admin: Person) -> None:
    allow(admin, token_a_minute=2, person_a_minute=3)
    one, other, rep = program(admin), program(admin), program(make_person("lin"))
    with clock.pretended(AT):
        told = [each.get(ME).status_code for each in (one, one, other, other, rep)]
    assert told == [200, 200, 200, 429, 200]


def test_a_refused_deed_counts_though_it_is_undone(admin: Person) -> None:
    client = program(admin)
    with clock.pretended(AT):
        answer = client.post("/api/v1/facts", "{}", "application/json")
    assert answer.status_code in (400, 422)
    assert Usage.objects.get(meter="minute", token=None).count == 1


def test_counting_is_one_statement(admin: Person, settings: Settings) -> None:
    client = program(admin)
    client.get(ME)
    counted = {}
    for is_metered in (False, True):
        settings.USAGE_IS_METERED = is_metered
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(ME)
        counted[is_metered] = len(asked)
    assert counted[True] == counted[False] + 1


def test_who_is_not_known_counts_for_nobody(admin: Person) -> None:
    answer = Client(headers={"Authorization": "Bearer bh_nothing"}).get(ME)
    assert (answer.status_code, "RateLimit" in answer) == (401, False)
    assert not Usage.objects.exists()


def test_pages_are_not_counted(admin: Person) -> None:
    client = Client()
    client.force_login(make_login(admin))
    allow(admin, token_a_minute=1, person_a_minute=1)
    with clock.pretended(AT):
        assert [client.get("/org/people/").status_code for _ in range(3)] == [200] * 3
        assert [client.get(ME).status_code for _ in range(2)] == [200, 429]


def test_exports_are_counted_by_file_and_row_and_refused_whole(admin: Person) -> None:
    client = Client()
    client.force_login(make_login(admin))
    allow(admin, files_a_day=2, rows_a_day=5)
    make_person("lin")
    with clock.pretended(AT):
        told = [client.get("/org/people/export.xlsx").status_code for _ in range(3)]
        assert told == [200, 200, 429]
        refused = client.get("/org/people/export.xlsx")
        assert "今天的导出额度已用完" in refused.content.decode()
        assert refused["Retry-After"] == str(13 * 3600 + 59 * 60 + 42)  # Until midnight there.
        [line] = usage_lines(admin.tenant)
        assert (line.person, line.files, line.rows) == (admin, 2, 4)
    with clock.pretended(AT + timedelta(hours=14)):  # Midnight in Shanghai is at 16:00.
        take(person=admin, rows=5)
        assert Usage.objects.get(meter="rows", began_at__gt=AT).count == 5


def test_a_file_of_too_many_rows_takes_nothing_of_the_rest(admin: Person) -> None:
    allow(admin, rows_a_day=10)
    admin.tenant.refresh_from_db()
    take(person=admin, rows=6)
    with pytest.raises(ExportSpent):
        take(person=admin, rows=5)
    with pytest.raises(ExportSpent):
        take(person=make_person("lin", tenant=admin.tenant), rows=11)
    take(person=admin, rows=4)
    assert list(Usage.objects.order_by("meter").values_list("meter", "count")) == [
        ("files", 2),
        ("rows", 10),
    ]


def test_a_workbook_that_nobody_asked_for_is_free(admin: Person) -> None:
    workbook("t", ["a"], [[1], [2]])
    assert not Usage.objects.exists()
    request = type("Request", (), {"person": admin})()
    with asked_by(request):
        workbook("t", ["a"], [[1], [2]])
    assert Usage.objects.get(meter="rows").count == 2


def test_a_file_that_is_no_workbook_counts_and_the_api_says_when_to_come_back(
    admin: Person,
) -> None:
    client = program(admin)
    allow(admin, files_a_day=1)
    with clock.pretended(AT):
        answers = [client.get("/api/v1/playbooks/bundle") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    assert answers[1].json()["code"] == "org.export_spent"
    assert answers[1]["Retry-After"] == str(13 * 3600 + 59 * 60 + 42)
    assert Usage.objects.get(meter="files").count == 1


def test_limits_are_set_by_administrators_and_told(admin: Person) -> None:
    rep = make_person("lin")
    with pytest.raises(NotYourRole):
        actions.set_allowance(tenant=admin.tenant, said={"files_a_day": 1}, by=rep)
    with pytest.raises(AllowanceUnfit):
        allow(admin, files_a_day=0)
    client = Client()
    client.force_login(make_login(admin))
    typed = {"token_a_minute": 7, "person_a_minute": 8, "files_a_day": 9, "rows_a_day": 10}
    assert client.post("/org/usage/", typed).status_code == 302
    told = client.get("/api/v1/org/usage").json()
    assert told["allowed"] == typed
    page = client.get("/org/usage/")
    assert page.context["form"].initial == typed
    said = json.dumps({"rows_a_day": 11})
    changed = client.put("/api/v1/org/usage", said, "application/json")
    assert changed.json() == {**typed, "rows_a_day": 11}
    assert client.post("/org/usage/", {**typed, "files_a_day": 0}).status_code == 422


def test_counters_go_after_thirty_days(admin: Person) -> None:
    with clock.pretended(AT):
        program(admin).get(ME)
    with clock.pretended(AT + timedelta(days=29)):
        assert forget_usage() == 0
    with clock.pretended(AT + timedelta(days=31)):
        assert forget_usage() == 3


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_are_all_counted() -> None:
    admin = make_admin()
    _, secret = actions.make_token(person=admin, name="feed", by=admin)

    def once(_: int) -> int:
        try:
            counted = count_by_token(secret, AT)
            assert counted is not None
            return counted.stood[0].used
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(once, range(80))) == list(range(1, 81))
