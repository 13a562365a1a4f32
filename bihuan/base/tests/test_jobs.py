"""Asking for jobs, claiming effects, starting what is due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction
from django.utils.translation import gettext_lazy as words
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs import (
    Missed,
    every_day,
    every_month,
    job,
    later,
    once,
    progress,
    queue,
    registry,
    ticking,
)
from bihuan.base.jobs.progress import RUNNING, Running
from bihuan.base.jobs.showing import job_lines, jobs_of, queue_lines
from bihuan.base.models import JobNote, ScheduleMark
from tests.make import make_tenant

pytestmark = pytest.mark.django_db
PEKING, LONDON = "Asia/Shanghai", "Europe/London"


@pytest.fixture(autouse=True)
def _own_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know two jobs, of which one starts by itself, and none of the product's."""
    registry.known_jobs()
    monkeypatch.setattr(registry, "_JOBS", {})
    monkeypatch.setattr(registry, "_SCHEDULED", {})

    @job("test.remind", title=words("Remind"), queue="notes", lock="one")
    def remind(*, tenant: int, goal: int) -> None: ...

    @every_month(day=1, hour=8, missed=Missed.EACH)
    @job("test.report", title=words("Report"))
    def report(*, tenant: int, on: str) -> None: ...


def waiting() -> list[tuple[str, dict[str, object]]]:
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    return list(jobs.values_list("task_name", "args"))


def test_a_job_is_asked_for_with_the_transaction_and_gone_with_it() -> None:
    def ask(goal: int) -> None:
        with transaction.atomic():
            later("test.remind", tenant=7, goal=goal)
            if goal == 2:
                raise LookupError

    ask(1)
    with pytest.raises(LookupError):
        ask(2)
    assert waiting() == [("test.remind", {"tenant": 7, "goal": 1})]


def test_a_job_takes_queue_and_lock_of_its_kind_unless_told_otherwise() -> None:
    tomorrow = datetime(2026, 11, 27, 8, tzinfo=UTC)
    later("test.remind", goal=1)
    later("test.remind", goal=2, queue="slow", lock="two", at=tomorrow)
    asked = ProcrastinateJob.objects.order_by("pk")
    assert list(asked.values_list("queue_name", "lock", "scheduled_at")) == [
        ("notes", "one", None),
        ("slow", "two", tomorrow),
    ]


def test_a_job_that_nobody_does_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        later("test.no_such_job")


def test_of_one_queueing_lock_a_second_does_not_wait_and_the_transaction_goes_on() -> None:
    with transaction.atomic():
        first = later("test.remind", queueing_lock="goal/1", goal=1)
        second = later("test.remind", queueing_lock="goal/1", goal=1)
        third = later("test.remind", queueing_lock="goal/2", goal=2)
    assert first is not None
    assert second is None
    assert third is not None
    assert [args["goal"] for _, args in waiting()] == [1, 2]


def test_an_effect_happens_once_and_again_only_when_it_was_undone() -> None:
    def claim(*, fail: bool = False) -> bool:
        with transaction.atomic():
            is_first = once("report/2026-10")
            if fail:
                raise LookupError
            return is_first

    with pytest.raises(LookupError):
        claim(fail=True)
    assert [claim(), claim(), claim()] == [True, False, False]


def test_what_lies_before_a_schedule_was_known_was_not_missed() -> None:
    zones = {make_tenant().pk: PEKING}
    assert ticking.start_due(zones=zones, now=datetime(2026, 11, 15, tzinfo=UTC)) == []
    assert ScheduleMark.objects.get().reached_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert waiting() == []


def test_each_company_starts_by_its_own_clock_and_once() -> None:
    peking, london = make_tenant("peking").pk, make_tenant("london").pk
    zones = {peking: PEKING, london: LONDON}
    begin = datetime(2026, 11, 15, tzinfo=UTC)
    started = {
        hour: [
            (each.tenant_id, each.occurrence.on.isoformat())
            for each in ticking.start_due(zones=zones, now=hour)
        ]
        for hour in (begin, *(datetime(2026, 12, 1, each, tzinfo=UTC) for each in (0, 1, 8, 9)))
    }
    assert list(started.values()) == [
        [],
        [(peking, "2026-12-01")],
        [],
        [(london, "2026-12-01")],
        [],
    ]
    assert waiting() == [
        ("test.report", {"tenant": peking, "on": "2026-12-01"}),
        ("test.report", {"tenant": london, "on": "2026-12-01"}),
    ]


def test_months_that_were_missed_are_made_up_for_one_by_one() -> None:
    zones = {make_tenant().pk: PEKING}
    ticking.start_due(zones=zones, now=datetime(2026, 7, 15, tzinfo=UTC))
    for _ in range(2):
        ticking.start_due(zones=zones, now=datetime(2026, 10, 15, tzinfo=UTC))
    assert [args["on"] for _, args in waiting()] == ["2026-08-01", "2026-09-01", "2026-10-01"]


