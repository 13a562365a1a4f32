"""The early warning from its ring to its end: three people are called, act, and it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bihuan.facts.models import Fact
from bihuan.inbox.models import Task
from bihuan.rules.models import Alert
from tests.e2e.test_walk import Walker
from tests.e2e.warned import MONDAY, Hall, hall

__all__ = ["hall"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_from_the_slide_to_the_recovery(hall: Hall) -> None:
    company = hall.company
    [alert] = company.ring(MONDAY).opened
    assert (alert.subject_name, alert.key, alert.opened_on) == ("fu", "early_warning", MONDAY)
    _the_manager_sees_why(hall, alert)
    assert Fact.objects.filter(kind="text.adopted", person=company.boss).count() == 1
    _hr_gets_facts(hall)
    _the_rep_acts_on_a_phone(hall, alert)
    alert.refresh_from_db()
    assert alert.state == "acted"
    next_monday = MONDAY + timedelta(weeks=1)
    company.week(MONDAY)
    assert company.ring(next_monday).recovered == [alert]
    hall.let_it_be(next_monday)
    with hall.enter(company.boss) as walker:
        walker.open(f"/rules/alerts/{alert.pk}/")
        expect(walker.page.locator(".note.ok")).to_contain_text("2026 年 11 月 30 日")
        expect(walker.page.locator(".page-h, main").first).to_contain_text("已恢复")
        walker.look_twice("alert-recovered")
    states = dict(Task.objects.order_by("pk").values_list("owner__code", "state"))
    assert states == {"boss": "lapsed", "hrbp": "lapsed", "fu": "done"}


def _the_manager_sees_why(hall: Hall, alert: Alert) -> None:
    with hall.enter(hall.company.boss) as walker:
        page = walker.page
        walker.open("/rules/alerts/")
        page.get_by_role("link", name="fu").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("fu")
        walker.look_twice("alert")
        page.get_by_role("button", name="签收").click()
        expect(page.get_by_role("button", name="签收")).to_have_count(0)
        page.locator("section[aria-labelledby=done] li", has_text="boss").get_by_role(
            "link"
        ).click()
        walker.look_twice("manager-task")
        text = page.locator("#text")
        expect(text).to_contain_text("本系统内置算法")
        expect(text.get_by_text("价格偏高").first).to_be_visible()
        text.get_by_role("button", name="采纳").click()
        expect(text.locator(".tag-pos")).to_have_text("已采纳")
        text.get_by_role("link", name="客户1").click()
        expect(page.locator("main")).to_contain_text("客户1")
        walker.look_twice("conversation-fact")


def _hr_gets_facts(hall: Hall) -> None:
    with hall.enter(hall.company.hrbp) as walker:
        page = walker.page
        walker.open("/inbox/")
        page.get_by_role("link", name="fu").first.click()
        seen = page.locator("section[aria-labelledby=seen]")
        expect(seen).to_contain_text("同部门 5 位同岗")
        walker.look_twice("hr-task")


def _the_rep_acts_on_a_phone(hall: Hall, alert: Alert) -> None:
    company = hall.company
    with hall.enter(company.fu, "phone-light") as walker:
        page = walker.page
        walker.open("/inbox/")
        walker.look("rep-inbox")
        page.get_by_role("link", name="学习包").click()
        walker.look_twice("rep-task")
        page.get_by_role("link", name="前往处理页面").click()
        _uses_a_play(page, walker)
        walker.open(f"/inbox/tasks/{Task.objects.get(owner=company.fu).pk}/")
        for box in page.get_by_role("checkbox").all():
            box.click()
            walker.traffic.wait_for_its_end()
        page.get_by_role("link", name="办结").click()
        page.get_by_label("您的说明").fill("已约王主任周三复谈，带上本地备件清单。")
        page.get_by_role("button", name="确认办结").click()
        expect(page.locator(".note.ok")).to_contain_text("本地备件清单")
    assert Fact.objects.filter(kind="play.used", person=company.fu).count() == 1


def _uses_a_play(page: Page, walker: Walker) -> None:
    expect(page.locator("ol.pack > li").first).to_be_visible()
    walker.look_twice("pack")
    page.get_by_role("button", name="已对客户使用").first.click()
    expect(page.locator("#item-1")).to_contain_text("已使用")
    page.locator("#item-1").get_by_role("button", name="阅读").click()
    walker.look_twice("play")
