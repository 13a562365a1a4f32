"""A process beside the pages is started again when it ends, and stopped with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bihuan.base.beside import Beside

LIVES = """
import os, sys, time
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(600)
"""
SOON = 60
ROOT = Path(__file__).resolve().parents[3]


def pids(path: Path, count: int) -> list[int]:
    """Return the ids of the processes there were, once there were so many."""
    deadline = time.monotonic() + SOON
    while True:
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) >= count:
            return [int(line) for line in lines]
        assert time.monotonic() < deadline, lines
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_who_ends_before_its_time_is_started_again_and_stopped_at_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    noted = tmp_path / "pids"
    with Beside(str(noted), program=(sys.executable, "-c", LIVES)):
        [first] = pids(noted, 1)
        os.kill(first, signal.SIGKILL)
        second = pids(noted, 2)[1]
        assert is_alive(second)
    assert [is_alive(pid) for pid in (first, second)] == [False, False]
    assert len(pids(noted, 2)) == 2, "nothing is started once it is over"
    assert "started again" in caplog.text


def test_a_fork_that_ends_stops_nothing(tmp_path: Path) -> None:
    """Servers of pages are forked inside, and leave the context as well when they end."""
    noted = tmp_path / "pids"
    with Beside(str(noted), program=(sys.executable, "-c", LIVES)) as beside:
        [first] = pids(noted, 1)
        if (fork := os.fork()) == 0:
            beside.__exit__()
            os._exit(0)
        assert os.waitpid(fork, 0)[1] == 0
        assert is_alive(first)
        assert beside.process is not None
        assert beside.process.poll() is None
    assert not is_alive(first)


def test_who_was_started_notices_that_the_starter_is_gone(tmp_path: Path) -> None:
    """Also when that went before this one had looked who it was."""
    ends = tmp_path / "ended"
    program = f"""
import os, time
from pathlib import Path
from bihuan.base.beside import when_orphaned
time.sleep(1)  # As long as it takes to set up.
when_orphaned(lambda: os._exit(Path({str(ends)!r}).touch() or 0))
time.sleep(60)
"""
    start = f"""
import os, sys
from bihuan.base.beside import Beside
beside = Beside(program=(sys.executable, "-c", {program!r})).__enter__()
while beside.process is None:
    pass
os.kill(os.getpid(), 9)
"""
    starter = subprocess.run([sys.executable, "-c", start], cwd=ROOT, check=False)
    assert starter.returncode == -signal.SIGKILL
    deadline = time.monotonic() + SOON
    while not ends.exists():
        assert time.monotonic() < deadline, "it did not notice"
        time.sleep(0.02)
