"""A quarter's targets in a real browser: shared out, shifted, fought over, published, seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TypedDict

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bihuan.goals.domain import sharing
from bihuan.goals.domain.sharing import NotToBeShared, Share
from bihuan.goals.models import Cycle, Quota, Receipt
from tests.e2e.test_walk import Walker, walker

__all__ = ["walker"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SCRIPT = Path(__file__).resolve().parents[2] / "bihuan/web/static/web/sharing.js"
CASES = 600


def test_a_quarter_from_the_company_to_every_person(walker: Walker) -> None:
    walker.sign_in("boss")
    _cascade(walker)
    _shift(walker)
    _fight(walker)
    _publish(walker)
    walker.page.context.clear_cookies()
    walker.sign_in("rep")
    _acknowledge(walker)


def _cascade(walker: Walker) -> None:
    """Three clicks and a number: open, ask, share out."""
    page = walker.page
    walker.open("/goals/cycles/")
    walker.look("no-cycle")
    page.get_by_role("link", name="新建周期").first.click()
    walker.look("open-cycle")
    page.get_by_role("button", name="新建并设定首个目标").click()
    page.select_option("select[name=metric]", "signed_amount")
    page.fill("input[name=amount]", "1000000.01")
    expect(page.locator("#period-0")).not_to_have_value("0.00")
    page.fill("input[name=strategy]", "新品上量")
    page.fill("input[name=floor]", "80")
    page.fill("input[name=stretch]", "120")
    walker.look("ask")
    page.get_by_role("button", name="分摊到人").click()
    expect(page.locator("[data-total]")).to_have_text("1,000,000.01")
    # A unit with one child shares nothing: the board begins where three do.
    expect(page.locator("[data-row]")).to_have_count(3)
    assert sum(_amounts(page)) == 100_000_001
    walker.look("board")


def _amounts(page: Page) -> list[int]:
    """Return what stands in the rows, in cents."""
    texts = [each.input_value() for each in page.locator("[data-amount]").all()]
    return [int(Decimal(text.replace(",", "")) * 100) for text in texts]


def _shift(walker: Walker) -> None:
    """By keyboard, by number, by lock, and by dragging or its dialog: always the whole."""
    page = walker.page
    before = _amounts(page)
    slide = page.locator("[data-slide]").nth(0)
    slide.focus()
    for key in ("ArrowRight", "PageUp", "End"):
        page.keyboard.press(key)
        assert sum(_amounts(page)) == 100_000_001
    assert _amounts(page) == [100_000_001, 0, 0]
    page.keyboard.press("Home")
    first, second, third = _amounts(page)
    assert first == 0
    # The proportions of the others come back, for the hand never left the row.
    assert second * before[2] == pytest.approx(third * before[1], rel=1e-6)
    page.locator("[data-amount]").nth(0).fill("400,000")
    assert _amounts(page)[0] == 40_000_000
    assert sum(_amounts(page)) == 100_000_001
    page.locator("[data-lock]").nth(0).check(force=True)
    page.locator("[data-slide]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    assert _amounts(page)[0] == 40_000_000
    _carry(walker, page.locator("[data-row]").nth(1), page.locator("[data-row]").nth(2))
    assert sum(_amounts(page)) == 100_000_001
    walker.look("shifted")
    page.locator("[data-save]").click()
    expect(page.locator("[data-unsaved]").first).to_be_hidden()
    expect(page.locator(".toasts")).to_contain_text("已保存")
    assert _amounts(page)[0] == 40_000_000


def _carry(walker: Walker, source: Locator, target: Locator) -> None:
    page = walker.page
    given = _amounts(page)
    handle = source.locator("[data-carry]")
    if walker.size == "phone":
        handle.focus()
        page.keyboard.press("Enter")
    else:
        start, end = handle.bounding_box(), target.bounding_box()
        assert start is not None
        assert end is not None
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(end["x"] + 200, end["y"] + end["height"] / 2, steps=5)
        page.mouse.up()
    expect(page.locator("#carry")).to_be_visible()
    page.fill("#carry input", "2")
    walker.look("carry")
    page.locator("#carry button[value=yes]").click()
    expect(page.locator("#carry")).to_be_hidden()
    now = _amounts(page)
    assert given[1] - now[1] == now[2] - given[2] == 2_000_000
    expect(handle).to_be_focused()


def _fight(walker: Walker) -> None:
    """Of two windows the second is told; it keeps its values, goes on with them and saves."""
    page = walker.page
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-amount]").nth(1).fill("350000")
    other.locator("[data-save]").click()
    expect(other.locator(".toasts")).to_contain_text("已保存")
    other.close()
    page.locator("[data-amount]").nth(1).fill("123456.78")
    mine = _amounts(page)
    page.locator("[data-save]").click()
    expect(page.locator(".board-note")).to_contain_text("白平")
    expect(page.locator(".board-note")).to_be_focused()
    walker.complaints[:] = [each for each in walker.complaints if "409" not in each]
    assert _amounts(page)[1] == 35_000_000
    expect(page.locator(".mine").first).to_contain_text("123,456.78")
    walker.look("conflict")
    page.get_by_role("button", name="用我的数值继续编辑").click()
    assert _amounts(page) == mine
    page.locator("[data-save]").click()
    expect(page.locator(".board-note")).to_have_count(0)
    expect(page.locator("[data-amount]").nth(1)).to_have_value("123,456.78")
    assert _amounts(page) == mine


def _publish(walker: Walker) -> None:
    page = walker.page
    walker.open(f"/goals/cycles/{Cycle.objects.get().pk}/edits/")
    walker.look("edits")
    page.get_by_role("link", name=re.compile("年第")).first.click()
    page.get_by_role("link", name="发布预览").click()
    walker.look("preview")
    page.fill("textarea[name=note]", "新品上量，江苏多担一成")
    page.get_by_role("button", name="发布").click()
    expect(page.locator("h1")).to_have_text("修订 1")
    walker.look("revision")
    live = Quota.objects.live().filter(revision__isnull=False, person__isnull=False)
    assert sum(quota.amount for quota in live) * 100 == 100_000_001


def _acknowledge(walker: Walker) -> None:
    page = walker.page
    walker.open("/goals/mine/")
    expect(page.locator(".asking")).to_contain_text("新品上量，江苏多担一成")
    walker.look("mine")
    page.locator(".rate").nth(3).click()
    expect(page.locator(".rate[aria-pressed=true]")).to_have_text("4")
    page.get_by_role("button", name="签收").click()
    expect(page.locator(".asking")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("已签收")
    walker.look("acknowledged")
    assert Receipt.objects.filter(acknowledged_at__isnull=False).count() == 1


def test_the_page_shares_as_the_server_does(browser: Browser) -> None:
    """The same random changes through the page's functions and through the rules."""
    page = browser.new_page()
    page.add_script_tag(path=SCRIPT)
    cases = list(_cases(Random(20261126), CASES))
    told = page.evaluate(PLAY, [json.dumps(case) for case in cases])
    page.close()
    assert len(told) == CASES
    for case, found in zip(cases, told, strict=True):
        assert json.loads(found) == _played(case), case
    refused = sum("refused" in found for found in told)
    assert CASES // 20 < refused < CASES * 2 // 3


