"""``bihuan up``, really served and stopped."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from bihuan.base import ending
from bihuan.base import serving as serving_module
from bihuan.base.postgres import locks
from bihuan.base.postgres.place import Place
from bihuan.base.serving import COLLECTED_AFTER, HostUnusable, PortTaken, require_free, settle

ROOT = Path(__file__).resolve().parents[3]
SERVES = """
import sys
import django
django.setup()
from bihuan.base.serving import serve
serve(host="127.0.0.1", port=int(sys.argv[1]))
"""
FORKS = """
import os
import duckdb
from bihuan.base.ending import at_end, end_now
child = os.fork()
if child == 0:
    duckdb.connect(config={"threads": 2}).execute("SELECT 1")
    at_end(lambda: print("the last deed"))
    end_now(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""With ``sys.exit(7)`` in place of ``end_now(7)`` the fork aborts, or waits for ever."""
SOON = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    said = home.with_suffix(".log")
    with (
        said.open("w") as log,
        subprocess.Popen(
            [sys.executable, "-c", SERVES, str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env={
                **inherited,
                "BIHUAN_HOME": str(home),
                "DJANGO_SETTINGS_MODULE": "bihuan.settings",
                "PYTHONPATH": str(ROOT),
            },
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}" in process.stdout.readline(), said.read_text()
            yield process
        finally:
            process.kill()


def wait_until_stopped(home: Path, port: int) -> None:
    place = Place(home)
    deadline = time.monotonic() + SOON
    while is_open(port) or locks.is_taken(place.server_lock) or locks.is_taken(place.lease):
        assert time.monotonic() < deadline, "something is still running"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_pages_are_served_until_ctrl_c_or_kill(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    with serving(home, port) as process:
        assert is_open(port)
        assert locks.is_taken(Place(home).server_lock)
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0
        # By then all is stopped: the end of a container would kill what is left.
        assert not locks.is_taken(Place(home).server_lock)
        assert not is_open(port)
        assert "Worker" not in home.with_suffix(".log").read_text(), "a worker had to be killed"
    with serving(home, port) as process:
        process.kill()
        process.wait()
        wait_until_stopped(home, port)


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} of 127.0.0.1 is in use"):
            require_free(host="127.0.0.1", port=port)


def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(HostUnusable):
        require_free(host="192.0.2.1", port=8000)


def test_a_fork_that_used_duckdb_ends_by_itself() -> None:
    said = subprocess.run(
        [sys.executable, "-c", FORKS], cwd=ROOT, capture_output=True, text=True, timeout=SOON
    )
    assert (said.stdout.split("\n"), said.stderr) == (["the last deed", "7", ""], "")


def test_a_worker_leaves_with_its_own_code_and_its_parent_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """gunicorn asks the same of the process above when a worker is gone."""
    codes: list[int] = []
    monkeypatch.setattr(serving_module, "end_now", codes.append)
    serving_module.leave(None, SimpleNamespace(pid=os.getpid() + 1))
    assert codes == []
    for reason in (SystemExit(3), SystemExit("no number"), ValueError()):
        try:
            raise reason
        except (SystemExit, ValueError):
            serving_module.leave(None, SimpleNamespace(pid=os.getpid()))
    assert codes == [3, 1, 1]


def test_a_process_ends_when_a_sign_of_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_signs", [])
    worker = SimpleNamespace(alive=True)
    ending.ends_when(lambda: not worker.alive)
    assert not ending.is_ending()
    worker.alive = False
    assert ending.is_ending()


def test_the_collector_leaves_alone_what_a_worker_has_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "_signs", [])
    before = gc.get_threshold()
    try:
        settle(SimpleNamespace(alive=True))
        assert gc.get_threshold() == COLLECTED_AFTER
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.set_threshold(*before)
