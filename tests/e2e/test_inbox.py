"""A proposal and a notice in a real browser: found by the bell, answered by keyboard, read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.models import Answer
from bihuan.inbox.tests.world import SAMPLE, told
from bihuan.org.models import Person, Unit
from tests.e2e.test_walk import Walker, walker

__all__ = ["walker"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_from_the_bell_to_the_answer(walker: Walker) -> None:
    boss, admin = (Person.objects.get(code=code) for code in ("白平", "管理员"))
    _ask(boss, admin)
    page = walker.page
    walker.sign_in("boss")
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("待办与通知：2 项待处理")
    bell.click()
    walker.look("inbox")

    page.get_by_role("link", name="竞品降价").click()
    walker.look("proposal")
    page.locator("details.amend > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("north").fill("90")
    page.get_by_label("原因").fill("两家门店停业")
    walker.look("amending")
    page.get_by_role("button", name="按我的数值接受").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("两家门店停业")
    expect(page.locator(".note.ok")).to_contain_text("done")
    walker.look("answered")
    assert Answer.objects.get().amended == {"north": "90"}

    walker.open("/inbox/notices/")
    page.get_by_role("button", name="标为已读：").focus()
    page.keyboard.press("Enter")
    expect(bell).to_have_accessible_name("待办与通知：暂无待处理事项")
    expect(page.locator(".notice-open button")).to_be_focused()
    walker.look("read")


def _ask(boss: Person, admin: Person) -> None:
    """Tell the boss something, and ask them about a change."""
    actions.notify(draft=told(), people=[boss.pk], by=admin)
    draft = ProposalDraft(
        kind=SAMPLE,
        about=About("test.event", 1),
        title=plain("竞品降价"),
        words=(plain("华东区报价下调 10%。"),),
        terms={str(boss.pk): {"north": ["100", "80"], "share": ["0.5", "0.4"]}},
        deadline_at=clock.now() + timedelta(days=3),
    )
    actions.propose(draft=draft, to={boss: Unit.objects.get(code="华东")}, by=admin)