PLAY = """cases => cases.map(text => {
  const S = window.bihuanSharing, case_ = JSON.parse(text), whole = BigInt(case_.whole);
  let level = case_.level.map(([weight, held]) =>
    ({weight: BigInt(weight), held: held === null ? null : BigInt(held)}));
  try {
    for (const [deed, one, other, amount] of case_.deeds) {
      if (deed === "put") level = S.setAmounts(whole, level, [[one, BigInt(amount)]]);
      else if (deed === "moved") level = S.moved(whole, level, one, other, BigInt(amount));
      else level = S[deed](whole, level, one);
    }
    return JSON.stringify(S.amounts(whole, level).map(String));
  } catch (error) {
    if (!(error instanceof S.Refused)) throw error;
    return JSON.stringify({refused: error.why});
  }
})"""


class Case(TypedDict):
    """A level as it travels, whole numbers as text, and what is done to it."""

    whole: str
    level: list[tuple[str, str | None]]
    deeds: list[tuple[str, int, int, str]]


def _cases(chance: Random, count: int) -> Iterator[Case]:
    for _ in range(count):
        size = chance.randrange(1, 9)
        whole = chance.choice([0, 1, 7, 100, 10_000, 10**9 + 7, 3 * 10**17 + 1])
        level: list[tuple[str, str | None]] = []
        for _ in range(size):
            weight = chance.choice([0, 1, 3, 1000, chance.randrange(10**12)])
            is_held = chance.random() < 0.15
            level.append(
                (str(weight), str(chance.randrange(whole // size + 1)) if is_held else None)
            )
        names = ["put", "put", "moved", "lock", "unlock"]
        deeds = [
            (
                chance.choice(names),
                chance.randrange(size),
                chance.randrange(size),
                str(chance.randrange(whole // size + 2)),
            )
            for _ in range(chance.randrange(1, 5))
        ]
        yield {"whole": str(whole), "level": level, "deeds": deeds}


def _played(case: Case) -> object:
    whole = int(case["whole"])
    level = {
        str(place): Share(int(weight), None if held is None else int(held))
        for place, (weight, held) in enumerate(case["level"])
    }
    try:
        for deed, one, other, amount in case["deeds"]:
            level = _done(deed, whole, level, (str(one), str(other), int(amount)))
        return [str(each) for each in sharing.amounts(whole, level).values()]
    except NotToBeShared as error:
        return {"refused": error.code.removeprefix("goals.")}


def _done(
    deed: str, whole: int, level: dict[str, Share], given: tuple[str, str, int]
) -> dict[str, Share]:
    one, other, amount = given
    if deed == "put":
        return sharing.set_amounts(whole, level, {one: amount})
    if deed == "moved":
        return sharing.moved(whole, level, one, other, amount)
    return {"lock": sharing.lock, "unlock": sharing.unlock}[deed](whole, level, one)
