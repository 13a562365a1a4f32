"""Workers killed and paused past their time, again and again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs import later, registry
from bihuan.base.models import Effect
from bihuan.facts.tests.conftest import address, empty_database, own_database
from tests.jobs.trials import make_jobs

__all__ = ["empty_database", "own_database"]
pytestmark = pytest.mark.slow

WORKERS = 3
PAUSE_SECONDS = 4
"""Longer than the two seconds after which a silent worker counts as dead."""
LONGEST_SECONDS = 7200


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_database: str) -> Path:
    registry.known_jobs()
    monkeypatch.setattr(registry, "_JOBS", {})
    monkeypatch.setattr(registry, "_SCHEDULED", {})
    make_jobs(tmp_path)
    return tmp_path


class Gang:
    """Workers, of which one is killed or paused whenever it is told to."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack, self.chance = folder, stack, random.Random(3)
        self.running = [self.hire() for _ in range(WORKERS)]

    def hire(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.trials", str(self.folder)]
        env = {**os.environ, "DATABASE_URL": address()}
        worker = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        self.stack.callback(worker.wait)
        self.stack.callback(worker.kill)
        return worker

    def kill(self) -> None:
        victim = self.running.pop(self.chance.randrange(WORKERS))
        victim.kill()
        victim.wait()
        self.running.append(self.hire())

    def pause(self) -> None:
        victim = self.chance.choice(self.running)
        victim.send_signal(signal.SIGSTOP)
        time.sleep(PAUSE_SECONDS)
        victim.send_signal(signal.SIGCONT)


def deeds(kills: int, pauses: int) -> Iterator[str]:
    """Return what befalls the workers, in no order that they could know."""
    drawn = ["kill"] * kills + ["pause"] * pauses
    random.Random(5).shuffle(drawn)
    yield from drawn


@pytest.mark.parametrize(
    ("jobs", "kills", "pauses"),
    [pytest.param(60, 6, 3, id="60"), pytest.param(1000, 200, 50, id="1000")],
)
def test_nothing_is_lost_and_no_effect_is_there_twice(
    folder: Path, jobs: int, kills: int, pauses: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(jobs):
        later("trial.toil", tenant=7, name=str(number))
    began = time.monotonic()
    befallen: Counter[str] = Counter()
    with ExitStack() as stack:
        gang = Gang(folder, stack)
        for deed in deeds(kills, pauses):
            wait_for_work(began, jobs, befallen.total(), kills + pauses)
            gang.kill() if deed == "kill" else gang.pause()
            befallen[deed] += 1
        while not_done():
            assert time.monotonic() - began < LONGEST_SECONDS, states()
            time.sleep(0.5)
    effects = Counter(
        key.split("/")[1]
        for key in Effect.objects.filter(key__startswith="toiled/").values_list("key", flat=True)
    )
    assert befallen == {"kill": kills, "pause": pauses}
    assert effects == dict.fromkeys(map(str, range(jobs)), 1)
    assert states() == {"succeeded": jobs}
    again = ProcrastinateJob.objects.filter(attempts__gt=1).count()
    with capsys.disabled():
        seconds = int(time.monotonic() - began)
        print(f"\n{dict(befallen)}, run again: {again}, seconds: {seconds}")  # noqa: T201


def wait_for_work(began: float, jobs: int, done: int, of: int) -> None:
    """Wait until so large a part of the jobs is done as of the deeds, and a worker is at one."""
    while ProcrastinateJob.objects.filter(status="succeeded").count() * of < jobs * done:
        assert time.monotonic() - began < LONGEST_SECONDS, states()
        time.sleep(0.05)
    while not ProcrastinateJob.objects.filter(status="doing").exists() and not_done():
        assert time.monotonic() - began < LONGEST_SECONDS, states()
        time.sleep(0.05)


def not_done() -> bool:
    return ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists()


def states() -> dict[str, int]:
    return dict(Counter(ProcrastinateJob.objects.values_list("status", flat=True)))
