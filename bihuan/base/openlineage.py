"""Telling a lineage server, where one is configured, which deed read and wrote what.

Off unless OpenLineage's own environment names a place to send events to:
``OPENLINEAGE_URL``, ``OPENLINEAGE_CONFIG`` or ``OPENLINEAGE__TRANSPORT__…``, and not
``OPENLINEAGE_DISABLED=true``. Without it nothing is imported and nothing is kept.

A deed says with plain values what it does and goes on at once. Events wait in a
queue with an end; a thread of its own makes and sends them. What does not fit is
dropped and counted, and an endpoint that fails is a line in the log, never more.

    run = begin("import.maven_crm", inputs=[…])
    run.complete(outputs=[…])          or          run.fail("refused: 3 problems")
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from queue import Empty, Full, Queue

from bihuan.base import clock
from bihuan.base.ending import at_end

logger = logging.getLogger(__name__)

WAITING = 500
"""So many events may wait to be sent."""
SECONDS_AT_END = 3
"""So long a process that ends waits for what is still to be sent."""
FAILURES = (OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError, ImportError)
"""What goes wrong on the way to a server. Anything else ends the thread, and the next
event begins another: no deed ever notices."""


class How(StrEnum):
    """How a column of an input has to do with an output."""

    IDENTITY = "identity"
    TRANSFORMATION = "transformation"
    AGGREGATION = "aggregation"
    FILTER = "filter"
    CONDITIONAL = "conditional"
    JOIN = "join"
    GROUP_BY = "group_by"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Flow:
    """A column of an input that goes into a field of an output.

    Without a field it decides over all of the output: which rows there are.
    """

    namespace: str
    dataset: str
    column: str
    how: How
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Something read or written: its columns with their types, and how many rows it has."""

    namespace: str
    name: str
    columns: tuple[tuple[str, str], ...] = ()
    flows: tuple[Flow, ...] = ()
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One event: what happened to which run, and all that is known of it."""

    state: str
    run_id: str
    at: datetime
    job: str
    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()
    sql: str = ""
    error: str = ""
    metric: tuple[tuple[str, str], ...] = ()
    """Names and values of the facet that names a metric and its version."""


Details = Callable[[], tuple[Sequence[Dataset], Sequence[Dataset], str]]
"""Gives inputs, outputs and statement; asked by the sending thread alone."""


def is_on() -> bool:
    """Tell whether OpenLineage's environment names a place to send events to."""
    if os.environ.get("OPENLINEAGE_DISABLED", "").lower() == "true":
        return False
    if "OPENLINEAGE_URL" in os.environ or "OPENLINEAGE_CONFIG" in os.environ:
        return True
    return any(name.startswith("OPENLINEAGE__TRANSPORT") for name in os.environ)


def namespace() -> str:
    """Return the namespace of jobs and of what has no address of its own."""
    return os.environ.get("OPENLINEAGE_NAMESPACE", "bihuan")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a job, begun; nothing happens to one that nobody is told of."""

    job: str
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_told: bool = True

    def complete(
        self,
        *,
        inputs: Sequence[Dataset] = (),
        outputs: Sequence[Dataset] = (),
        metric: tuple[tuple[str, str], ...] = (),
        details: Details | None = None,
    ) -> None:
        self._tell("COMPLETE", inputs, outputs, metric=metric, details=details)

    def fail(self, error: str) -> None:
        self._tell("FAIL", error=error)

    def _tell(
        self,
        state: str,
        inputs: Sequence[Dataset] = (),
        outputs: Sequence[Dataset] = (),
        *,
        error: str = "",
        metric: tuple[tuple[str, str], ...] = (),
        details: Details | None = None,
    ) -> None:
        if not self.is_told:
            return
        at = clock.now()

        def made() -> Told:
            read, written, sql = details() if details is not None else (inputs, outputs, "")
            return Told(
                state=state,
                run_id=self.run_id,
                at=at,
                job=self.job,
                inputs=tuple(read),
                outputs=tuple(written),
                sql=sql,
                error=error,
                metric=metric,
            )

        _SENDER.put(made)


def begin(job: str, *, inputs: Sequence[Dataset] = ()) -> Run:
    """Say that a job begins, where anybody is told."""
    run = Run(job, is_told=is_on())
    run._tell("START", inputs)
    return run


class Sender:
    """The queue and the thread that empties it; each process has its own."""

    def __init__(self) -> None:
        self.dropped = 0
        self.failed = 0
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._queue: Queue[Callable[[], Told]] = Queue(WAITING)
        self._thread: threading.Thread | None = None

    def put(self, made: Callable[[], Told]) -> None:
        """Leave an event to be sent; one that does not fit is dropped and counted."""
        if self._pid != os.getpid():  # A fork took the queue along, but not the thread.
            self._begin()
        try:
            self._queue.put_nowait(made)
        except Full:
            self.dropped += 1
            if self.dropped % 100 == 1:
                logger.warning("%s lineage events were dropped", self.dropped)
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._send_all, name="openlineage", daemon=True
                )
                self._thread.start()

    def _send_all(self) -> None:
        while True:
            try:
                made = self._queue.get(timeout=1)
            except Empty:
                continue
            try:
                from bihuan.base.openlineage_events import send

                send(made())
            except FAILURES as error:
                self.failed += 1
                if self.failed % 100 == 1:
                    logger.warning("lineage events are not sent (%s): %s", self.failed, error)
            finally:
                self._queue.task_done()

    def drain(self, seconds: int = SECONDS_AT_END) -> bool:
        """Wait for what is still to be sent, but not for long; tell whether all of it was."""
        until = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < until:
            time.sleep(1 / 50)
        return not self._queue.unfinished_tasks


_SENDER = Sender()
at_end(_SENDER.drain)


def drain(seconds: int = SECONDS_AT_END) -> bool:
    """Wait until every event so far is sent or given up; tell whether that came about in time."""
    return _SENDER.drain(seconds)


def counts() -> tuple[int, int]:
    """Return how many events this process has dropped, and how many it could not send."""
    return _SENDER.dropped, _SENDER.failed
