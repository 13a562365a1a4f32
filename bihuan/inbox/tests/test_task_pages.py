"""The pages of tasks: lists, one task, its forms, and the steps of the company."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.domain.escalation import Deed, Ladder, Step
from bihuan.inbox.domain.evidence import Line, seen
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import Outcome
from bihuan.inbox.models import Escalation, Task
from bihuan.inbox.queries import TasksShown, tasks
from bihuan.inbox.tests.tasks import ZONE, give
from bihuan.inbox.tests.world import World
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from tests.make import make_login

pytestmark = pytest.mark.django_db

TODAY = clock.today(ZONE)


@pytest.fixture
def world() -> World:
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def page(task: Task, part: str = "") -> str:
    return f"/inbox/tasks/{task.pk}/{part}"


def shown(person: Person, which: TasksShown, *, kind: str = "") -> list[Task]:
    return list(tasks(scope_of(person), which, TODAY, kind=kind))


def test_each_list_shows_its_tasks_what_is_most_overdue_first(world: World) -> None:
    late = give(world.rep, 1, due_on=TODAY - timedelta(days=3))
    soon = give(world.rep, 2, due_on=TODAY + timedelta(days=1), copies=(world.west.pk,))
    asleep = give(world.rep, 3, due_on=TODAY - timedelta(days=9), kind="test.other")
    done = give(world.rep, 4)
    mine = give(world.east, 5)
    until = TODAY + timedelta(days=2)
    actions.snooze(task=asleep, until=until, reason="trip", by=world.rep)
    actions.finish(task=done, outcome=Outcome.DONE, by=world.rep)
    assert shown(world.rep, TasksShown.MINE) == [late, soon, asleep]
    assert shown(world.rep, TasksShown.MINE, kind="test.other") == [asleep]
    assert shown(world.rep, TasksShown.DONE) == [done]
    assert shown(world.rep, TasksShown.TEAM) == []
    assert shown(world.east, TasksShown.TEAM) == [late, soon, asleep]
    assert shown(world.east, TasksShown.MINE) == [mine]
    assert shown(world.west, TasksShown.COPIED) == [soon]
    assert shown(world.west, TasksShown.TEAM) == []
    assert shown(world.hrbp, TasksShown.TEAM) == []
    assert len(shown(world.officer, TasksShown.TEAM)) == 4


def test_the_bell_counts_what_is_to_be_done_now(world: World) -> None:
    client = signed_in(world.rep)
    assert "bell-count" not in client.get("/inbox/").content.decode()
    first = give(world.rep, 1)
    give(world.rep, 2)
    until = TODAY + timedelta(days=2)
    actions.snooze(task=first, until=until, reason="trip", by=world.rep)
    assert (
        '<span class="bell-count" aria-hidden="true">1</span>'
        in client.get("/inbox/").content.decode()
    )


def test_the_page_shows_what_was_seen_and_counts_as_read(world: World) -> None:
    line = Line(name=plain("完成率"), value=None, unit="ratio", link="/goals/")
    task = give(world.rep, seen=seen([line]), checklist=(plain("先看数据"),))
    client = signed_in(world.rep)
    body = client.get(page(task)).content.decode()
    assert "完成率" in body
    assert "先看数据" in body
    assert task.events.read_by(world.rep.pk).count() == 1
    client.head(page(task))
    assert signed_in(world.west).get(page(task)).status_code == 404


def test_a_point_is_ticked_off_where_it_stands(world: World) -> None:
    task = give(world.rep, checklist=(plain("一"), plain("二")))
    client = signed_in(world.rep)
    part = client.post(page(task, "items/2/"), {"checked": "1"}, headers={"HX-Request": "true"})
    assert 'aria-checked="true" data-focus' in part.content.decode()
    plain_answer = client.post(page(task, "items/2/"), {"checked": "0"})
    assert plain_answer["Location"] == page(task) + "#items"
    assert task.items.filter(checked_at__isnull=False).count() == 0


def test_a_task_lives_through_its_forms(world: World) -> None:
    client = signed_in(world.east)
    form = client.get("/inbox/tasks/new/").context["form"]
    given = {
        "title": "回访客户",
        "body": "先电话\n再上门",
        "owner": world.rep.pk,
        "due_on": TODAY.isoformat(),
        "checklist": "电话\n\n上门",
        "key": form.initial["key"],
    }
    for _time in range(2):
        assert client.post("/inbox/tasks/new/", given).status_code == 302
    task = Task.objects.get()
    assert [each.sentence.params["text"] for each in task.items.all()] == ["电话", "上门"]
    rep = signed_in(world.rep)
    until = TODAY + timedelta(days=3)
    answer = rep.post(page(task, "snooze/"), {"until": until.isoformat(), "reason": "出差"})
    assert answer["Location"] == page(task)
    assert rep.post(page(task, "wake/")).status_code == 302
    assert rep.post(page(task, "comment/"), {"text": "已联系"}).status_code == 302
    refused = rep.post(page(task, "done/"), {"outcome": "done"})
    assert refused.status_code == 409
    assert "清单尚有未勾选的事项" in refused.content.decode()
    assert rep.post(page(task, "done/"), {"outcome": "partly"}).status_code == 422
    done = {"outcome": "partly", "result": "客户在考虑"}
    assert rep.post(page(task, "done/"), done).status_code == 302
    assert rep.get(page(task, "done/"))["Location"] == page(task)
    assert rep.post(page(task, "reopen/")).status_code == 302
    gone = rep.post(page(task, "hand-over/"), {"to": world.east.pk, "reason": "休假"})
    assert gone["Location"] == page(task)
    assert client.post(page(task, "call-off/"), {"reason": "已解决"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.owner) == ("lapsed", world.east)
    said = [each.what for each in task.events.all()]
    assert said == [
        *("made", "snoozed", "woken", "commented", "done", "reopened", "handed_over", "lapsed"),
    ]
    assert "已解决" in client.get(page(task)).content.decode()


def test_forms_are_for_those_who_may(world: World) -> None:
    task = give(world.rep)
    for part, who in (("done/", world.east), ("snooze/", world.east), ("call-off/", world.rep)):
        assert signed_in(who).get(page(task, part)).status_code == 403
    assert signed_in(world.officer).get(page(task, "hand-over/")).status_code == 403
    assert signed_in(world.east).get(page(task, "hand-over/")).status_code == 200


def test_a_stale_form_moves_nothing(world: World) -> None:
    task = give(world.rep)
    boss = signed_in(world.head)
    had = boss.get(page(task, "hand-over/")).context["form"].initial["had"]
    actions.hand_over(task=task, to=world.east, reason="r", by=world.rep)
    given = {"to": world.west.pk, "reason": "r", "had": had}
    answer = boss.post(page(task, "hand-over/"), given)
    assert answer.status_code == 409
    assert "这项待办已转给east head" in answer.content.decode()
    assert Task.objects.get().owner == world.east


def test_a_list_goes_into_a_workbook(world: World) -> None:
    task = give(world.rep, due_on=date(2026, 12, 4))
    actions.finish(task=task, outcome=Outcome.PARTLY, result="=1+1", by=world.rep)
    answer = signed_in(world.rep).get("/inbox/tasks/export.xlsx?which=done")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.active is not None
    header, row = book.active.iter_rows(values_only=True)
    assert header[:3] == ("待办", "待办类型", "负责人")
    assert (row[0], row[2], row[3], row[6]) == ("See to thing 1.", "rep", "系统", "已完成")
    assert row[9:] == ("部分完成", "'=1+1")


def test_the_steps_of_the_company_are_set_by_a_form(world: World) -> None:
    client = signed_in(world.admin)
    assert "提醒负责人" in client.get("/inbox/escalation/").content.decode()
    deeds = {f"deed-{number}": "copy" for number in range(6)}
    given = {"kind": "inbox.own", "counting": "calendar", "after-0": "2", "after-1": "1", **deeds}
    answer = client.post("/inbox/escalation/edit/", given)
    assert answer.status_code == 422
    assert "每一步的天数须晚于上一步" in answer.content.decode()
    given["after-1"] = ""
    assert client.post("/inbox/escalation/edit/", given).status_code == 302
    kept = Escalation.objects.get()
    assert kept.climb.steps == (Step(2, Deed.COPY),)
    assert client.post("/inbox/escalation/reset/", {"kind": "inbox.own"}).status_code == 302
    assert not Escalation.objects.exists()
    assert signed_in(world.head).get("/inbox/escalation/").status_code == 403


def test_the_api_and_the_form_set_the_same_steps(world: World) -> None:
    client = signed_in(world.admin)
    steps = [{"after": 4, "deed": "reassign"}]
    answer = client.put(
        "/api/v1/inbox/escalation", {"kind": "", "steps": steps}, content_type="application/json"
    )
    assert answer.json()[0] == {"kind": "", "counting": "working", "steps": steps, "is_own": True}
    assert give(world.rep).climb == Ladder((Step(4, Deed.REASSIGN),))


def test_a_task_takes_the_same_number_of_statements_whatever_happened_to_it(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    task = give(world.rep, checklist=tuple(plain(str(each)) for each in range(20)))
    client = signed_in(world.rep)
    client.get(page(task))
    for number in range(1, 20):
        with django_assert_num_queries(17):
            client.get(page(task))
        actions.check_item(task=task, place=number, is_checked=True, by=world.rep)
        actions.comment(task=task, text=str(number), by=world.rep)
