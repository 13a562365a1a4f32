"""A definition's way in a real browser: written, compared, approved, sent, read, receipted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from bihuan.metrics.queries.versions import forget_versions
from bihuan.org import actions as org
from bihuan.org.domain.role import Role
from bihuan.org.models import Tenant
from tests.e2e.company import PASSWORD
from tests.e2e.test_walk import Walker, walker
from tests.make import make_person

__all__ = ["walker"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
KEY = "signed_amount"


def test_from_a_draft_to_the_receipts(walker: Walker) -> None:
    tenant = Tenant.objects.get()
    officer = make_person("质检", role=Role.QUALITY_OFFICER, tenant=tenant)
    robot = org.robot_of(tenant)
    org.open_login(person=officer, username="quality", password=PASSWORD, by=robot)
    forget_versions(tenant.pk)

    walker.sign_in("admin")
    _write(walker)
    _compare_and_check(walker)
    _leave(walker)

    walker.sign_in("quality")
    _approve(walker)
    _leave(walker)

    walker.sign_in("admin")
    _send(walker)
    _leave(walker)

    walker.sign_in("rep")
    _read(walker)
    _leave(walker)

    walker.sign_in("admin")
    walker.open(f"/metrics/{KEY}/receipts/")
    expect(walker.page.locator("main")).to_contain_text("4 人中 1 人已阅")
    walker.look("receipts")


def _leave(walker: Walker) -> None:
    walker.page.context.clear_cookies()


def _write(walker: Walker) -> None:
    """Only contracts of 6,000 and more: a condition is added by the builder, with the keyboard."""
    page = walker.page
    walker.open(f"/metrics/{KEY}/versions/new/")
    walker.look("editor")
    page.get_by_role("button", name="再加一个条件").click()
    field = page.locator("[id='measure[0].where[1].field']")
    expect(field).to_be_focused()
    _settled(walker)
    field.select_option("amount")
    op = page.locator("[id='measure[0].where[1].op']")
    expect(op.locator("option[value=gte]")).to_be_attached()
    _settled(walker)
    op.select_option("gte")
    value = page.locator("[id='measure[0].where[1].value']")
    expect(value).to_be_visible()
    value.fill("6000")
    beside = page.locator("#beside")
    expect(beside).to_contain_text("金额不小于6000")
    expect(beside).to_contain_text("差额")
    value.fill("a lot")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("h1")).to_contain_text("第 1 版")
    page.get_by_role("button", name="提交复核").click()
    expect(page.locator("[id='measure[0].where[1].value_error']")).to_be_visible()
    expect(page.locator("[id='measure[0].where[1].value']")).to_be_focused()
    walker.look("editor-problem")
    page.fill("[id='measure[0].where[1].value']", "6000")
    page.fill("textarea[name=reason]", "六千元以下的零星合同不计入签约额")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("h1")).to_contain_text("第 1 版")
    walker.look("draft")


def _settled(walker: Walker) -> None:
    """Wait until a part that was drawn anew listens: a hand is slower than that, a test is not."""
    walker.traffic.wait_for_its_end()
    expect(walker.page.locator(".htmx-settling, .htmx-added")).to_have_count(0)


def _compare_and_check(walker: Walker) -> None:
    page = walker.page
    page.get_by_role("link", name="影响对比").click()
    expect(page.locator("#moved").locator("..").locator("..")).to_contain_text("移出")
    expect(page.locator("ins")).to_contain_text("金额不小于6000")
    walker.look("difference")
    walker.open(f"/metrics/{KEY}/versions/1/")
    page.get_by_role("button", name="提交复核").click()
    expect(page.locator("main")).to_contain_text("需由其他人批准")
    walker.look("checked")


def _approve(walker: Walker) -> None:
    page = walker.page
    walker.open("/metrics/")
    expect(page.locator("main")).to_contain_text("1 个版本待您复核批准")
    walker.look("waiting")
    page.locator(f"a[href='/metrics/{KEY}/versions/1/']").click()
    page.get_by_role("button", name="批准", exact=True).click()
    page.locator("#ask").get_by_role("button", name="确定").click()
    expect(page.locator("main")).to_contain_text(re.compile("现行有效"))
    walker.look("approved")


def _send(walker: Walker) -> None:
    page = walker.page
    walker.open(f"/metrics/{KEY}/versions/1/")
    page.locator(".note a", has_text="发送口径卡").click()
    expect(page.locator("main")).to_contain_text("本次发送给 4 人")
    walker.look("send")
    page.get_by_role("button", name="发送口径卡").click()
    expect(page.locator("main")).to_contain_text("4 人中 0 人已阅")


def _read(walker: Walker) -> None:
    page = walker.page
    expect(page.locator("main")).to_contain_text("您有 1 张新口径卡")
    walker.look("home-with-card")
    page.locator(f"a[href^='/metrics/{KEY}/card/']").click()
    expect(page.locator("main")).to_contain_text("第 1 版")
    walker.look("sheet")
    walker.open("/")
    page.get_by_role("button", name="已阅").click()
    expect(page.locator("main")).not_to_contain_text("新口径卡")