def test_a_company_that_moves_west_does_not_have_the_day_twice() -> None:
    """Eight o'clock in Shanghai is over; eight o'clock in London comes on the same day."""
    tenant = make_tenant().pk
    ticking.start_due(zones={tenant: PEKING}, now=datetime(2026, 11, 15, tzinfo=UTC))
    ticking.start_due(zones={tenant: PEKING}, now=datetime(2026, 12, 1, 1, tzinfo=UTC))
    ticking.start_due(zones={tenant: LONDON}, now=datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert [args["on"] for _, args in waiting()] == ["2026-12-01"]


def test_what_the_whole_house_does_is_started_once_for_all_companies() -> None:
    @every_day(hour=3, for_each_tenant=False)
    @job("test.clean", title=words("Clean"))
    def clean(*, on: str) -> None: ...

    zones = {make_tenant("one").pk: LONDON, make_tenant("two").pk: LONDON}
    for hour in (18, 20, 21):  # Three in the morning in Shanghai is seven in the evening.
        ticking.start_due(zones=zones, now=datetime(2026, 11, 20, hour, tzinfo=UTC))
    assert waiting() == [("test.clean", {"on": "2026-11-21"})]


def test_progress_is_noted_beside_the_job_but_not_for_every_row() -> None:
    number = later("test.remind", tenant=7, goal=1)
    assert number is not None
    token = RUNNING.set(Running(job_id=number))
    try:
        for done in range(1, 4):
            progress(done=done, of=4, words=f"row {done}")
        assert JobNote.objects.get().done == 1, "the first, and then not before a second is over"
        progress(done=4, of=4)
    finally:
        RUNNING.reset(token)
    [line] = job_lines(jobs_of(7))
    assert (line.done, line.total, line.state, line.is_over) == (4, 4, "todo", False)


def test_outside_of_a_job_progress_is_not_noted() -> None:
    progress(done=1, of=2)
    assert not JobNote.objects.exists()


def failed_job(goal: int) -> ProcrastinateJob:
    number = later("test.remind", tenant=7, goal=goal)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8 WHERE id = %s", [number]
        )
    found: ProcrastinateJob = ProcrastinateJob.objects.get(pk=number)
    return found


def test_a_job_that_failed_is_tried_again_with_all_its_attempts() -> None:
    job = failed_job(1)
    with transaction.atomic():
        queue.retry(job)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("todo", 0)


@pytest.mark.parametrize("deed", [queue.retry, queue.discard])
def test_only_a_job_that_failed_can_be_tried_again_or_discarded(
    deed: Callable[[ProcrastinateJob], None],
) -> None:
    number = later("test.remind", tenant=7, goal=1)
    with pytest.raises(queue.JobNotFailed), transaction.atomic():
        deed(ProcrastinateJob.objects.get(pk=number))
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"


def test_a_job_that_is_discarded_is_gone_with_its_note() -> None:
    job, other = failed_job(1), failed_job(2)
    Running(job_id=job.pk).note(fault=LookupError("no goal"))
    Running(job_id=other.pk).note(fault=LookupError("no goal"))
    with transaction.atomic():
        queue.discard(job)
    assert [each.pk for each in ProcrastinateJob.objects.all()] == [other.pk]
    assert [note.job_id for note in JobNote.objects.all()] == [other.pk]


def test_finished_jobs_are_forgotten_after_their_days_and_what_failed_later() -> None:
    made = {}
    for state, days in (
        ("succeeded", 6), ("succeeded", 8), ("failed", 8), ("failed", 91), ("todo", 100)
    ):  # fmt: skip
        number = later("test.remind", tenant=7, goal=days)
        made[number] = (state, days)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number]
            )
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(days => %s)"
                " WHERE job_id = %s",
                [days, number],
            )
        Running(job_id=number or 0).note(done=1, of=1)
    queue.forget_finished(days=7, failed_days=90)
    left = ProcrastinateJob.objects.order_by("pk").values_list("pk", flat=True)
    assert [made[pk] for pk in left] == [("succeeded", 6), ("failed", 8), ("todo", 100)]
    assert sorted(JobNote.objects.values_list("job_id", flat=True)) == list(left)


def test_jobs_are_counted_by_queue_and_those_of_others_left_out() -> None:
    failed_job(1)
    for goal in (2, 3):
        later("test.remind", tenant=7, goal=goal)
    later("test.report", tenant=7, on="2026-11-01")
    later("test.report", tenant=8, on="2026-11-01")
    later("test.report", on="2026-11-01")
    assert {line.name: line.counts for line in queue_lines(jobs_of(7))} == {
        "default": {"todo": 1},
        "notes": {"failed": 1, "todo": 2},
    }


def together(*deeds: Callable[[], object]) -> list[object]:
    """Do several things at the same time, each on a connection of its own."""
    ready = threading.Barrier(len(deeds))
    answers: list[object] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        ready.wait()
        try:
            answers[place] = deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_who_claims_at_the_same_time_waits_and_only_one_has_the_effect() -> None:
    def claim() -> bool:
        with transaction.atomic():
            return once("bonus/1")

    assert sorted(map(bool, together(*[claim] * 6))) == [False] * 5 + [True]


@pytest.mark.django_db(transaction=True)
def test_workers_that_tick_at_the_same_time_start_it_once() -> None:
    zones = {make_tenant().pk: PEKING}

    def tick(now: datetime) -> Callable[[], object]:
        return lambda: ticking.start_due(zones=zones, now=now)

    together(*[tick(datetime(2026, 10, 15, tzinfo=UTC))] * 4)
    together(*[tick(datetime(2026, 11, 15, tzinfo=UTC))] * 4)
    together(*[tick(datetime(2026, 12, 15, tzinfo=UTC))] * 4)
    assert [args["on"] for _, args in waiting()] == ["2026-11-01", "2026-12-01"]
