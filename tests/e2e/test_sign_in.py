"""Signing in by what one has: a passkey of the machine, an app on a phone, a code on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.company import PASSWORD, make_company
from tests.e2e.looking import audited
from tests.e2e.test_policy import hear
from tests.e2e.test_walk import PICTURES
from tests.test_second_factor import code_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 375, "height": 812}
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, tmp_path: Path) -> Iterator[Page]:
    make_company(tmp_path)
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]  # two sizes
    yield context.new_page()
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "boss")
    say_who_one_is(page)


def say_who_one_is(page: Page) -> None:
    before = page.url
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/")
    expect(page).to_have_url("/accounts/login/?next=/")


def look(page: Page) -> None:
    """Check a page of a phone: nothing hangs out, and what reads it aloud can read it."""
    if PICTURES:
        name = page.url.split("/", 3)[3].partition("?")[0].strip("/").replace("/", "-")
        page.screenshot(path=f"{PICTURES}/sign-in-{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = audited(page)
    assert found.violations_count == 0, found.generate_report()


def authenticator(page: Page) -> CDPSession:
    """Give the browser a passkey of its own, as a phone or a laptop has one."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session


def test_a_passkey_is_set_up_and_opens_the_door_by_itself(page: Page) -> None:
    complaints = hear(page)
    authenticator(page)
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    say_who_one_is(page)
    page.fill("input[name=name]", "公司电脑")
    page.check("input[name=passwordless]")
    look(page)
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url("/accounts/2fa/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("公司电脑")
    look(page)
    sign_out(page)
    look(page)
    page.click("#passkey_login")
    expect(page).to_have_url("/")
    expect(page.locator("main h1")).to_be_visible()
    assert complaints == []


def test_on_a_phone_an_app_and_then_a_code_on_paper_let_one_in(page: Page) -> None:
    complaints = hear(page)
    sign_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    say_who_one_is(page)
    secret = page.locator("#authenticator_secret").input_value()
    look(page)
    page.fill("input[name=code]", code_of(secret))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url("/accounts/2fa/totp/activate/")
    page.goto("/accounts/2fa/recovery-codes/")
    look(page)
    codes = page.locator("#recovery_codes").input_value().split()
    sign_out(page)
    sign_in(page)
    expect(page).to_have_url("/accounts/2fa/authenticate/")
    look(page)
    page.fill("input[name=code]", "wrong")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/accounts/2fa/authenticate/")
    page.fill("input[name=code]", codes[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url("/")
    assert complaints == []
