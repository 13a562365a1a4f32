"""The first loop in a real browser: sign in, heat map, cell, facts, source row, metric card."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.company import PASSWORD, make_company
from tests.e2e.looking import Traffic, audited, come_to_rest

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("E2E_PICTURES")
SIZES = {"desktop": (1440, 900), "phone": (375, 812)}
SCHEMES = ("light", "dark")


class Walker:
    """Somebody in front of a screen, who sees every fault a page has, by day and by night.

    A page is opened once and looked at in both schemes: what it does is the same in both.
    """

    def __init__(
        self, page: Page, address: str, size: str, schemes: tuple[str, ...] = SCHEMES
    ) -> None:
        self.page, self.address, self.size, self.schemes = page, address, size, schemes
        self.complaints: list[str] = []
        self.traffic = Traffic(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        """Note what the browser complains of; a part left behind by going on is no fault.

        htmx says twice that a request was broken off, first that it is over, then why.
        """
        if message.type != "error":
            return
        if message.text.startswith("htmx:sendAbort"):
            del self.complaints[-1:]
        else:
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look(self, name: str) -> None:
        """Check what is on the screen, in each of its schemes."""
        self.traffic.wait_for_its_end()
        for scheme in self.schemes:
            self._look(name, scheme)

    def look_twice(self, name: str) -> None:
        """Check what is on the screen by day and by night."""
        self.traffic.wait_for_its_end()
        for scheme in reversed(SCHEMES):
            self._look(name, scheme)

    def _look(self, name: str, scheme: str) -> None:
        """See that there is nothing to complain of, nothing cut off, and that axe is content."""
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # "light" or "dark".
        come_to_rest(self.page)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/{self.size}-{scheme}-{name}.png")
        assert self.complaints == []
        width = "document.documentElement.scrollWidth <= window.innerWidth"
        assert self.page.evaluate(width), f"{name} is wider than the screen"
        found = audited(self.page)
        assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"

    def sign_in(self, username: str) -> None:
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.address}/")


@pytest.fixture(params=SIZES)
def walker(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> Iterator[Walker]:
    make_company(tmp_path)
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    yield Walker(context.new_page(), live_server.url, request.param)
    context.close()


def test_from_the_door_to_the_row_of_the_file(walker: Walker) -> None:
    page = walker.page
    walker.open("/accounts/login/")
    walker.look("sign-in")
    walker.sign_in("boss")
    walker.look("home")

    walker.open("/goals/heatmap/")
    expect(page.locator("h1")).to_have_text("达成热力图")
    walker.look("team")
    page.locator("table.hm tbody th a", has_text="苏州组").click()
    expect(page.locator("table.hm tbody tr")).to_have_count(4)
    walker.look("sellers")

    cell = page.locator("table.hm tbody tr", has_text="林晓").locator("button.c").nth(-3)
    cell.click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("#cell-facts a.rowlink").first).to_be_visible()
    walker.look("cell")
    said = drawer.locator("dl.facts dd").first.inner_text()
    amounts = drawer.locator("#cell-facts td.num").all_inner_texts()
    assert exact(said) == sum(map(exact, amounts))

    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()
    expect(cell).to_be_focused()
    cell.click()
    drawer.locator("#cell-facts a.rowlink").first.click()
    expect(page.locator("main, #drawer").first).to_contain_text("HT-")
    walker.look("fact")

    page.locator("a[href*='/facts/rows/']").first.click()
    expect(page.locator("body")).to_contain_text("orders.csv")
    expect(page.locator("body")).to_contain_text("合同号")
    walker.look("source-row")

    walker.open("/metrics/signed_amount/")
    expect(page.locator("h1")).to_contain_text("签约额")
    walker.look("metric-card")


def test_every_page_of_the_menu_is_clean(walker: Walker) -> None:
    walker.sign_in("admin")
    links = walker.page.locator("nav a[href^='/']")
    paths = sorted({str(link.get_attribute("href")) for link in links.all()})
    assert len(paths) >= 8
    for path in paths:
        walker.open(path)
        walker.look(path.strip("/").replace("/", "-") or "home")


def exact(text: str) -> int:
    """Return an amount of money as it stands on the page, in cents."""
    digits = "".join(each for each in text.split("\n")[0] if each.isdigit() or each in ".−-")
    whole, _, cents = digits.replace("−", "-").partition(".")
    return int(whole) * 100 + int((cents + "00")[:2])
