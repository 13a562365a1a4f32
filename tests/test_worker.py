"""Real workers, killed in the middle: nothing is lost, and every effect is there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs import later, registry
from bihuan.base.jobs.showing import job_lines, jobs_of
from bihuan.base.models import Effect, JobNote
from bihuan.facts.tests.conftest import address, empty_database, own_database
from tests.jobs.trials import make_jobs

__all__ = ["empty_database", "own_database"]
TENANT = 7
SOON = 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_database: str) -> Path:
    registry.known_jobs()
    monkeypatch.setattr(registry, "_JOBS", {})
    monkeypatch.setattr(registry, "_SCHEDULED", {})
    make_jobs(tmp_path)
    return tmp_path


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.jobs.trials", str(folder)]
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": address()}) as process:
        try:
            yield process
        finally:
            process.kill()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline, [
            (line.name, line.state, line.fault) for line in job_lines(jobs_of(None))
        ]
        time.sleep(0.05)


def runs(folder: Path, name: str) -> int:
    path = folder / name
    return len(path.read_text().splitlines()) if path.exists() else 0


def states() -> dict[str, str]:
    return {job.args["name"]: job.status for job in ProcrastinateJob.objects.all()}


def test_whatever_dies_when_the_job_runs_again_and_its_effect_is_there_once(
    folder: Path,
) -> None:
    moments = ("before its commit", "after its commit")
    with transaction.atomic():
        for name in moments:
            later("trial.pay", tenant=TENANT, name=name, dies=name)
        later("trial.kill", tenant=TENANT, name="deadly")
    with worker(folder) as first:
        until(lambda: all(runs(folder, name) == 1 for name in (*moments, "deadly")))
        # The transaction of the job is still open: what it told is seen all the same.
        until(lambda: JobNote.objects.filter(done=1, total=2, words="half of it").exists())
        until(lambda: Effect.objects.filter(key__startswith="paid/").count() == 1)
        first.kill()
    assert states() == dict.fromkeys((*moments, "deadly"), "doing")
    with worker(folder) as second:
        until(lambda: [states()[name] for name in moments] == ["succeeded", "succeeded"])
        until(lambda: runs(folder, "deadly") == 2)
        second.kill()
    paid = set(Effect.objects.filter(key__startswith="paid/").values_list("key", flat=True))
    assert paid == {"paid/before its commit/2", "paid/after its commit/1"}
    assert [runs(folder, name) for name in moments] == [2, 2]
    with worker(folder):
        until(lambda: states()["deadly"] == "failed")
    [line] = job_lines(jobs_of(TENANT), state="failed")
    assert (line.fault_code, line.attempts, runs(folder, "deadly")) == ("base.worker_died", 2, 2)


def test_what_fails_is_tried_again_until_it_is_enough_and_what_is_refused_is_not(
    folder: Path,
) -> None:
    for kind, name in (
        ("trial.refuse", "busy"),
        ("trial.refuse", "nowhere"),
        ("trial.recover", "late"),
    ):
        later(kind, tenant=TENANT, name=name)
    with worker(folder) as process:
        until(lambda: states() == {"busy": "failed", "nowhere": "failed", "late": "succeeded"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=SOON) == 0
    assert [runs(folder, name) for name in ("busy", "nowhere", "late")] == [3, 1, 2]
    faults = {line.ids["name"]: line.fault_code for line in job_lines(jobs_of(TENANT))}
    assert faults == {"busy": "trial.busy", "nowhere": "trial.nowhere", "late": ""}
