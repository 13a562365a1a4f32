"""The organisation for programs: the same deeds, the same refusals."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bihuan.org import actions
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
API = "/api/v1/org"


class Program:
    """Calls the API by token and JSON."""

    def __init__(self, person: Person) -> None:
        _token, secret = actions.make_token(person=person, name="test", by=person)
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, status: int = 200) -> object:
        answer = self.client.get(API + path)
        assert answer.status_code == status, answer.content
        return answer.json()

    def send(self, method: str, path: str, status: int, **body: object) -> dict[str, object]:
        answer = self.client.generic(
            method, API + path, _json(body), content_type="application/json"
        )
        assert answer.status_code == status, answer.content
        return {} if status == 204 else dict(answer.json())


def _json(body: dict[str, object]) -> str:
    import json

    return json.dumps(body, default=str)


def test_a_whole_life_by_program() -> None:
    program = Program(make_admin())
    east = program.send("POST", "/units", 201, code="east", name="East", kind="region")
    team = program.send("POST", "/units", 201, code="team", name="Team", parent=east["id"])
    assert team["parent"] == east["id"]
    lin = program.send("POST", "/people", 201, code="7", name="林一")
    seat = program.send(
        "POST",
        "/assignments",
        201,
        person=lin["id"],
        unit=team["id"],
        role="rep",
        valid_from="2026-01-01",
    )
    assert seat["is_home"] is True
    moved = program.send("POST", f"/people/{lin['id']}/move", 200, to=east["id"], on="2026-03-01")
    hrbp = program.send("POST", "/assignments", 201, person=lin["id"], unit=team["id"], role="hrbp")
    program.send("POST", f"/assignments/{hrbp['id']}/end", 200, on="2026-04-01")
    opened = program.send("POST", f"/people/{lin['id']}/login", 201, username="lin")
    assert Client().login(username="lin", password=str(opened["password"]))
    full = program.get(f"/people/{lin['id']}")
    assert isinstance(full, dict)
    assert full["unit"] == east["id"]
    assert [(s["unit"], s["role"], s["valid_from"], s["valid_to"]) for s in full["seats"]] == [
        (east["id"], "rep", "2026-03-01", None),
        (team["id"], "rep", "2026-01-01", "2026-03-01"),
        (team["id"], "hrbp", "1990-01-01", "2026-04-01"),
    ]
    assert moved["unit"] == east["id"]
    program.send("PUT", f"/units/{team['id']}", 200, name="Team 1")
    program.send("PUT", f"/people/{lin['id']}", 200, name="林二")
    left = program.send("POST", f"/people/{lin['id']}/leave", 200, on="2026-05-01")
    assert (left["name"], left["ended_on"]) == ("林二", "2026-05-01")


def test_the_tree_says_who_leads_and_how_many_sit_there() -> None:
    east = make_unit("east")
    team = make_unit("team", under=east)
    boss = make_person("boss", unit=east, role=Role.MANAGER)
    make_person("lin", unit=team)
    rows = Program(boss).get("/units")
    assert isinstance(rows, list)
    assert [
        (row["code"], row["depth"], row["parent"], row["heads"], row["people_count"])
        for row in rows
    ] == [("east", 0, None, [boss.pk], 2), ("team", 1, east.pk, [], 1)]


def test_me_says_what_one_sees() -> None:
    east, west = make_unit("east"), make_unit("west")
    boss = make_person("boss", unit=east, role=Role.MANAGER)
    actions.assign(person=boss, unit=west, role=Role.HRBP, by=actions.robot_of(east.tenant))
    me = Program(boss).get("/me")
    assert isinstance(me, dict)
    assert (me["manages"], me["sees_figures_of"], me["sees_tenant"]) == (
        [east.pk],
        [west.pk],
        False,
    )


def test_people_are_searched_and_paged() -> None:
    admin = make_admin()
    actions.put_people(
        tenant=admin.tenant, names={str(n): f"林{n:03}" for n in range(60)}, by=admin
    )
    program = Program(admin)
    page = program.get("/people?q=lin&page=2")
    assert isinstance(page, dict)
    assert (page["count"], page["page"], page["pages"], len(page["items"])) == (60, 2, 2, 10)
    program.get("/people?unit=999999", 404)


def test_a_token_is_made_listed_and_revoked() -> None:
    program = Program(make_person("lin"))
    made = program.send("POST", "/tokens", 201, name="import")
    assert str(made["token"]).startswith("bh_")
    listed = program.get("/tokens")
    assert isinstance(listed, list)
    assert {row["name"] for row in listed} == {"test", "import"}
    assert "token" not in listed[0]
    program.send("DELETE", f"/tokens/{made['id']}", 204)
    program.send("DELETE", f"/tokens/{10**6}", 404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/units", {"code": "x"}),
        ("POST", "/units", {"code": "x", "name": "x", "kind": "planet"}),
        ("POST", "/units", {"code": "x", "name": "x", "parent": 2**63}),
        ("POST", "/units", {"code": "x", "name": "a\0b"}),
        ("POST", "/people", {"code": "", "name": "x"}),
        ("POST", "/people", {"code": "x" * 61, "name": "x"}),
        ("POST", "/assignments", {"person": 1, "unit": 1, "role": "king"}),
        ("POST", "/tokens", {"name": ""}),
        ("POST", "/tokens", {"name": "x", "expires_on": "2001-01-01"}),
        ("PUT", "/tenant", {"fiscal_start_month": 13}),
    ],
)
def test_nonsense_is_422_and_changes_nothing(
    method: str, path: str, body: dict[str, object]
) -> None:
    program = Program(make_admin())
    program.get("/me")
    before = digest_of_tables()
    program.send(method, path, 422, **body)
    assert digest_of_tables() == before


def test_a_session_must_bring_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_login(make_admin()))
    before = digest_of_tables()
    body = {"code": "x", "name": "x"}
    refused = client.post(f"{API}/people", body, content_type="application/json")
    assert refused.status_code == 403
    assert digest_of_tables() == before
    client.get("/org/people/add/")
    token = client.cookies["csrftoken"].value
    done = client.post(
        f"{API}/people", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert done.status_code == 201


@pytest.mark.parametrize("value", ["Bearer x", "Bearer ", "Basic eDp4", "bh_x", ""])
def test_who_says_nothing_true_is_401_also_when_posting(value: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": value})
    make_tenant()
    before = digest_of_tables()
    assert client.get(f"{API}/me").status_code == 401
    posted = client.post(f"{API}/people", {"code": "x"}, content_type="application/json")
    assert posted.status_code == 401
    assert digest_of_tables() == before


def test_what_the_page_does_the_api_does(client: Client) -> None:
    east, west = make_unit("east"), make_unit("west")
    one, two = (make_person(name, unit=east, since=date(2026, 1, 1)) for name in ("one", "two"))
    admin = make_admin()
    client.force_login(make_login(admin))
    client.post(f"/org/people/{one.pk}/move/", {"to": west.pk, "on": "2026-03-01", "role": ""})
    Program(admin).send("POST", f"/people/{two.pk}/move", 200, to=west.pk, on="2026-03-01")

    def seats(person: Person) -> list[tuple[object, ...]]:
        held = Assignment.objects.filter(person=person)
        return list(held.values_list("unit", "role", "is_home", "valid_from", "valid_to"))

    assert seats(one) == seats(two)
