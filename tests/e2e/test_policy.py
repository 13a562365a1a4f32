"""The policy of content in a real browser: every menu walked, and nothing to complain of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.e2e.company import make_company
from tests.make import make_login, make_person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
REPORTED = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
INJECTED = """
() => new Promise((done) => {
  const script = document.createElement("script");
  script.src = "/static/web/theme.js";
  script.onload = () => done("ran");
  script.onerror = () => done("was blocked");
  document.body.append(script);
})
"""


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    return make_company(tmp_path)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url)
    context.add_init_script(REPORTED)
    yield context.new_page()
    context.close()


def hear(page: Page) -> list[str]:
    """Return the list into which goes whatever the browser complains of."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return complaints


def enter(page: Page, person: Person, address: str) -> None:
    """Sign somebody in without the page for it."""
    client = Client()
    client.force_login(make_login(person, f"as-{person.code}"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.clear_cookies()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def places(page: Page) -> set[str]:
    page.goto("/")
    links = page.locator("nav a[href^='/']")
    return {str(link.get_attribute("href")) for link in links.all()}


def test_no_page_of_any_menu_breaks_the_policy(
    page: Page, tenant: Tenant, live_server: LiveServer
) -> None:
    """Each role looks at its home, and at what no role before it had in its menu."""
    complaints = hear(page)
    unit = Unit.objects.get(tenant=tenant, name="华东")
    seen: set[str] = set()
    for role in sorted(set(Role) - {Role.INTEGRATION}):
        person = make_person(f"a {role.value}", unit=unit, role=role)
        enter(page, person, live_server.url)
        new = places(page) - seen
        for path in sorted(new):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
        seen |= new
    assert len(seen) >= 30
    assert complaints == []


def test_a_script_that_the_page_did_not_name_is_blocked(page: Page, tenant: Tenant) -> None:
    """Even a file of our own: what is put into a page afterwards has no number."""
    complaints = hear(page)
    page.goto("/accounts/login/")
    assert page.evaluate(INJECTED) == "was blocked"
    assert any("script-src" in each for each in complaints)
