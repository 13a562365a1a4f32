"""Giving people tasks: once per person and thing, with what was seen, and lapsing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.inbox import actions
from bihuan.inbox.access import NotYoursToGive
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.escalation import DEFAULT, Deed, Ladder, Step
from bihuan.inbox.domain.evidence import Line, seen
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import Happened, TaskState
from bihuan.inbox.models import Task
from bihuan.inbox.tests.tasks import ZONE, at, draft
from bihuan.inbox.tests.world import World
from bihuan.org.actions import deactivate_person
from tests.make import make_person, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_task_keeps_what_was_asked_and_what_was_seen(world: World) -> None:
    low = Line(name=plain("Attainment"), value=Decimal("0.61"), unit="ratio", link="/goals/")
    asked = draft(
        body=(plain("Below 65% for two weeks."),),
        seen=seen([low], alert=7),
        checklist=(plain("Read"), plain("Talk")),
        copies=(world.head.pk, world.rep.pk, world.robot.pk),
    )
    with clock.pretended(at(2026, 11, 2, 10)):
        task = actions.assign_task(draft=asked, owner=world.rep, by=world.robot)
    assert task is not None
    kept = Task.objects.get()
    assert kept.title == asked.title
    assert kept.lines == list(asked.body)
    assert kept.evidence == (low,)
    assert kept.seen["alert"] == 7
    assert (kept.owner, kept.made_for, kept.unit) == (world.rep, world.rep, world.units["east"])
    assert [each.sentence for each in kept.items.all()] == list(asked.checklist)
    assert [each.person_id for each in kept.copies.all()] == [world.head.pk]
    assert kept.climb == DEFAULT
    assert (kept.counted_from, kept.next_step_on) == (date(2026, 11, 2), date(2026, 11, 5))
    assert [each.what for each in kept.events.all()] == [Happened.MADE.value]
    assert JournalEntry.objects.filter(verb="task.made").count() == 1


def test_a_thing_is_given_once_to_each_person(world: World) -> None:
    first = actions.assign_task(draft=draft(), owner=world.rep, by=world.robot)
    assert first is not None
    assert actions.assign_task(draft=draft(), owner=world.rep, by=world.robot) is None
    assert actions.assign_task(draft=draft(), owner=world.east, by=world.robot) is not None
    assert actions.assign_task(draft=draft(2), owner=world.rep, by=world.robot) is not None
    assert Task.objects.count() == 3
    assert JournalEntry.objects.filter(verb="task.made").count() == 3


def test_who_has_left_is_given_nothing(world: World) -> None:
    gone = make_person("gone", unit=world.units["east"])
    deactivate_person(person=gone, on=clock.today(ZONE), by=world.admin)
    gone.refresh_from_db()
    assert actions.assign_task(draft=draft(), owner=gone, by=world.robot) is None
    assert not Task.objects.exists()


def test_a_draft_s_own_steps_come_before_the_company_s(world: World) -> None:
    quick = Ladder((Step(1, Deed.REASSIGN),))
    task = actions.assign_task(draft=draft(steps=quick), owner=world.rep, by=world.robot)
    assert task is not None
    assert task.climb == quick


def test_tasks_lapse_by_what_they_are_about(world: World) -> None:
    for owner in (world.rep, world.east):
        actions.assign_task(draft=draft(), owner=owner, by=world.robot)
    actions.assign_task(draft=draft(kind="test.other"), owner=world.rep, by=world.robot)
    actions.assign_task(draft=draft(2), owner=world.rep, by=world.robot)
    about = About("test.thing", 1)
    assert actions.lapse_tasks(tenant=make_tenant("other"), about=about) == 0
    assert actions.lapse_tasks(tenant=world.tenant, about=about, kind="test.task") == 2
    assert actions.lapse_tasks(tenant=world.tenant, about=about) == 1
    assert actions.lapse_tasks(tenant=world.tenant, about=about) == 0
    left = Task.objects.open().get()
    assert left.about == "test.thing:2"
    lapsed = Task.objects.filter(state=TaskState.LAPSED.value)
    assert {each.next_step_on for each in lapsed} == {None}


def test_people_make_tasks_for_themselves_and_for_whom_they_lead(world: World) -> None:
    due = clock.today(ZONE) + timedelta(days=2)
    key = actions.new_key()
    for by, owner in ((world.rep, world.rep), (world.east, world.rep), (world.head, world.west)):
        made = actions.make_task(title="Call them", due_on=due, owner=owner, by=by, key=key)
        again = actions.make_task(title="Call them", due_on=due, owner=owner, by=by, key=key)
        assert (made, made.owner, made.made_by) == (again, owner, by)
    for by, owner in (
        (world.rep, world.east),
        (world.east, world.west),
        (world.hrbp, world.rep),
        (world.officer, world.rep),
        (world.admin, world.robot),
    ):
        with pytest.raises(NotYoursToGive):
            actions.make_task(title="No", due_on=due, owner=owner, by=by, key=key)
    assert Task.objects.count() == 3


def test_a_task_is_not_due_before_it_is_made(world: World) -> None:
    yesterday = clock.today(ZONE) - timedelta(days=1)
    with pytest.raises(actions.DueTooEarly):
        actions.make_task(title="Late", due_on=yesterday, owner=world.rep, by=world.rep, key=1)
    assert not Task.objects.exists()
