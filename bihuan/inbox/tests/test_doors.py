"""Pages of the inbox: what they show, what they take, and what they refuse."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from bihuan.inbox import actions
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.models import Answer, Notice, Proposal
from bihuan.inbox.tests.tasks import give
from bihuan.inbox.tests.world import World, told
from bihuan.org.models import Person
from tests.digest import digest_of_tables
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 4)
PROPOSED = {"north": "80", "south": "120", "share": "40"}
"""What the form holds untouched: a ratio is typed in percent."""
UNTOUCHED = {f"line-{number}": value for number, value in enumerate(PROPOSED.values())}


@pytest.fixture
def world() -> World:
    return World()


def signed_in(person: Person, language: str = "zh-hans") -> Client:
    client = Client()
    login = make_login(person)
    login.language = language
    login.save()
    client.force_login(login)
    return client


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def page(world: World, proposal: Proposal) -> str:
    return f"/inbox/proposals/{proposal.pk}/"


def test_the_bell_says_how_much_waits_on_every_page(world: World) -> None:
    client = signed_in(world.east)
    assert "待办与通知：暂无待处理事项" in shown(client.get("/preferences/"))
    world.propose()
    actions.notify(draft=told(), people=[world.east.pk], by=world.head)
    found = shown(client.get("/preferences/"))
    assert "待办与通知：2 项待处理" in found
    assert '<span class="bell-count" aria-hidden="true">2</span>' in found


def test_the_bell_takes_one_statement_and_a_part_of_a_page_none(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(world.east)
    world.propose()
    client.get("/preferences/")
    with django_assert_num_queries(5) as asked:
        client.get("/preferences/")
    assert sum("inbox_" in each["sql"] for each in asked) == 1


def test_what_waits_is_shown_until_it_is_answered(world: World) -> None:
    client = signed_in(world.east)
    assert "没有待办事项" in shown(client.get("/inbox/"))
    proposal = world.propose()
    found = shown(client.get("/inbox/"))
    assert page(world, proposal) in found
    assert "Proposed: 样例" in found
    actions.answer(proposal=proposal, choice=Choice.ACCEPT, by=world.east)
    assert page(world, proposal) not in shown(client.get("/inbox/"))


def test_a_sentence_is_said_in_the_language_of_the_reader(world: World) -> None:
    proposal = world.propose()
    assert "Proposed: a sample" in shown(signed_in(world.east, "en").get(page(world, proposal)))
    assert "Proposed: 样例" in shown(signed_in(world.west).get(page(world, proposal)))


def test_the_form_takes_yes_and_leaves_untouched_values_alone(world: World) -> None:
    proposal = world.propose()
    client = signed_in(world.east)
    found = shown(client.get(page(world, proposal)))
    for number, value in enumerate(PROPOSED.values()):
        assert re.search(rf'name="line-{number}" value="{value}"', found)
    answer = client.post(page(world, proposal), {**UNTOUCHED, "choice": "accept", "reason": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, page(world, proposal))
    said = Answer.objects.get()
    assert (said.choice, said.amended) == ("accept", None)
    assert "答复提交后不能更改" not in shown(client.get(page(world, proposal)))


def test_the_form_takes_other_values_a_ratio_in_percent(world: World) -> None:
    proposal = world.propose()
    given = {**UNTOUCHED, "line-2": "45", "choice": "amend", "reason": "两家门店停业"}
    client = signed_in(world.east)
    assert client.post(page(world, proposal), given).status_code == 302
    assert Answer.objects.get().amended == {"share": "0.45"}
    assert "45.0%" in shown(signed_in(world.head).get(page(world, proposal)))


@pytest.mark.parametrize(
    ("given", "says", "status"),
    [
        ({"choice": "refuse", "reason": " "}, "请填写原因", 422),
        ({"choice": "amend", "reason": "r"}, "请至少修改一个数值", 422),
        ({"choice": "accept", "line-0": "70"}, "您改动了数值", 422),
        ({"choice": "amend", "reason": "r", "line-0": "1001"}, "Too much: 1001", 422),
        ({"choice": "amend", "reason": "r", "line-0": "many"}, "line-0", 422),
        ({"choice": "none"}, "line-0", 422),
        ({}, "line-0", 422),
    ],
)
def test_a_form_that_is_not_whole_says_why_and_changes_nothing(
    world: World, given: dict[str, str], says: str, status: int
) -> None:
    proposal = world.propose()
    client = signed_in(world.east)
    client.get(page(world, proposal))
    before = digest_of_tables()
    answer = client.post(page(world, proposal), {**UNTOUCHED, **given})
    assert answer.status_code == status
    assert says in shown(answer)
    assert digest_of_tables() == before


def test_a_second_window_is_told_that_the_answer_stands(world: World) -> None:
    proposal = world.propose()
    client = signed_in(world.east)
    client.post(page(world, proposal), {**UNTOUCHED, "choice": "accept"})
    answer = client.post(page(world, proposal), {"choice": "refuse", "reason": "r"})
    assert answer.status_code == 409
    assert "您已经答复过这项提案" in shown(answer)
    assert Answer.objects.get().choice == "accept"


def test_who_is_not_asked_sees_no_form_and_cannot_answer(world: World) -> None:
    proposal = world.propose()
    for person, status in ((world.head, 403), (world.hrbp, 403), (world.rep, 404)):
        client = signed_in(person)
        answer = client.post(page(world, proposal), {"choice": "accept"})
        assert answer.status_code == status
        if status == 403:
            assert 'name="choice"' not in shown(client.get(page(world, proposal)))
    assert not Answer.objects.exists()


def test_an_open_proposal_past_its_deadline_says_so(world: World) -> None:
    proposal = world.propose()
    Proposal.objects.update(made_at=proposal.made_at.replace(year=2020))
    Proposal.objects.update(deadline_at=proposal.made_at.replace(year=2021))
    client = signed_in(world.east)
    found = shown(client.get(page(world, proposal)))
    assert "已过答复截止时间" in found
    assert 'name="choice"' not in found
    assert client.post(page(world, proposal), {**UNTOUCHED, "choice": "accept"}).status_code == 409


def test_the_page_tells_how_it_ended(world: World) -> None:
    proposal = world.propose(to={world.east: world.units["east"]})
    reason = "<b>渠道库存</b>\n偏高"
    client = signed_in(world.east)
    client.post(page(world, proposal), {**UNTOUCHED, "choice": "refuse", "reason": reason})
    found = shown(signed_in(world.head).get(page(world, proposal)))
    assert "&lt;b&gt;渠道库存&lt;/b&gt;<br>偏高" in found
    assert '<a href="/done/">' in found


def test_a_proposal_is_taken_back_from_its_page(world: World) -> None:
    proposal = world.propose()
    client = signed_in(world.head)
    address = f"{page(world, proposal)}withdraw/"
    assert address in shown(client.get(page(world, proposal)))
    assert address not in shown(signed_in(world.east).get(page(world, proposal)))
    assert signed_in(world.east).get(address).status_code == 403
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "填错了"}).status_code == 302
    assert client.post(address, {"reason": "填错了"}).status_code == 409
    assert "填错了" in shown(client.get(page(world, proposal)))


def test_opening_a_notice_reads_it_and_leads_where_it_points(world: World) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    notice = Notice.objects.get()
    client = signed_in(world.rep)
    assert "Thing 1 is there." in shown(client.get("/inbox/notices/?which=unread"))
    assert client.get(f"/inbox/notices/{notice.pk}/open/").status_code == 405
    answer = client.post(f"/inbox/notices/{notice.pk}/open/")
    assert answer.headers["Location"] == "/metrics/?thing=1"
    assert "Thing 1 is there." not in shown(client.get("/inbox/notices/?which=unread"))
    assert "Thing 1 is there." in shown(client.get("/inbox/notices/"))


def test_marking_as_read_shows_the_line_again_and_the_bell_anew(world: World) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    notice = Notice.objects.get()
    client = signed_in(world.rep)
    part = shown(client.post(f"/inbox/notices/{notice.pk}/read/", headers={"HX-Request": "true"}))
    assert "Thing 1 is there." in part
    assert "标为已读" not in part
    assert 'id="bell" href="/inbox/" hx-swap-oob="true"' in part
    assert "暂无待处理事项" in part
    assert client.post(f"/inbox/notices/{notice.pk}/read/").status_code == 302


def test_all_is_marked_as_read_at_once(world: World) -> None:
    for number in (1, 2):
        actions.notify(draft=told(number), people=[world.rep.pk], by=world.head)
    client = signed_in(world.rep)
    assert client.post("/inbox/notices/read/").status_code == 302
    assert not Notice.objects.unread().exists()


def test_somebody_else_s_notice_is_not_there(world: World) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    notice = Notice.objects.get()
    before = digest_of_tables()
    client = signed_in(world.admin)
    before = digest_of_tables()
    for deed in ("open", "read"):
        assert client.post(f"/inbox/notices/{notice.pk}/{deed}/").status_code == 404
    assert client.post(f"/api/v1/inbox/notices/{notice.pk}/read").status_code == 404
    assert digest_of_tables() == before


def test_an_overdue_deed_stands_out_and_tells_of_reminders(world: World) -> None:
    draft = told(asks=Sentence("Acknowledge"), due_on=date(2026, 1, 5))
    actions.notify(draft=draft, people=[world.rep.pk], by=world.head)
    Notice.objects.update(
        reminder_count=2, reminded_on=DUE, reminded_at=Notice.objects.get().made_at
    )
    found = shown(signed_in(world.rep).get("/inbox/"))
    assert "已逾期，应于 1 月 5 日完成" in found
    assert "已提醒 2 次" in found


def test_lists_take_the_same_number_of_statements_for_any_number_of_rows(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(world.head)
    counts = []
    for _round in range(2):
        for number in range(_round * 15, _round * 15 + 15):
            world.propose()
            draft = told(number, asks=Sentence("Acknowledge"))
            actions.notify(draft=draft, people=[world.head.pk], by=world.robot)
            give(world.head, number, checklist=(plain("Read"),))
        client.get("/inbox/")
        for path in ("/inbox/", "/inbox/notices/", "/inbox/proposals/"):
            with django_assert_num_queries(STATEMENTS[path]):
                assert client.get(path).status_code == 200
            counts.append(path)
    assert len(counts) == 6


STATEMENTS = {"/inbox/": 17, "/inbox/notices/": 11, "/inbox/proposals/": 11}


def test_a_proposal_takes_the_same_number_of_statements_for_any_number_of_people(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(world.head)
    client.get("/inbox/")
    for count in (1, 20):
        people = {make_person(f"p{count}/{each}"): world.units["east"] for each in range(count)}
        proposal = world.propose(to=people)
        with django_assert_num_queries(9):
            assert client.get(page(world, proposal)).status_code == 200


def rows_of(answer: Any) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(answer.content))
    assert book.active is not None
    return [tuple(row) for row in book.active.iter_rows(values_only=True)]


def test_both_lists_go_into_workbooks(world: World) -> None:
    proposal = world.propose()
    actions.answer(proposal=proposal, choice=Choice.ACCEPT, by=world.east)
    actions.notify(draft=told(asks=Sentence("Acknowledge")), people=[world.head.pk], by=world.robot)
    client = signed_in(world.head)
    [header, row] = rows_of(client.get("/inbox/proposals/export.xlsx"))
    assert header[0] == "提案"
    assert (row[0], row[2], row[5], row[6], row[7]) == (
        "Proposed: 样例",
        "head",
        "等待答复",
        1,
        2,
    )
    [_, row] = rows_of(client.get("/inbox/notices/export.xlsx"))
    assert (row[0], row[1], row[4]) == ("Thing 1 is there.", "系统", "Acknowledge")
    assert len(rows_of(client.get("/inbox/proposals/export.xlsx?state=refused"))) == 1
