"""Processes that run beside the pages: started with them, started again, stopped with them.

A thread waits for the process and starts it again when it ends before its time,
after a pause that doubles while it keeps ending. It has a session of its own, so that
Ctrl-C reaches the pages first and the process is then asked to stop, not cut off.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic_ns, sleep

logger = logging.getLogger(__name__)

STARTER = "BIHUAN_BESIDE"
"""The variable that tells a process beside the pages who started it."""
PATIENCE_SECONDS = 15
"""How long a process may take to finish what it is at before it is killed."""
LONGEST_PAUSE_SECONDS = 60
SETTLED_NANOSECONDS = 60_000_000_000
"""Who ran for so long is not falling over: the next pause is short again."""


class Beside:
    """One command of ours that is kept running in a process of its own.

    It is started when the context is entered, and stopped when it is left.
    """

    def __init__(self, *arguments: str, program: tuple[str, ...] = ()) -> None:
        self.command = [*(program or (sys.executable, "-m", "bihuan")), *arguments]
        self.is_over = Event()
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._swap = Lock()
        self._keeper = Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Beside:
        self._keeper.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Ask the process to stop, and kill it when it does not.

        A process that was forked from the owner leaves the context too when it ends.
        """
        if os.getpid() != self._owner:
            return
        with self._swap:
            self.is_over.set()
            process = self.process
        if process is not None:
            process.terminate()
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._keeper.join()

    def _keep(self) -> None:
        pause = 1
        while (process := self._start()) is not None:
            began = monotonic_ns()
            process.wait()
            if monotonic_ns() - began > SETTLED_NANOSECONDS:
                pause = 1
            if self.is_over.wait(pause):
                return
            logger.error("%s ended and is started again", " ".join(self.command[1:]))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start the process, unless it is all over."""
        with self._swap:
            if self.is_over.is_set():
                return None
            known = {**os.environ, STARTER: str(self._owner)}
            self.process = subprocess.Popen(self.command, start_new_session=True, env=known)
            return self.process


def is_beside() -> bool:
    """Return whether this process was started to run beside another."""
    return STARTER in os.environ


def when_orphaned(deed: Callable[[], object]) -> None:
    """Do something once the process that started this one is gone, however it went."""
    parent = int(os.environ.get(STARTER) or os.getppid())

    def watch() -> None:
        while os.getppid() == parent:
            sleep(1)
        deed()

    Thread(target=watch, daemon=True).start()
