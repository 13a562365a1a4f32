"""What an alert becomes: for the manager, for HR, for the rep; each once, and heard of."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from bihuan.customers.actions import add_words, erase_conversation
from bihuan.facts.models import Fact
from bihuan.inbox.actions import check_item, finish
from bihuan.inbox.domain.task import Outcome
from bihuan.inbox.models import Task
from bihuan.org.access import scope_of
from bihuan.playbooks.actions import load_starter_set
from bihuan.playbooks.models import HandedOut
from bihuan.rules import actions
from bihuan.rules.access import alert_seen
from bihuan.rules.models import Alert, ResponseMade
from bihuan.rules.tests.team import (
    Team,
    at,
    few_visits,
    in_force,
    look,
    make_team,
    monday,
    visit,
)
from tests.make import make_fact, make_login, make_member

pytestmark = pytest.mark.django_db
THREE = [
    {"kind": "task", "to": "manager", "brings": ["conversations"]},
    {"kind": "task", "to": "hrbp", "brings": ["assessment"]},
    {"kind": "pack", "to": "person"},
    {"kind": "fact"},
    {"kind": "notice", "to": "quality_officer"},
    {"kind": "freeze", "to": "manager"},
]


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def alert(team: Team) -> Alert:
    with at(monday(0)):
        load_starter_set(tenant=team.tenant, owner=team.head)
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    in_force(team, few_visits(responses=THREE))
    [found] = look(team, 2).opened
    with at(monday(2)):
        actions.respond(tenant=team.tenant)
    return found


def test_everybody_gets_theirs_and_once(team: Team, alert: Alert) -> None:
    made = ResponseMade.objects.filter(alert=alert).order_by("place")
    assert [(each.kind, each.person, bool(each.became)) for each in made] == [
        ("task", team.boss, True),
        ("task", team.hrbp, True),
        ("pack", team.lin, True),
        ("fact", None, True),
        ("notice", team.quality, True),
        ("freeze", team.boss, True),
    ]
    with at(monday(2)):
        assert actions.respond(tenant=team.tenant) == 0
    owners = Task.objects.order_by("pk").values_list("owner__code", flat=True)
    assert list(owners) == ["boss", "hrbp", "lin"]
    assert HandedOut.objects.get().person == team.lin


def test_hr_gets_facts_and_no_verdict_and_sees_only_what_was_sent(team: Team, alert: Alert) -> None:
    task = Task.objects.get(owner=team.hrbp)
    lines = {line["name"]["says"]: line.get("value") for line in task.seen["lines"]}
    assert lines["%(metric)s: median of %(count)s peers in the same unit"] == "5"
    assert lines["Load: tasks to do"] == "0"
    with at(monday(2)):
        assert alert_seen(alert.pk, scope_of(team.hrbp)) == alert


def test_what_is_done_is_noted_and_what_is_over_lapses(team: Team, alert: Alert) -> None:
    task = Task.objects.get(owner=team.boss)
    with at(monday(2), hour=10):
        for item in task.items.all():
            check_item(task=task, place=item.place, is_checked=True, by=team.boss)
        finish(task=task, outcome=Outcome.DONE, result="we agreed on a plan", by=team.boss)
    alert.refresh_from_db()
    assert (alert.state, alert.acted_at is not None) == ("acted", True)
    noted = alert.events.filter(what="acted").values_list("by__code", "note")
    assert list(noted) == [("boss", "we agreed on a plan")]
    visit(team.lin, [5], first=2)
    visit(team.mate, [5], first=2)
    assert [each.pk for each in look(team, 3).recovered] == [alert.pk]
    states = dict(Task.objects.values_list("owner__code", "state"))
    assert states == {"boss": "done", "hrbp": "lapsed", "lin": "lapsed"}
    assert HandedOut.objects.get().recovered is True


def test_nobody_to_address_is_said_and_not_asked_again(team: Team) -> None:
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    nobody = [{"kind": "task", "to": "role", "role": "clerk"}]
    in_force(team, few_visits(responses=nobody))
    look(team, 2)
    with at(monday(2)):
        assert actions.respond(tenant=team.tenant) == 1
        assert actions.respond(tenant=team.tenant) == 0
    assert [(each.person, each.became) for each in ResponseMade.objects.all()] == [(None, "")]


def test_the_pack_s_task_is_heard_of_too(team: Team, alert: Alert) -> None:
    task = Task.objects.get(owner=team.lin)
    with at(monday(2), hour=10):
        for item in task.items.all():
            check_item(task=task, place=item.place, is_checked=True, by=team.lin)
        finish(task=task, outcome=Outcome.DONE, result="used it twice", by=team.lin)
    alert.refresh_from_db()
    noted = alert.events.filter(what="acted").values_list("by__code", "note")
    assert (alert.state, list(noted)) == ("acted", [("lin", "used it twice")])


def test_the_summary_in_a_task_is_judged_there_and_goes_with_its_sources(team: Team) -> None:
    with at(monday(1)):
        customer = make_member("瑞和医院", tenant=team.tenant)
        fact = make_fact(
            team.lin, on=monday(0), kind="visit.logged", amount=None, account_id=customer.pk
        )
        talk = add_words(fact=fact, text="王主任说价格偏高。预算月底才批。", by=team.lin)
    visit(team.lin, [0, 1])
    visit(team.mate, [5, 5])
    in_force(team, few_visits(responses=THREE))
    look(team, 2)
    with at(monday(2)):
        actions.respond(tenant=team.tenant)
    task = Task.objects.get(owner=team.boss)
    assert "价格偏高" not in str(task.seen)
    client, address = Client(), f"/inbox/tasks/{task.pk}/"
    client.force_login(make_login(team.boss))
    page = client.get(address).content.decode()
    assert "价格偏高" in page
    assert f'<a href="/facts/{fact.seq}/">瑞和医院 09-07</a>' in page
    told = client.get(f"/api/v1/inbox/tasks/{task.pk}").json()["text"]
    assert (told["sources"], told["word"]) == ([talk.about], "")
    head = Client()
    head.force_login(make_login(team.head))
    seen = head.get(address).content.decode()
    assert ("价格偏高" in seen, 'value="adopted"' in seen) == (True, False)
    client.post(f"/ai/texts/{told['id']}/say/", {"word": "refused", "next": address})
    assert Fact.objects.filter(kind="text.refused", person=team.boss).count() == 1
    erase_conversation(conversation=talk, reason="客户要求", by=team.lin)
    assert "价格偏高" not in client.get(address).content.decode()


MOBILE, MASKED = "13912345678", "139****5678"


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        *(("lin", MOBILE), ("boss", MOBILE), ("head", MOBILE)),
        *(("quality", MASKED), ("admin", MASKED), ("hrbp", MASKED)),
    ],
)
def test_notes_on_an_alert_are_read_as_its_map_says(
    team: Team, alert: Alert, who: str, shown: str
) -> None:
    with at(monday(2)):
        actions.say(alert=alert, words=f"打给 {MOBILE}", by=team.boss)
        task = Task.objects.filter(owner=team.boss).first()
        assert task is not None
        finish(task=task, outcome=Outcome.PARTLY, result=f"已打 {MOBILE}", by=team.boss)
        actions.close(alert=alert, reason=f"见 {MOBILE}", by=team.boss)
    client = Client()
    client.force_login(make_login(getattr(team, who)))
    doors = (f"/rules/alerts/{alert.pk}/", f"/api/v1/rules/alerts/{alert.pk}")
    listed = ("/api/v1/rules/alerts?state=all",)
    for door in (*doors, *listed):
        text = client.get(door).content.decode()
        assert {each for each in (MOBILE, MASKED) if each in text} == {shown}, door
    book = load_workbook(BytesIO(client.get("/rules/alerts/export.xlsx?state=all").content))
    assert shown in str([list(row) for row in book.active.values])
