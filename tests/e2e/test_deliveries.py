"""How one is told and what failed, in a real browser; and the bell that rings by itself."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from bihuan.inbox import actions
from bihuan.inbox.channels import Refused
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import DeliveryWish
from bihuan.inbox.tests.receiver import receiving, refusal
from bihuan.inbox.tests.world import told
from bihuan.inbox.views import living
from bihuan.integrations.actions import WeComDraft, set_wecom
from bihuan.org.models import Person
from tests.e2e.company import PASSWORD
from tests.e2e.test_walk import Walker, walker

__all__ = ["walker"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PLACES = 2
"""How many pages may listen at a time."""


def tell(person: Person, by: Person, number: int, *, is_urgent: bool = True) -> None:
    draft = replace(told(number), asks=Sentence("Acknowledge"), is_urgent=is_urgent)
    actions.notify(draft=draft, people=[person.pk], by=by)


def test_from_what_failed_to_what_is_sent_again(walker: Walker) -> None:
    boss, admin = (Person.objects.get(code=code) for code in ("白平", "管理员"))
    page = walker.page
    walker.sign_in("admin")
    walker.open("/inbox/deliveries/")
    walker.look("deliveries-empty")
    walker.open("/chat/wecom/")
    walker.look("wecom-new")
    with receiving() as fax:
        for number, fault in enumerate((refusal(Refused), refusal(), None)):
            fax.faults = [fault]
            tell(boss, admin, number)
            actions.send_due(tenant_id=admin.tenant_id)
        walker.open("/inbox/deliveries/?channel=fax")
        walker.look("deliveries")
        page.get_by_role("row", name="多次失败").get_by_role("button", name="重试").click()
        expect(page.locator(".toast-msg")).to_contain_text("已重新发送")
        actions.send_due(tenant_id=admin.tenant_id)
        walker.open("/inbox/deliveries/?channel=fax&state=dead")
        expect(page.locator("main")).to_contain_text("没有符合条件的投递")
        walker.look("deliveries-none")
    draft = WeComDraft(corp_id="ww1a2b3c", agent_id=1000002, secret="s")
    set_wecom(tenant=admin.tenant, draft=draft, by=admin)
    walker.open("/chat/wecom/")
    expect(page.locator("code")).to_contain_text("/chat/wecom/callback/")
    walker.look("wecom")


def test_one_says_how_one_wants_to_be_told(walker: Walker, settings: Settings) -> None:
    settings.MAIL_IS_ON = True
    boss, admin = (Person.objects.get(code=code) for code in ("白平", "管理员"))
    page = walker.page
    tell(boss, admin, 1)
    walker.sign_in("boss")
    walker.open("/inbox/notices/")
    walker.look("notices")
    page.get_by_role("button", name="账号与偏好").click()
    page.get_by_role("link", name="通知设置").click()
    expect(page.locator("h1")).to_have_text("通知设置")
    walker.look("wishes")
    page.get_by_label("其他通知").select_option("at_once")
    page.get_by_label("自定时段").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".errors").first).to_contain_text("请填写起止时间")
    walker.complaints.clear()  # The browser notes that the form was refused.
    walker.look("wishes-refused")
    page.get_by_label("免打扰开始").fill("20:00")
    page.get_by_label("免打扰结束").fill("09:00")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast-msg")).to_contain_text("已保存")
    kept = DeliveryWish.objects.get()
    assert (kept.choices, str(kept.quiet_from)) == ({"mail/news": "at_once"}, "20:00:00")


def test_the_bell_rings_while_the_page_is_open(
    walker: Walker, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIVE_STREAMS = PLACES
    places = threading.BoundedSemaphore(PLACES)
    monkeypatch.setattr(living, "_PLACES", places)
    monkeypatch.setattr(living, "LASTS_SECONDS", 1)
    monkeypatch.setattr(living, "BEAT_SECONDS", 1)
    boss, admin = (Person.objects.get(code=code) for code in ("白平", "管理员"))
    page = walker.page
    walker.open("/accounts/login/")
    page.fill("input[name=login]", "boss")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{walker.address}/")
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("待办与通知：暂无待处理事项")
    for number in (1, 2):
        tell(boss, admin, number)
        expect(bell).to_have_accessible_name(f"待办与通知：{number} 项待处理", timeout=10_000)
        toast = page.locator(".toast-msg a", has_text=f"Thing {number} is there.")
        expect(toast).to_have_attribute("href", f"/metrics/?thing={number}")
        with page.expect_request("**/inbox/live/**"):
            pass  # The stream ends, and the browser opens it again by itself.
    expect(page.locator(".toast-msg a", has_text="Thing 2")).to_have_count(0)
    page.goto("about:blank")
    assert all(places.acquire(timeout=10) for _ in range(PLACES)), "a stream ends with its page"
    assert walker.complaints == []
