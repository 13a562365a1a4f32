"""A sales manager's Monday: the cockpit, a draft rule tried, and the week's report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bihuan.advice.actions import make_weekly
from bihuan.rules import actions as rules
from bihuan.rules.domain.definition import plain, read_definition
from bihuan.rules.queries import built_in
from tests.e2e.test_walk import Walker
from tests.e2e.warned import MONDAY, Hall, hall

__all__ = ["hall"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_from_the_cockpit_to_the_facts_and_the_week(hall: Hall) -> None:
    company = hall.company
    company.ring(MONDAY)
    report = make_weekly(unit=company.region, morning=MONDAY, by=company.robot)
    with hall.enter(company.boss) as walker:
        _opens_a_lever_to_its_facts(walker)
        walker.open(f"/advice/weekly/{report.pk}/")
        expect(walker.page.locator("h1")).to_contain_text("region")
        walker.look_twice("weekly")
    with hall.enter(company.admin) as walker:
        _tries_a_draft(hall, walker)
        for path in ("/rules/early_warning/", "/rules/early_warning/versions/new/"):
            walker.open(path)
            walker.look_twice(path.strip("/").replace("/", "-"))
        for path in ("/org/jobs/", "/org/backups/", "/inbox/deliveries/"):
            walker.open(path)
            walker.look_twice(path.strip("/").replace("/", "-"))


def _opens_a_lever_to_its_facts(walker: Walker) -> None:
    page = walker.page
    walker.open("/advice/")
    row = page.locator("table.landings tbody tr", has_text="fu").first
    expect(row).to_contain_text("签约额")
    expect(page.locator(".why-part li").first).to_be_visible()
    walker.look_twice("cockpit")
    row.get_by_role("link", name="fu").click()
    expect(page.locator("h1")).to_have_text("预计落点：签约额")
    walker.look_twice("landing")
    figure = page.locator("ol.levers li").first.locator("a.tnum").first
    told = "".join(each for each in figure.inner_text() if each.isdigit())
    figure.click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("#cell-facts a.rowlink").first).to_be_visible()
    walker.look("lever-facts")
    said = "".join(
        each for each in drawer.locator("dl.facts dd").first.inner_text() if each.isdigit()
    )
    assert said.startswith(told)


def _tries_a_draft(hall: Hall, walker: Walker) -> None:
    company, page = hall.company, walker.page
    raw = plain(built_in()["early_warning"])
    when = raw["when"]
    assert isinstance(when, dict), "a single level"
    draft = rules.draft_rule(
        tenant=company.tenant,
        key="early_warning",
        definition=read_definition({**raw, "when": {**when, "periods": 1}}),
        reason="只看一周",
        by=company.admin,
    )
    walker.open(f"/rules/early_warning/versions/{draft.number}/")
    walker.look_twice("draft")
    page.get_by_role("link", name="回测").click()
    page.get_by_label("起始日").fill((MONDAY - timedelta(weeks=6)).isoformat())
    page.get_by_role("button", name="开始回测").click()
    expect(page.locator("section[aria-labelledby=hits] tbody tr").first).to_contain_text("fu")
    walker.look_twice("backtest")
