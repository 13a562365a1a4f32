"""The pages of the organisation: what they show, to whom, and at what price."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from bihuan.org import actions
from bihuan.org.domain.role import Role
from bihuan.org.models import ApiToken, Assignment, Login, Person, Tenant, Unit
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Person:
    """Sign an administrator in."""
    admin = make_admin()
    client.force_login(make_login(admin))
    return admin


def sign_in(client: Client, person: Person) -> None:
    client.force_login(make_login(person))


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_tree_shows_heads_and_counts(client: Client, admin: Person) -> None:
    east = make_unit("华东大区", kind="region")
    team = make_unit("苏州一组", under=east)
    make_person("王总", unit=east, role=Role.MANAGER)
    make_person("林一", unit=team)
    make_person("林二", unit=team)
    page = shown(client, "/org/")
    assert "华东大区" in page
    assert "王总" in page
    assert "3 人" in page
    assert "2 人" in page


def test_the_tree_of_a_day_counts_who_sat_there_then(client: Client, admin: Person) -> None:
    east = make_unit("east")
    lin = make_person("lin", unit=east, since=date(2026, 1, 1))
    actions.move_person(person=lin, to=make_unit("west"), on=date(2026, 3, 1), by=admin)
    then = shown(client, f"/org/units/{east.pk}/?on=2026-02-28")
    now = shown(client, f"/org/units/{east.pk}/?on=2026-03-01")
    assert "这一天没有人坐在这里" not in then
    assert "这一天没有人坐在这里" in now
    assert "lin" in now, "as one who sat here before"


def test_nonsense_for_a_day_means_today(client: Client, admin: Person) -> None:
    shown(client, "/org/?on=yesterday")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("单", {"单雄信"}),
        ("sxx", {"单雄信"}),
        ("shan", {"单雄信"}),
        ("SXX", {"单雄信"}),
        ("7", {"单雄信"}),
        ("anna", {"Anna Snelling"}),
        ("xyz", set()),
        ("%", set()),
        ("\0", {"单雄信", "Anna Snelling", "admin"}),
    ],
)
def test_people_are_found_by_name_pinyin_initials_and_code(
    client: Client, admin: Person, typed: str, found: set[str]
) -> None:
    tenant = make_tenant()
    actions.put_people(
        tenant=tenant, names={"7": "单雄信", "8": "Anna Snelling"}, by=actions.robot_of(tenant)
    )
    answer = client.get("/org/people/", {"q": typed})
    assert {line.person.name for line in answer.context["lines"]} == found


def test_people_are_filtered_by_unit_role_and_standing(client: Client, admin: Person) -> None:
    east = make_unit("east")
    team = make_unit("team", under=east)
    make_person("boss", unit=east, role=Role.MANAGER)
    make_person("lin", unit=team)
    make_person("gone", unit=team)
    actions.deactivate_person(person=Person.objects.get(code="gone"), on=date(2026, 1, 1), by=admin)

    def names(**asked: str | int) -> list[str]:
        answer = client.get("/org/people/", asked)
        return [line.person.name for line in answer.context["lines"]]

    assert names() == ["admin", "boss", "lin"]
    assert names(unit=east.pk) == ["boss", "lin"]
    assert names(unit=team.pk) == ["lin"]
    assert names(role="manager") == ["boss"]
    assert names(unit=team.pk, role="manager") == []
    assert names(standing="left") == ["gone"]
    assert names(standing="all") == ["admin", "boss", "gone", "lin"]
    assert names(unit="x", role="y", standing="z", page="w") == ["admin", "boss", "lin"]


def test_a_filter_does_not_tell_what_is_hidden(client: Client) -> None:
    """Lin once sat with the boss and now manages elsewhere: the boss may not find that out."""
    east, west = make_unit("east"), make_unit("west")
    boss = make_person("boss", unit=east, role=Role.MANAGER)
    lin = make_person("lin", unit=east, since=date(2026, 1, 1))
    actions.move_person(
        person=lin, to=west, on=date(2026, 2, 1), role=Role.MANAGER, by=make_admin()
    )
    sign_in(client, boss)
    by_role = client.get("/org/people/", {"role": "manager"}).context["lines"]
    assert [line.person for line in by_role] == [boss]
    page = shown(client, f"/org/people/{lin.pk}/")
    assert "在其他部门" in page
    assert "west" not in page


def test_people_are_paged_by_fifty(client: Client, admin: Person) -> None:
    tenant = make_tenant()
    names = {str(number): f"p{number:03}" for number in range(120)}
    actions.put_people(tenant=tenant, names=names, by=admin)
    sizes = [
        len(client.get("/org/people/", {"page": page}).context["lines"]) for page in (1, 2, 3, 99)
    ]
    assert sizes == [50, 50, 21, 21]


def test_the_export_holds_what_is_shown_and_no_formula(client: Client, admin: Person) -> None:
    evil = ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"]
    tenant = make_tenant()
    names = {f"c{number}": name for number, name in enumerate(evil)}
    actions.put_people(tenant=tenant, names=names, by=admin)
    answer = client.get("/org/people/export.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[1].value for row in rows} == {f"'{name}" for name in evil} | {"admin"}
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}


def test_a_person_is_added_with_a_seat(client: Client, admin: Person) -> None:
    east = make_unit("east")
    form = {"code": "7", "name": "林一", "unit": east.pk, "role": "rep", "valid_from": "2026-01-01"}
    answer = client.post("/org/people/add/", form)
    lin = Person.objects.get(code="7")
    assert answer.headers["Location"] == f"/org/people/{lin.pk}/"
    seat = Assignment.objects.get(person=lin)
    assert (seat.unit, seat.is_home, seat.valid_from) == (east, True, date(2026, 1, 1))


def test_a_refusal_is_said_on_the_form_in_chinese(client: Client, admin: Person) -> None:
    east = make_unit("east")
    before = digest_of_tables()
    form = {
        "code": "admin",
        "name": "x",
        "unit": east.pk,
        "role": "rep",
        "valid_from": "2026-01-01",
    }
    answer = client.post("/org/people/add/", form)
    assert answer.status_code == 422
    assert "已经有工号为“admin”的人了" in answer.content.decode()
    assert digest_of_tables() == before


def test_units_are_added_renamed_and_moved(client: Client, admin: Person) -> None:
    east = make_unit("east")
    client.post("/org/units/add/", {"code": "t", "name": "组", "kind": "team", "parent": east.pk})
    team = Unit.objects.get(code="t")
    assert team.parent == east
    west = make_unit("west")
    client.post(
        f"/org/units/{team.pk}/change/", {"name": "一组", "kind": "store", "parent": west.pk}
    )
    team.refresh_from_db()
    assert (team.name, team.kind, team.parent) == ("一组", "store", west)
    refused = client.post(
        f"/org/units/{west.pk}/change/", {"name": "west", "kind": "team", "parent": team.pk}
    )
    assert refused.status_code == 422
    assert "不能放到自己下面" in refused.content.decode()


def test_a_person_is_moved_promoted_and_let_go(client: Client, admin: Person) -> None:
    east, west = make_unit("east"), make_unit("west")
    lin = make_person("lin", unit=east, since=date(2026, 1, 1))
    client.post(f"/org/people/{lin.pk}/move/", {"to": west.pk, "on": "2026-03-01", "role": ""})
    form = {"unit": west.pk, "role": "hrbp", "valid_from": "2026-03-01"}
    client.post(f"/org/people/{lin.pk}/seats/", form)
    hrbp = Assignment.objects.get(person=lin, role="hrbp")
    client.post(f"/org/seats/{hrbp.pk}/end/", {"on": "2026-04-01"})
    client.post(f"/org/people/{lin.pk}/leave/", {"on": "2026-05-01"})
    seats = Assignment.objects.filter(person=lin).values_list("unit__code", "role", "valid_to")
    assert list(seats) == [
        ("east", "rep", date(2026, 3, 1)),
        ("west", "rep", date(2026, 5, 1)),
        ("west", "hrbp", date(2026, 4, 1)),
    ]


def test_a_password_is_shown_once_and_opens(client: Client, admin: Person) -> None:
    lin = make_person("lin")
    answer = client.post(f"/org/people/{lin.pk}/login/", {"username": "lin"})
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert Client().login(username="lin", password=password)
    again = client.post(f"/org/people/{lin.pk}/login/", {})
    assert Client().login(username="lin", password=again.context["password"])
    assert not Client().login(username="lin", password=password)
    assert password not in shown(client, f"/org/people/{lin.pk}/")


def test_a_token_is_shown_once_and_revoked(client: Client) -> None:
    sign_in(client, make_person("lin"))
    answer = client.post("/org/tokens/", {"name": "报表程序", "scopes": ["*:read"]})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    page = shown(client, "/org/tokens/")
    assert secret not in page
    assert "报表程序" in page
    client.post(f"/org/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert "报表程序" not in shown(client, "/org/tokens/")
    assert actions.use_token(secret) is None


def test_the_tenant_is_switched_only_to_one_that_is_open(client: Client) -> None:
    home, second, closed = make_tenant(), make_tenant("second"), make_tenant("closed")
    login = Login.objects.create(username="lin")
    for tenant in (home, second):
        person = make_person("lin", tenant=tenant)
        person.login = login
        person.save()
    client.force_login(login)
    for tenant, status in [(second, 302), (home, 302), (closed, 404)]:
        answer = client.post("/org/tenant/", {"tenant": tenant.pk, "next": "/org/"})
        assert answer.status_code == status
    assert client.session["tenant"] == home.pk
    client.post("/org/tenant/", {"tenant": second.pk})
    assert client.get("/api/v1/org/me").json()["tenant"]["code"] == "second"
    outside = client.post("/org/tenant/", {"tenant": home.pk, "next": "https://evil.example/"})
    assert outside.headers["Location"] == "/"
    for nonsense in ("", "x", "-1", str(2**70)):
        assert client.post("/org/tenant/", {"tenant": nonsense}).status_code == 404


def test_settings_are_an_admins(client: Client, admin: Person) -> None:
    form = {
        "name": "Acme",
        "currency": "USD",
        "fiscal_start_month": 4,
        "day_count": "plain",
        "time_zone": "Europe/Amsterdam",
    }
    assert client.post("/org/settings/", form).status_code == 302
    tenant = Tenant.objects.get()
    assert (tenant.currency, tenant.fiscal_start_month) == ("USD", 4)
    assert client.post("/org/settings/", form | {"time_zone": "Mars"}).status_code == 422


def test_a_login_without_an_open_person_is_told_so(client: Client) -> None:
    gone = make_person("gone")
    gone.ended_on = date(2026, 1, 1)
    gone.save()
    sign_in(client, gone)
    assert "没有对你开放的公司" in shown(client, "/org/", 403)
    assert client.get("/api/v1/org/me").status_code == 401


def test_a_program_works_by_token_only(client: Client) -> None:
    feed = make_person("feed", role=Role.INTEGRATION)
    _token, secret = actions.make_token(person=feed, name="feed", by=feed)
    sign_in(client, feed)
    assert client.get("/org/").status_code == 403
    assert client.get("/api/v1/org/me").status_code == 401
    answer = Client().get("/api/v1/org/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["person"]["roles"] == ["integration"]


def test_forms_are_in_english_too(client: Client, admin: Person) -> None:
    login = admin.login
    assert login is not None
    login.language = "en"
    login.save()
    assert "Add a person" in shown(client, "/org/people/add/")


STATEMENTS = {
    "/org/": 7,
    "/org/units/{unit}/": 11,
    "/org/people/": 9,
    "/org/people/export.xlsx": 6,
    "/org/people/{person}/": 9,
}
"""One of them is the bell's, on every page with the shell."""


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_page_takes_a_fixed_number_of_statements(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    top = make_unit("top")
    boss = make_person("boss", unit=top, role=Role.MANAGER)
    units = [make_unit(f"u{number}", under=top) for number in range(12)]
    people = [make_person(f"p{number}", unit=units[number % 12]) for number in range(40)]
    sign_in(client, boss)
    address = path.format(unit=top.pk, person=people[0].pk)
    shown(client, "/org/tokens/")
    with django_assert_num_queries(STATEMENTS[path]):
        assert client.get(address).status_code == 200
