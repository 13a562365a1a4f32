"""The worker: runs jobs until it is told to stop.

Jobs run in threads, each with its own database connection, several at a time.
Beside them the worker says every few seconds that it lives, starts what is due, and
takes over what the dead left. On SIGTERM or SIGINT it takes no further job and
waits for those it has; whoever cannot wait kills it, and the next worker takes over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob

from bihuan.base.acting import Door, through
from bihuan.base.jobs import ticking, waiting
from bihuan.base.jobs.progress import RUNNING, Running
from bihuan.base.jobs.registry import Job, known_jobs, require_may_run
from bihuan.base.wall import inside
from bihuan.kernel.errors import Conflict, DomainError

logger = logging.getLogger(__name__)

CONCURRENCY = 2
LOOP = "loop"
"""Where the context of a job carries the event loop of its worker."""

Tick = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the worker does what it does by itself, in seconds."""

    heartbeat: int = 5
    silent: int = 30
    """After how long without a heartbeat a worker counts as dead."""
    tick: int = 20
    poll: int = 5


def work(
    *,
    tick: Tick,
    concurrency: int = CONCURRENCY,
    queues: Sequence[str] = (),
    keeps_on: bool = True,
    pace: Pace | None = None,
) -> None:
    """Run jobs, until told to stop or, where it does not keep on, until none is waiting.

    ``tick`` starts what is due; it is called again and again by a worker that keeps on.
    """
    register_all()
    asyncio.run(
        _work(
            tick=tick,
            pace=pace or Pace(),
            keeps_on=keeps_on,
            options={"concurrency": concurrency, "queues": list(queues) or None},
        )
    )


async def _work(*, tick: Tick, pace: Pace, keeps_on: bool, options: dict[str, Any]) -> None:
    # One connection listens, one fetches and finishes, one tells of progress.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    own = app.with_connector(connector)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(options["concurrency"] + 1))  # One ticks.
    async with own.open_async():
        beside = asyncio.create_task(_tick_on(tick, pace)) if keeps_on else None
        try:
            await own.run_worker_async(
                **options,
                wait=keeps_on,
                additional_context={LOOP: loop},
                fetch_job_polling_interval=pace.poll,
                update_heartbeat_interval=pace.heartbeat,
                stalled_worker_timeout=pace.silent,
            )
        finally:
            if beside is not None:
                beside.cancel()


async def _tick_on(tick: Tick, pace: Pace) -> None:
    while True:
        await asyncio.to_thread(_tick, tick, pace.silent)
        await asyncio.sleep(pace.tick)


def _tick(tick: Tick, silent_seconds: int) -> None:
    """Tick once; a database that is away for a moment is asked again the next time."""
    try:
        tick()
        ticking.take_over(silent_seconds=silent_seconds)
    except (OperationalError, InterfaceError, ConnectorException):
        logger.warning("the database is away; what is due waits", exc_info=True)
    finally:
        connections.close_all()


@cache
def register_all() -> None:
    """Tell Procrastinate of every job there is, once in a process."""
    for job in known_jobs().values():
        app.task(name=job.name, queue=job.queue, retry=Waiting(job.attempts), pass_context=True)(
            partial(_run, job)
        )


def _run(job: Job, context: JobContext, **ids: Any) -> None:
    """Run a job in its thread, and note why it failed when it does."""
    assert context.job.id is not None, "a job that runs has its number"
    running = Running(job_id=context.job.id, write=_writer(context))
    token = RUNNING.set(running)
    if context.job.attempts:
        running.note()  # What was noted of the attempt before holds no longer.
    try:
        require_may_run(job, ids.get("tenant"))
        with (
            _on_its_side(ids.get("tenant")),
            through(Door.JOB, number=f"job-{context.job.id}", on_behalf_of=_asker(ids)),
        ):
            job.run(**ids)
    except BaseException as fault:
        running.note(fault=fault)
        raise
    finally:
        RUNNING.reset(token)
        connections.close_all()  # The thread may stay idle for hours.


def _on_its_side(tenant_id: int | None) -> AbstractContextManager[None]:
    """Return the side of the wall that a job runs on: its company's, where it has one."""
    return nullcontext() if tenant_id is None else inside(tenant_id)


def _asker(ids: Mapping[str, object]) -> int | None:
    """Return the person who asked for a job, where it says so."""
    by = ids.get("by")
    return by if isinstance(by, int) else None


def _writer(context: JobContext) -> Callable[[str, dict[str, Any]], None]:
    """Return how a thread writes on the connections of the worker, not of the job."""
    own: App = context.app
    loop: asyncio.AbstractEventLoop = context.additional_context[LOOP]

    def write(statement: str, values: dict[str, Any]) -> None:
        written = own.connector.execute_query_async(statement, **values)
        asyncio.run_coroutine_threadsafe(written, loop).result()

    return write


class Waiting(BaseRetryStrategy):
    """When a job that failed is tried again: with growing waits, a limited number of times.

    A refusal that time cannot mend, one that is no conflict, is final at once.
    """

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        is_final = isinstance(exception, DomainError) and not isinstance(exception, Conflict)
        if is_final or job.attempts + 1 >= self.attempts:
            return None
        return RetryDecision(retry_in={"seconds": waiting.wait(job.attempts)})
