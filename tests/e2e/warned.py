"""A company on the morning on which its early warning rings: a year behind it, one rep who slid.

It is always Monday, 23 November 2026, half past eight in Shanghai, whatever the calendar on
the wall says: fu has signed next to nothing for two weeks, and the others as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from bihuan.advice.tests.company import MORNING as STOPS_AT
from bihuan.advice.tests.company import Company, signed, visit
from bihuan.base import clock
from bihuan.customers.actions import add_words
from bihuan.org import actions as org
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.playbooks.actions import load_starter_set
from bihuan.rules import actions as rules
from tests.e2e.company import PASSWORD
from tests.e2e.test_walk import SIZES, Walker
from tests.make import make_fact, make_member, make_person

MONDAY = date(2026, 11, 23)
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
SAID = (
    "王主任说价格偏高，希望再降价百分之五。预算审批月底才有结果。",
    "采购部换了新的负责人，要求重新走一遍比价流程。下周二再约。",
    "客户对交付周期不满意，要求提供本地备件清单后再谈合同。",
)


class Warned(Company):
    """The company of advice a week later, with everybody whom the early warning calls."""

    def __init__(self) -> None:
        super().__init__()
        self.fu = self.people["fu"]
        self.hrbp = make_person("hrbp", tenant=self.tenant, role=Role.HRBP)
        self.admin = make_person("admin", tenant=self.tenant, role=Role.ADMIN)
        for person in (self.boss, self.fu, self.people["an"], self.hrbp, self.admin):
            org.open_login(person=person, username=person.code, password=PASSWORD, by=self.robot)
        with at(STOPS_AT):
            load_starter_set(tenant=self.tenant, owner=self.boss)
            self._talk()
        self.week(STOPS_AT, but=("fu",))

    def week(self, monday: date, *, but: tuple[str, ...] = ()) -> None:
        """Let everybody sign and visit on the five days of a week, but some."""
        days = [monday + number * DAY for number in range(5)]
        working = [each for name, each in self.people.items() if name not in but]
        drafts = [signed(each, day, Decimal(1100)) for day in days for each in working]
        self.tell([*drafts, *(visit(each, day) for day in days for each in working)])

    def ring(self, monday: date) -> rules.Evaluated:
        """Judge the rules on a morning and let them answer, as the job does at seven."""
        with at(monday):
            found = rules.evaluate_rules(tenant=self.tenant, on=monday)
            rules.respond(tenant=self.tenant)
        return found

    def _talk(self) -> None:
        """Let fu write down what three customers said in the weeks before."""
        for number, words in enumerate(SAID):
            account = make_member(f"客户{number + 1}", tenant=self.tenant)
            day = STOPS_AT - (4 - number) * DAY
            fact = make_fact(
                self.fu, on=day, kind="visit.logged", amount=None, account_id=account.pk
            )
            add_words(fact=fact, text=words, by=self.fu)


def at(on: date, hour: int = 7, minute: int = 0) -> AbstractContextManager[None]:
    return clock.pretended(datetime.combine(on, time(hour, minute), ZONE))


class Hall:
    """The company, its pages, and people who come in by a screen of their own."""

    def __init__(self, browser: Browser, address: str, set_clock: Callable[[datetime], None]):
        self.company = Warned()
        self._browser, self._address, self._set_clock = browser, address, set_clock

    def let_it_be(self, on: date, hour: int = 8, minute: int = 30) -> None:
        """Let it be another time for every page."""
        self._set_clock(datetime.combine(on, time(hour, minute), ZONE))

    @contextmanager
    def enter(self, who: Person, screen: str = "desktop-light") -> Iterator[Walker]:
        """Let somebody sign in on a screen."""
        size, scheme = screen.split("-")
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        walker = Walker(context.new_page(), self._address, size, (scheme,))
        walker.open("/accounts/login/")
        walker.page.fill("input[name=login]", who.code)
        walker.page.fill("input[name=password]", PASSWORD)
        walker.page.keyboard.press("Enter")
        walker.page.wait_for_url(f"{self._address}/")
        yield walker
        context.close()


@pytest.fixture
def hall(browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """Return the company on its Monday; the pages are served in another thread, at that time."""

    def set_clock(instant: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: instant)

    made = Hall(browser, live_server.url, set_clock)
    made.let_it_be(MONDAY)
    return made
