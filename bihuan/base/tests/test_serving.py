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

import pytest

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


def test_the_collector_leaves_alone_what_a_worker_has_loaded() -> None:
    before = gc.get_threshold()
    try:
        settle(None)
        assert gc.get_threshold() == COLLECTED_AFTER
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.set_threshold(*before)
