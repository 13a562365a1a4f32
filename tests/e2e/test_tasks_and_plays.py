"""A task given, worked on and handed on; and a play written, found, and taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bihuan.inbox.models import Task
from bihuan.playbooks.models import Play
from tests.e2e.test_walk import Walker
from tests.e2e.warned import Hall, hall

__all__ = ["hall"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
XLSX = b"PK\x03\x04"


def test_a_task_goes_through_hands(hall: Hall, tmp_path: Path) -> None:
    company = hall.company
    with hall.enter(company.boss) as walker:
        page = walker.page
        walker.open("/inbox/tasks/new/")
        page.get_by_label("待办事项").fill("复谈三家重点客户")
        page.get_by_label("负责人").select_option(label="fu（fu）")
        page.get_by_label("清单").fill("约好时间\n带上备件清单")
        walker.look_twice("task-new")
        page.get_by_role("button", name="创建待办").click()
        expect(page.locator("h1")).to_have_text("复谈三家重点客户")
    task = Task.objects.get()
    with hall.enter(company.fu, "phone-light") as walker:
        _puts_it_off_and_takes_it_up(walker, task)
        _says_and_files(walker, task, tmp_path)
        page = walker.page
        page.get_by_role("link", name="转交").click()
        page.get_by_label("转交给").select_option(label="an（an）")
        page.get_by_label("原因").fill("我本周休假")
        walker.look("task-hand-over")
        page.get_by_role("button", name="确认转交").click()
    with hall.enter(company.people["an"]) as walker:
        page = walker.page
        walker.open(f"/inbox/tasks/{task.pk}/")
        for number in range(2):
            page.get_by_role("checkbox").nth(number).click()
            expect(page.get_by_role("checkbox").nth(number)).to_be_checked()
        page.get_by_role("link", name="办结").click()
        page.get_by_role("button", name="确认办结").click()
        walker.look_twice("task-done")
        page.get_by_role("button", name="撤销完成").click()
        expect(page.get_by_role("link", name="办结")).to_be_visible()
    done = task.events.exclude(what="read").order_by("pk").values_list("what", flat=True)
    assert list(done) == [
        *("made", "snoozed", "woken", "commented", "filed", "handed_over"),
        *("checked", "checked", "done", "reopened"),
    ]


def _puts_it_off_and_takes_it_up(walker: Walker, task: Task) -> None:
    page = walker.page
    walker.open(f"/inbox/tasks/{task.pk}/")
    page.get_by_role("link", name="推迟").click()
    page.get_by_label("原因").fill("客户周二才回来")
    walker.look("task-snooze")
    page.get_by_role("button", name="推迟").click()
    page.get_by_role("button", name="立即处理").click()
    expect(page.get_by_role("link", name="推迟")).to_be_visible()


def _says_and_files(walker: Walker, task: Task, folder: Path) -> None:
    page = walker.page
    page.get_by_label("您的评论").fill("已约到两家")
    page.get_by_role("button", name="发表").click()
    expect(page.locator("#comments")).to_contain_text("已约到两家")
    paper = folder / "备件清单.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    page.get_by_text("添加文件").click()
    page.locator("#files input[type=file]").set_input_files(paper)
    page.locator("#files").get_by_role("button", name="添加").click()
    expect(page.locator("#files")).to_contain_text("备件清单.pdf")
    walker.look("task-worked-on")


def test_a_play_is_written_found_and_used(hall: Hall, tmp_path: Path) -> None:
    company = hall.company
    paper = tmp_path / "话术.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    with hall.enter(company.boss) as walker:
        page = walker.page
        walker.open("/playbooks/plays/add/")
        page.get_by_label("中文标题").fill("备件清单先行")
        page.get_by_label("中文正文").fill("- 先发清单\n- 再谈周期")
        page.get_by_role("button", name="预览").click()
        expect(page.locator("#preview li").first).to_have_text("先发清单")
        page.get_by_label("签约额").check()
        page.locator("input[type=file]").set_input_files(paper)
        walker.look_twice("play-edit")
        page.get_by_role("button", name="存为草稿").click()
        page.get_by_role("button", name="发布这一版").click()
        page.get_by_role("link", name="修改").click()
        page.get_by_label("中文摘要").fill("客户担心交付时先给清单")
        page.get_by_role("button", name="存为草稿").click()
        page.get_by_role("button", name="发布这一版").click()
        page.get_by_role("link", name="版本").click()
        walker.look_twice("play-versions")
        walker.open("/playbooks/")
        with page.expect_download() as taken:
            page.get_by_role("link", name="Excel").click()
        assert Path(taken.value.path()).read_bytes().startswith(XLSX)
    play = Play.objects.get(published__title_zh="备件清单先行")
    with hall.enter(company.fu, "phone-light") as walker:
        page = walker.page
        walker.open("/playbooks/")
        page.get_by_label("搜索方法").fill("备件")
        page.get_by_role("button", name="搜索").last.click()
        page.get_by_role("link", name="备件清单先行").click()
        expect(page).to_have_url(f"{walker.address}/playbooks/plays/{play.pk}/")
        expect(page.get_by_role("link", name="话术.pdf")).to_be_visible()
        walker.look_twice("play-in-library")
