"""What happens to a task: read, ticked off, put off, handed over, done, taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.facts.models import Fact
from bihuan.inbox import actions, uses
from bihuan.inbox.access import (
    NotYoursToCallOff,
    NotYoursToHandOver,
    NotYourTask,
    people_handed_to,
)
from bihuan.inbox.actions import (
    ItemMissing,
    ItemsLeft,
    NobodyToHandTo,
    NotDone,
    ReopenTooLate,
    TaskClosed,
    TaskMoved,
    TheirsAlready,
)
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import ReasonMissing
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import Happened, Outcome, SnoozeUnfit, TaskState, WordsMissing
from bihuan.inbox.models import Notice, Task
from bihuan.inbox.queries import tasks_about
from bihuan.inbox.tests.tasks import ZONE, at, give
from bihuan.inbox.tests.world import World
from bihuan.kernel.errors import DomainError
from bihuan.org.models import Person
from tests.make import make_person

pytestmark = pytest.mark.django_db

MONDAY = at(2026, 11, 2, 10)
TODAY = MONDAY.date()


@pytest.fixture
def world() -> World:
    return World()


def happened(task: Task) -> list[str]:
    return list(task.events.values_list("what", flat=True))


def unchanged(task: Task, deed: Callable[[], object], refusal: type[DomainError]) -> None:
    """Try a deed that is refused, and hold that nothing is different after it."""
    before = (Task.objects.filter(pk=task.pk).values().get(), happened(task))
    journal = JournalEntry.objects.count()
    with pytest.raises(refusal):
        deed()
    assert (Task.objects.filter(pk=task.pk).values().get(), happened(task)) == before
    assert JournalEntry.objects.count() == journal


def test_the_first_reading_of_each_person_is_kept(world: World) -> None:
    task = give(world.rep)
    assert actions.read_task(task=task, by=world.rep)
    assert not actions.read_task(task=task, by=world.rep)
    assert actions.read_task(task=task, by=world.east)
    assert [each.by for each in task.events.what(Happened.READ)] == [world.rep, world.east]


def test_to_read_a_task_is_to_read_what_was_told_of_it(world: World) -> None:
    task, other = give(world.rep, 1), give(world.rep, 2)
    for each in (task, other):
        actions.comment(task=each, text="How far is it?", by=world.east)
    actions.read_task(task=task, by=world.rep)
    unread = Notice.objects.visible_to(world.rep).unread()
    assert [each.link for each in unread] == [f"/inbox/tasks/{other.pk}/"]


def test_comments_are_told_to_who_has_to_do_with_the_task(world: World) -> None:
    task = give(world.rep)
    actions.comment(task=task, text="How far is it?", by=world.east)
    actions.comment(task=task, text=" Half. \r\nMore tomorrow. ", by=world.rep)
    told = Notice.objects.filter(kind="inbox.task_commented").order_by("pk")
    assert [each.person for each in told] == [world.rep, world.east]
    said = [each.text for each in task.events.what(Happened.COMMENTED)]
    assert said == ["How far is it?", "Half. \nMore tomorrow."]
    with pytest.raises(WordsMissing):
        actions.comment(task=task, text=" \n", by=world.rep)


def test_points_are_ticked_off_by_the_owner_alone(world: World) -> None:
    task = give(world.rep, checklist=(plain("Read"), plain("Talk")))
    for is_checked in (True, True, False, True):
        actions.check_item(task=task, place=2, is_checked=is_checked, by=world.rep)
    assert happened(task) == ["made", "checked", "unchecked", "checked"]
    assert [each.checked_by for each in task.items.all()] == [None, world.rep]
    unchanged(
        task,
        lambda: actions.check_item(task=task, place=1, is_checked=True, by=world.east),
        NotYourTask,
    )
    unchanged(
        task,
        lambda: actions.check_item(task=task, place=3, is_checked=True, by=world.rep),
        ItemMissing,
    )


def test_a_task_is_put_off_with_a_reason_and_comes_back(world: World) -> None:
    task = give(world.rep, on=MONDAY)
    until = date(2026, 11, 6)
    with clock.pretended(MONDAY):
        for day, reason, refusal in (
            (TODAY, "trip", SnoozeUnfit),
            (TODAY + timedelta(days=91), "trip", SnoozeUnfit),
            (until, " ", ReasonMissing),
        ):
            unchanged(
                task,
                lambda d=day, r=reason: actions.snooze(task=task, until=d, reason=r, by=world.rep),  # type: ignore[misc]
                refusal,
            )
        task = actions.snooze(task=task, until=until, reason="trip", by=world.rep)
    assert task.next_step_on == date(2026, 11, 10), "Friday is the first day that counts"
    assert not Task.objects.awake(until - timedelta(days=1)).exists()
    assert Task.objects.awake(until).exists()
    with clock.pretended(at(2026, 11, 4)):
        task = actions.wake(task=task, by=world.rep)
        assert actions.wake(task=task, by=world.rep) == task
    assert task.next_step_on == date(2026, 11, 6)
    assert happened(task) == ["made", "snoozed", "woken"]


def test_what_is_done_is_told_and_recorded(world: World) -> None:
    due = date(2026, 11, 4)
    with clock.pretended(MONDAY):
        task = actions.make_task(
            title="Call Lin", due_on=due, owner=world.rep, by=world.east, key=1
        )
    with clock.pretended(at(2026, 11, 7)):
        unchanged(
            task,
            lambda: actions.finish(task=task, outcome=Outcome.PARTLY, by=world.rep),
            WordsMissing,
        )
        unchanged(
            task,
            lambda: actions.finish(task=task, outcome=Outcome.DONE, by=world.east),
            NotYourTask,
        )
        task = actions.finish(
            task=task, outcome=Outcome.PARTLY, result="No answer yet.", by=world.rep
        )
    assert (task.state, task.outcome, task.result) == ("done", "partly", "No answer yet.")
    assert task.next_step_on is None
    told = Notice.objects.get(kind="inbox.task_done")
    assert told.person == world.east
    fact = Fact.objects.get(kind="task.done")
    assert (fact.person, fact.unit, fact.business_on) == (
        world.rep,
        world.units["east"],
        date(2026, 11, 7),
    )
    assert (fact.category, fact.outcome, fact.opened_on, fact.due_on) == (
        "inbox.own",
        "partly",
        TODAY,
        due,
    )
    assert (fact.number_1, fact.number_2) == (Decimal(5), Decimal(3))
    assert fact.extra == {}, "what people write is no fact"
    unchanged(
        task,
        lambda: actions.finish(task=task, outcome=Outcome.DONE, by=world.rep),
        TaskClosed,
    )


def test_a_checklist_is_ticked_off_before_all_is_done(world: World) -> None:
    task = give(world.rep, checklist=(plain("Read"),))
    unchanged(
        task, lambda: actions.finish(task=task, outcome=Outcome.DONE, by=world.rep), ItemsLeft
    )
    actions.check_item(task=task, place=1, is_checked=True, by=world.rep)
    assert actions.finish(task=task, outcome=Outcome.DONE, by=world.rep).state == "done"


def test_what_is_done_is_taken_up_again_within_a_day(world: World) -> None:
    task = give(world.rep, on=MONDAY)
    unchanged(task, lambda: actions.reopen(task=task, by=world.rep), NotDone)
    with clock.pretended(MONDAY):
        actions.finish(task=task, outcome=Outcome.DONE, result="r", by=world.rep)
    unchanged(task, lambda: actions.reopen(task=task, by=world.east), NotYourTask)
    with clock.pretended(MONDAY + timedelta(hours=24)):
        task = actions.reopen(task=task, by=world.rep)
    assert (task.state, task.outcome, task.result, task.closed_at) == ("open", "", "", None)
    assert task.next_step_on == date(2026, 11, 5)
    first, reversal = Fact.objects.filter(kind="task.done").order_by("seq")
    assert reversal.reverses == first
    with clock.pretended(at(2026, 11, 4)):
        task = actions.finish(task=task, outcome=Outcome.DONE, by=world.rep)
    assert Fact.objects.filter(kind="task.done", reverses__isnull=True).count() == 2
    with clock.pretended(at(2026, 11, 5, 9, 1)):
        unchanged(task, lambda: actions.reopen(task=task, by=world.rep), ReopenTooLate)


def test_who_gets_a_task_has_all_its_days(world: World) -> None:
    mate = make_person("mate", unit=world.units["east"])
    task = give(world.rep, on=MONDAY)
    with clock.pretended(at(2026, 11, 4)):
        actions.snooze(task=task, until=date(2026, 11, 20), reason="trip", by=world.rep)
        task = actions.hand_over(task=task, to=mate, reason="holiday", by=world.rep)
    assert (task.owner, task.snoozed_until) == (mate, None)
    assert (task.counted_from, task.next_step_on) == (date(2026, 11, 4), date(2026, 11, 9))
    assert [each.person for each in task.copies.all()] == [world.rep]
    told = Notice.objects.filter(kind="inbox.task_handed_over")
    assert {each.person for each in told} == {mate}
    unchanged(
        task, lambda: actions.finish(task=task, outcome=Outcome.DONE, by=world.rep), TaskMoved
    )


def test_a_task_is_handed_over_by_its_owner_or_by_who_leads_them(world: World) -> None:
    task = give(world.rep)

    def to(person: Person, by: Person, reason: str = "r") -> Callable[[], Task]:
        return lambda: actions.hand_over(task=task, to=person, reason=reason, by=by)

    for by in (world.west, world.hrbp, world.officer):
        unchanged(task, to(world.head, by), NotYoursToHandOver)
    unchanged(task, to(world.rep, world.rep), TheirsAlready)
    unchanged(task, to(world.west, world.rep), NobodyToHandTo)
    unchanged(task, to(world.east, world.rep, ""), ReasonMissing)
    task = to(world.east, world.rep)()
    task = to(world.rep, world.head)()
    task = to(world.west, world.admin)()
    assert task.unit == world.units["west"]
    assert [each.name for each in people_handed_to(world.rep, TODAY)] == [
        "east head",
        "rep",
    ]


def test_a_task_goes_where_it_was_seen_to_be(world: World) -> None:
    """A manager who opened the form while the owner still had it moves nothing else."""
    task = give(world.rep)
    actions.hand_over(task=task, to=world.east, reason="r", by=world.rep)
    task.refresh_from_db()
    unchanged(
        task,
        lambda: actions.hand_over(
            task=task, to=world.west, reason="r", by=world.head, had=world.rep.pk
        ),
        TaskMoved,
    )


def test_who_made_a_task_calls_it_off(world: World) -> None:
    due = clock.today(ZONE)
    task = actions.make_task(title="Call", due_on=due, owner=world.rep, by=world.east, key=1)
    for by in (world.rep, world.head, world.admin):
        unchanged(
            task,
            lambda b=by: actions.call_off(task=task, reason="r", by=b),  # type: ignore[misc]
            NotYoursToCallOff,
        )
    task = actions.call_off(task=task, reason="They called us.", by=world.east)
    assert task.state == TaskState.LAPSED.value
    task.refresh_from_db()
    assert task.state == TaskState.LAPSED.value
    assert Notice.objects.get(kind="inbox.task_called_off").person == world.rep


def test_the_package_that_made_a_task_is_told_what_happens_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, str]] = []
    kind = uses.TaskKind(
        code="test.told",
        name=uses.task_kind("none").name,
        happened=lambda task, event: told.append((task.pk, event.what)),
    )
    monkeypatch.setitem(uses._KINDS, "test.told", kind)
    task = give(world.rep, kind="test.told")
    actions.read_task(task=task, by=world.rep)
    actions.finish(task=task, outcome=Outcome.DONE, by=world.rep)
    assert told == [(task.pk, "read"), (task.pk, "done")]


def test_what_has_become_of_tasks_about_a_thing(world: World) -> None:
    task, other = give(world.rep), give(world.east)
    give(world.rep, 2)
    actions.read_task(task=task, by=world.east)
    actions.read_task(task=task, by=world.rep)
    [first, second] = tasks_about(tenant=world.tenant, about=About("test.thing", 1))
    read_at = task.events.read_by(world.rep.pk).get().at
    assert (first.task, first.read_at) == (task, read_at)
    assert (second.task, second.read_at) == (other, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["finish", "hand over"])
def test_of_two_deeds_at_once_one_wins_and_the_other_is_told(other: str) -> None:
    world = World()
    task = give(world.rep)
    start, outcomes = threading.Barrier(2), list[str]()

    def window(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
            outcomes.append("kept")
        except (TaskMoved, TaskClosed) as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    deeds: list[Callable[[], object]] = [
        lambda: actions.hand_over(task=task, to=world.east, reason="r", by=world.rep),
        (lambda: actions.finish(task=task, outcome=Outcome.DONE, by=world.rep))
        if other == "finish"
        else (lambda: actions.hand_over(task=task, to=world.head, reason="r", by=world.head)),
    ]
    threads = [threading.Thread(target=window, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "kept" in outcomes
    assert len(outcomes) == 2
    assert sorted(outcomes)[0] in ("inbox.task_moved", "inbox.task_closed")
    changed = task.events.what(Happened.HANDED_OVER, Happened.DONE)
    assert changed.count() == 1
