"""A goal health report in a real browser: made, read, printed, and reckoned again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from bihuan.base import clock
from bihuan.goals import actions as goals
from bihuan.goals.actions import GoalAsked
from bihuan.goals.domain.cycle import Method, Reason
from bihuan.kernel.period import Grain, period_of
from bihuan.org.actions import robot_of, root_of
from bihuan.org.models import Person, Tenant
from tests.e2e.test_walk import Walker, walker

__all__ = ["walker"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_report_is_made_read_printed_and_proven(walker: Walker) -> None:
    _a_cycle_of_last_month(Tenant.objects.get())
    walker.sign_in("admin")
    walker.open("/reports/")
    page = walker.page
    expect(page.locator("main")).to_contain_text("还没有报告")
    walker.look("reports-empty")
    page.get_by_role("button", name="生成").click()
    expect(page.locator("h1")).to_contain_text("目标健康度报告")
    expect(page.locator("#coverage")).to_be_visible()
    for part in page.locator("main summary").all():
        part.click()
    walker.look("report")
    page.get_by_role("link", name="重算核对").click()
    expect(page.locator("[role=status]", has_text="每个数字完全一致")).to_be_visible()
    walker.open("/reports/")
    walker.look("reports")
    page.locator("table a.rowlink").click()
    page.get_by_role("link", name="打印").click()
    expect(page.locator("h1")).to_contain_text("目标健康度报告")
    walker.look("report-on-paper")


def _a_cycle_of_last_month(tenant: Tenant) -> None:
    """Ask for visits, so that no target of the company is in the way, and rate them."""
    today = clock.today(tenant.time_zone)
    month = period_of(today.replace(day=1) - timedelta(days=1), Grain.MONTH)
    robot = robot_of(tenant)
    cycle = goals.open_cycle(
        code="last", name="上月", start=month.start, end=month.end,
        grain="month", root=root_of(tenant), by=robot,
    )  # fmt: skip
    for metric in ("visits", "calls"):
        asked = GoalAsked(metric=metric, amount=Decimal(60), method=Method.EVEN)
        goals.add_goal(cycle=cycle, asked=asked, by=robot)
    goals.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=robot)
    for person in Person.objects.filter(tenant=tenant, name__in=("林晓", "王磊", "张敏")):
        for metric, rating in (("visits", 4), ("calls", 2)):
            goals.rate(cycle=cycle, metric=metric, rating=rating, by=person)
