"""Tasks that lie: each step once, to the right people, whatever days the job is missed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.base import clock
from bihuan.facts.models import Fact
from bihuan.inbox import actions
from bihuan.inbox.actions import KindUnknown, escalate_due, record_tasks, set_escalation
from bihuan.inbox.domain.escalation import Counting, Deed, Ladder, Step, StepsOutOfOrder
from bihuan.inbox.domain.task import Happened, Outcome
from bihuan.inbox.models import Escalation, Notice, Task, TaskEvent
from bihuan.inbox.tests.replay import DAYS, Life, steps_taken_on
from bihuan.inbox.tests.tasks import ZONE, at, give
from bihuan.inbox.tests.world import World
from bihuan.kernel.calendar import DayCount
from bihuan.org.access import NotYourRole
from bihuan.org.actions import deactivate_person, move_person
from bihuan.org.models import Person, Tenant
from tests.examples import examples

pytestmark = pytest.mark.django_db

MONDAY = at(2026, 11, 2, 10)
"""No holiday in China until the new year."""


@pytest.fixture
def world() -> World:
    return World()


def run_on(*days: date) -> int:
    return sum(escalate_due(at(day.year, day.month, day.day, 8, 30)) for day in days)


def november(*numbers: int) -> list[date]:
    return [date(2026, 11, number) for number in numbers]


def steps_of(task: Task) -> list[tuple[str, date]]:
    events = task.events.what(Happened.ESCALATED)
    return [(each.deed, clock.business_day(each.at, ZONE)) for each in events]


def told_of(task: Task, people: Iterable[Person]) -> list[int]:
    """Return how often each was told that a task escalated."""
    found = Notice.objects.filter(kind="inbox.task_escalated", link=f"/inbox/tasks/{task.pk}/")
    return [found.filter(person=each).count() for each in people]


def test_day_three_reminds_day_five_tells_the_manager_day_seven_gives_it_to_them(
    world: World,
) -> None:
    task = give(world.rep, on=MONDAY)
    assert run_on(*november(*range(2, 30))) == 3
    assert steps_of(task) == [
        ("remind", date(2026, 11, 5)),
        ("copy", date(2026, 11, 9)),
        ("reassign", date(2026, 11, 11)),
    ]
    task.refresh_from_db()
    assert task.owner == world.east
    assert task.next_step_on is None
    assert {each.person for each in task.copies.all()} == {world.east, world.rep}
    assert told_of(task, [world.rep, world.east, world.head]) == [2, 2, 0]


def test_what_is_done_or_asleep_is_left_alone(world: World) -> None:
    done, asleep = give(world.rep, 1, on=MONDAY), give(world.rep, 2, on=MONDAY)
    with clock.pretended(at(2026, 11, 3)):
        actions.finish(task=done, outcome=Outcome.DONE, by=world.rep)
        actions.snooze(task=asleep, until=date(2026, 11, 16), reason="trip", by=world.rep)
    assert run_on(*november(*range(4, 17))) == 0
    assert run_on(*november(17, 18)) == 1
    assert steps_of(asleep) == [("remind", date(2026, 11, 18))]
    assert steps_of(done) == []


def test_the_job_acts_on_what_is_so_now_and_not_on_what_it_found(world: World) -> None:
    """Between finding a task and holding it, its owner may have put it off."""
    task = give(world.rep, on=MONDAY)
    with clock.pretended(at(2026, 11, 5, 8, 29)):
        actions.snooze(task=task, until=date(2026, 11, 9), reason="trip", by=world.rep)
    Task.objects.filter(pk=task.pk).update(next_step_on=date(2026, 11, 5))
    assert run_on(*november(5)) == 0


def test_missed_days_are_made_up_for_one_a_day(world: World) -> None:
    task = give(world.rep, on=MONDAY)
    assert run_on(*november(20, 20, 21, 22, 23, 24, 25)) == 3
    days = [day for _, day in steps_of(task)]
    assert days == november(20, 23, 24), "Saturday and Sunday do not count"


def test_nobody_stands_above_the_head(world: World) -> None:
    task = give(world.head, on=MONDAY)
    assert run_on(*november(*range(2, 30))) == 3
    task.refresh_from_db()
    assert task.owner == world.head
    assert told_of(task, [world.head]) == [1]
    assert [each.person for each in task.events.what(Happened.ESCALATED)] == [None, None, None]


def test_the_task_of_who_has_left_goes_to_their_manager(world: World) -> None:
    task = give(world.rep, on=MONDAY)
    with clock.pretended(at(2026, 11, 4)):
        deactivate_person(person=world.rep, on=date(2026, 11, 4), by=world.admin)
    assert run_on(*november(4, 5, 6)) == 1
    task.refresh_from_db()
    assert (task.owner, task.counted_from) == (world.east, date(2026, 11, 4))
    assert task.events.what(Happened.HANDED_OVER).get().deed == "left"
    assert run_on(*november(9)) == 1, "the manager has all its days before them"


def test_an_open_task_is_seen_by_those_who_lead_its_owner_now(world: World) -> None:
    task, closed = give(world.rep, 1, on=MONDAY), give(world.rep, 2, on=MONDAY)
    with clock.pretended(at(2026, 11, 3)):
        actions.finish(task=closed, outcome=Outcome.DONE, by=world.rep)
        move_person(person=world.rep, to=world.units["west"], on=date(2026, 11, 3), by=world.admin)
    run_on(*november(3))
    task.refresh_from_db()
    closed.refresh_from_db()
    assert task.unit == world.units["west"]
    assert closed.unit == world.units["east"], "what was done stays with whom it was done for"


def test_each_kind_has_its_own_steps_the_others_those_of_the_company(world: World) -> None:
    quick = Ladder((Step(1, Deed.COPY),), Counting.CALENDAR)
    slow = Ladder((Step(30, Deed.REMIND),))
    set_escalation(tenant=world.tenant, kind="inbox.own", ladder=quick, by=world.admin)
    set_escalation(tenant=world.tenant, ladder=slow, by=world.admin)
    assert give(world.rep, 1, kind="inbox.own").climb == quick
    assert give(world.rep, 2).climb == slow
    set_escalation(tenant=world.tenant, kind="inbox.own", ladder=None, by=world.admin)
    assert give(world.rep, 3, kind="inbox.own").climb == slow


def test_steps_are_set_by_an_administrator_for_kinds_there_are(world: World) -> None:
    ladder = Ladder((Step(1, Deed.REMIND),))
    for by in (world.head, world.officer, world.rep):
        with pytest.raises(NotYourRole):
            set_escalation(tenant=world.tenant, ladder=ladder, by=by)
    with pytest.raises(KindUnknown):
        set_escalation(tenant=world.tenant, kind="no.such", ladder=ladder, by=world.admin)
    twice = Ladder((Step(2, Deed.REMIND), Step(2, Deed.COPY)))
    with pytest.raises(StepsOutOfOrder):
        set_escalation(tenant=world.tenant, ladder=twice, by=world.admin)
    assert not Escalation.objects.exists()


@pytest.mark.properties
def test_each_step_is_taken_once_as_in_a_replay_whatever_days_are_missed(world: World) -> None:
    Tenant.objects.filter(pk=world.tenant.pk).update(day_count="weekdays")
    world.rep.tenant.refresh_from_db()

    @settings(max_examples=examples(12), deadline=None)
    @given(
        missed=st.sets(st.integers(0, 24)),
        nights=st.integers(0, 10),
        asleep_on=st.integers(1, 12),
        after=st.sets(st.integers(1, 9), min_size=1, max_size=3),
    )
    def lived(missed: set[int], nights: int, asleep_on: int, after: set[int]) -> None:
        since = MONDAY.date()
        days = [since + timedelta(days=number) for number in range(25)]
        off = days[asleep_on]
        life = Life(
            since=since,
            calendar=DayCount.WEEKDAYS,
            after=tuple(sorted(after)),
            notes={off: off + timedelta(days=nights)} if nights else {},
            runs={day for number, day in enumerate(days) if number not in missed},
        )
        point = transaction.savepoint()
        steps = Ladder(tuple(Step(each, Deed.REMIND) for each in life.after))
        task = give(world.rep, on=MONDAY, steps=steps)
        for day in days:
            if day in life.notes:
                with clock.pretended(at(day.year, day.month, day.day, 7)):
                    until = day + timedelta(days=nights)
                    actions.snooze(task=task, until=until, reason="trip", by=world.rep)
            if day in life.runs:
                run_on(day, day)
        assert [day for _, day in steps_of(task)] == steps_taken_on(life)
        transaction.savepoint_rollback(point)

    assert DAYS > 25
    lived()


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_step_once() -> None:
    world = World()
    task = give(world.rep, on=MONDAY)
    start, taken = threading.Barrier(3), []

    def work() -> None:
        start.wait()
        taken.append(escalate_due(at(2026, 11, 5, 8, 30)))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 0, 1]
    assert steps_of(task) == [("remind", date(2026, 11, 5))]
    assert told_of(task, [world.rep]) == [1]


def test_what_was_made_and_escalated_is_in_the_ledger_once(world: World) -> None:
    task = give(world.rep, on=MONDAY)
    run_on(*november(5, 9))
    now = at(2026, 11, 10, 0, 40)
    assert (record_tasks(now), record_tasks(now)) == (3, 0)
    made, *climbed = Fact.objects.filter(source__code="tasks").order_by("seq")
    assert (made.kind, made.person, made.business_on) == (
        "task.made",
        world.rep,
        date(2026, 11, 2),
    )
    assert (made.category, made.due_on, made.unit) == (task.kind, task.due_on, world.units["east"])
    assert [(each.kind, each.outcome, each.number_1) for each in climbed] == [
        ("task.escalated", "remind", Decimal(3)),
        ("task.escalated", "copy", Decimal(7)),
    ]
    assert TaskEvent.objects.filter(task=task).count() == 3
    assert record_tasks(now, tenant_id=world.tenant.pk + 1) == 0
