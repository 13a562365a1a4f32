"""The parent of the server: starts it, starts it again, and stops it when nobody is left.

    python -I supervisor.py FOLDER SOCKETS COMMAND [ARGUMENT ...]

It inherits the locked ``supervisor.lock`` and keeps it as long as it lives. It
waits for the exclusive lock on ``lease.lock``, which it gets when the last user
of the server is gone, and keeps that to its end, so that whoever comes next waits
until the server has stopped. The server and all it forks inherit ``server.lock``:
as long as one of them lives, even after a kill of its parent, no second server
starts on the same files; and once it is free, the files in which a server notes
its process number are surely stale, also when another process has that number now,
as often happens when a container starts again.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

PAUSE = 0.1
PATIENCE = 10.0
MOST_FAILURES = 10
LONG_ENOUGH = 5.0


class Supervisor:
    def __init__(self, folder: Path, sockets: Path, command: list[str]) -> None:
        self.folder = folder
        self.sockets = sockets
        self.command = command
        self.is_over = threading.Event()
        self.server: subprocess.Popen[bytes] | None = None

    def watch_lease(self) -> None:
        """Wait until nobody uses the server any more, then stop it."""
        descriptor = os.open(self.folder / "lease.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self.stop()

    def stop(self) -> None:
        """Ask the server for a fast shutdown, and start no other."""
        self.is_over.set()
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)

    def run(self) -> None:
        """Keep the server running until it is over, or it fails too often in a row."""
        failures = 0
        while not self.is_over.is_set() and failures < MOST_FAILURES:
            began = time.monotonic()
            self.run_once()
            lived = time.monotonic() - began
            failures = 0 if lived > LONG_ENOUGH else failures + 1
            self.is_over.wait(PAUSE * failures)

    def run_once(self) -> None:
        lock = self.server_lock()
        if lock is None:
            return
        for stale in (self.folder / "data/postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
        self.server = subprocess.Popen(self.command, pass_fds=[lock], cwd="/")
        os.close(lock)
        if self.is_over.is_set():  # It became over while the server was being started.
            self.stop()
        self.server.wait()

    def server_lock(self) -> int | None:
        """Wait until no process of an earlier server is left; stop one that lost its parent."""
        descriptor = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        began = time.monotonic()
        while not self.is_over.is_set():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - began
                self.stop_stray(signal.SIGINT if waited < PATIENCE else signal.SIGQUIT)
                self.is_over.wait(PAUSE)
            else:
                return descriptor
        os.close(descriptor)
        return None

    def stop_stray(self, how: signal.Signals) -> None:
        with suppress(OSError, ValueError, IndexError):
            lines = (self.folder / "data/postmaster.pid").read_text(encoding="utf-8").splitlines()
            os.kill(int(lines[0]), how)


def main() -> None:
    folder, sockets, *command = sys.argv[1:]
    supervisor = Supervisor(Path(folder), Path(sockets), command)

    def asked(number: int, frame: FrameType | None) -> None:
        supervisor.stop()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=supervisor.watch_lease, daemon=True).start()
    supervisor.run()


if __name__ == "__main__":
    main()
