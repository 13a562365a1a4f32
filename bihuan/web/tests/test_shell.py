"""The shell of every page: who is shown what, in which language and colours, and how safely."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bihuan.org.domain.role import Role
from bihuan.org.models import Login, Person
from bihuan.web.context import PLACES
from tests.digest import digest_of_tables
from tests.make import make_login, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"""\sstyle=|\son[a-z]+=|hx-on|"js:|<style|<script(?![^>]*(src=|json))""")
DOOR = "/accounts/login/"
POLICY = "Content-Security-Policy"


def signed_in(client: Client, role: Role | None = Role.ADMIN, name: str = "陈思远") -> Person:
    person = make_person(name, role=role)
    client.force_login(make_login(person))
    return person


def shown(client: Client, path: str = "/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def built(route: str) -> str | None:
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTEGRATION])
def test_the_navigation_shows_a_role_its_places_and_no_other(client: Client, role: Role) -> None:
    signed_in(client, role)
    links = set(re.findall(r'<li><a href="([^"]+)"', shown(client)))
    for _, places in PLACES:
        for place in places:
            url = built(place.route)
            if url is not None:
                assert (url in links) == (role in place.roles), place.route


def test_the_page_one_is_on_is_marked_once_in_each_navigation(client: Client) -> None:
    person = signed_in(client)
    page = shown(client, reverse("org:person", args=[person.pk]))
    people = reverse("org:people")
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == [people]


@pytest.mark.parametrize("path", ["/", "/search/", "/search/?q=x", "/preferences/", "/nowhere/"])
def test_no_page_carries_inline_code_or_styles(client: Client, path: str) -> None:
    signed_in(client)
    answer = client.get(path)
    assert INLINE.findall(answer.content.decode()) == []
    policy = answer[POLICY]
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def directives(policy: str) -> dict[str, str]:
    """Return what each directive of a policy allows."""
    parts = [part.partition(" ") for part in policy.split("; ")]
    return {name: allowed for name, _, allowed in parts}


def test_only_scripts_that_this_very_page_names_may_run(client: Client) -> None:
    signed_in(client)
    numbers: set[str] = set()
    for visitor, path in ((client, "/"), (client, "/"), (client, "/nowhere/"), (Client(), DOOR)):
        answer = visitor.get(path)
        allowed = directives(answer[POLICY])
        [number] = re.findall(r"^'nonce-([A-Za-z0-9+/=]{22,})'$", allowed["script-src"])
        numbers.add(number)
        scripts = re.findall(r"<script(?![^>]*json)[^>]*>", answer.content.decode())
        assert len(scripts) >= 3
        assert all(f'nonce="{html.escape(number)}"' in script for script in scripts)
        none = ("default-src", "object-src", "base-uri", "frame-ancestors", "script-src-attr")
        assert {allowed[name] for name in none} == {"'none'"}
        assert allowed["form-action"] == "'self'"
    assert len(numbers) == 4, "a number is drawn for each answer"


def test_a_page_that_names_no_script_runs_none(client: Client) -> None:
    assert directives(client.get("/health/live")[POLICY])["script-src"] == ""


def test_a_login_of_two_companies_can_switch_and_sees_no_third(client: Client) -> None:
    here = make_person("陈思远", tenant=make_tenant("here", name="启航"), role=Role.ADMIN)
    there = make_person("陈思远", tenant=make_tenant("there", name="北山"), role=Role.ADMIN)
    make_tenant("other", name="东河")
    login = make_login(here, "chen")
    make_login(there, "chen")
    client.force_login(login)
    page = shown(client)
    assert "启航" in page
    assert "北山" in page
    assert "东河" not in page
    client.post(reverse("org:switch_tenant"), {"tenant": here.tenant_id, "next": "/"})
    assert client.session["tenant"] == here.tenant_id


def test_a_login_of_one_company_has_nothing_to_switch(client: Client) -> None:
    signed_in(client)
    assert reverse("org:switch_tenant") not in shown(client)


def test_the_heading_is_the_title_and_what_a_name_holds_stays_text(client: Client) -> None:
    signed_in(client, name="</title><script>x</script>")
    page = shown(client)
    assert "<script>x" not in page
    assert page.count("</title>") == 1
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title is not None
    assert "你好" in title[1]
    assert "闭环" in title[1]


def test_pages_are_chinese_until_somebody_says_english(client: Client) -> None:
    person = signed_in(client)
    client.post("/look/", {"language": "en", "next": "/search/"})
    page = shown(client)
    assert '<html lang="en"' in page
    assert "Hello, 陈思远" in page
    login = Login.objects.get(people=person)
    assert (login.language, login.theme) == ("en", "auto")
    client.post("/accounts/logout/")
    assert '<html lang="en"' in shown(client, "/accounts/login/")


def test_a_browser_that_asks_for_english_still_gets_chinese_first(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans"' in answer.content.decode()
    assert answer["Content-Language"] == "zh-hans"


def test_the_theme_is_in_the_page_before_any_script_runs(client: Client) -> None:
    signed_in(client)
    assert 'data-theme="auto" data-bs-theme="light"' in shown(client)
    client.post("/look/", {"theme": "dark"})
    assert 'data-theme="dark" data-bs-theme="dark"' in shown(client)


def test_the_theme_of_a_stranger_is_kept_in_a_cookie(client: Client) -> None:
    client.post("/look/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in shown(client, "/accounts/login/")
    assert client.cookies["theme"]["httponly"]


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [("/search/?q=x", "/search/?q=x"), ("https://elsewhere.example/", "/"), ("//x.example", "/")],
)
def test_a_change_of_look_leads_back_to_a_page_of_ours(
    client: Client, asked: str, led_to: str
) -> None:
    signed_in(client)
    assert client.post("/look/", {"theme": "dark", "next": asked})["Location"] == led_to


@pytest.mark.parametrize("sent", [{"theme": "pink"}, {"language": "xx"}])
def test_an_unknown_look_is_refused_and_changes_nothing(
    client: Client, sent: dict[str, str]
) -> None:
    signed_in(client)
    before = digest_of_tables()
    assert client.post("/look/", sent).status_code == 400
    assert digest_of_tables() == before


@pytest.mark.parametrize("path", ["/", "/search/", "/preferences/"])
def test_who_is_not_signed_in_is_sent_to_the_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_manager_of_an_empty_company_is_told_what_will_be_here(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    assert "还没有与你有关的记录" in shown(client)


def test_an_administrator_of_an_empty_company_is_told_what_to_do(client: Client) -> None:
    signed_in(client)
    make_unit("苏州一组")
    assert "三步看到第一个数字" in shown(client)


def test_the_menu_is_in_the_language_of_each_page(client: Client) -> None:
    """It is written once in a process for all who have the same roles."""
    login = make_login(make_person("陈思远", role=Role.ADMIN))
    client.force_login(login)
    for language, word in (
        ("en", "Target cycles"),
        ("zh-hans", "目标周期"),
        ("en", "Target cycles"),
    ):
        Login.objects.filter(pk=login.pk).update(language=language)
        assert f"</svg>{word}</a></li>" in shown(client)
