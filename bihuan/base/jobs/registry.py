"""The jobs there are, as the ``jobs.py`` of each app tells them.

A job is a function that takes ids by keyword. It is known by its name, so that
actions, which stand below jobs, can ask for it without importing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from bihuan.base.jobs.schedule import Every, Missed, Schedule

ATTEMPTS = 8
"""How often a job is tried at most: over about ten minutes, more with other settings."""

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A kind of work: its name, what it is called for people, and how it is run."""

    name: str
    title: Promise
    run: Callable[..., None]
    queue: str
    lock: str | None
    attempts: int
    runs_always: bool = False
    """Whether it is run in a company, too, in which a guard lets nothing else happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A job that starts by itself; once in each company, or once in the whole installation."""

    job: Job
    schedule: Schedule
    for_each_tenant: bool


_JOBS: dict[str, Job] = {}
_SCHEDULED: dict[str, Scheduled] = {}


def job(
    name: str,
    *,
    title: Promise,
    queue: str = "default",
    lock: str | None = None,
    attempts: int = ATTEMPTS,
    runs_always: bool = False,
) -> Callable[[F], F]:
    """Make a function a job of this name.

    Jobs with the same ``lock`` run one after the other, in the order they were asked
    for. A job that failed ``attempts`` times stays where an operator sees it.
    """

    def register(run: F) -> F:
        assert name not in _JOBS, f"two jobs are called {name}"
        _JOBS[name] = Job(
            name=name,
            title=title,
            run=run,
            queue=queue,
            lock=lock,
            attempts=attempts,
            runs_always=runs_always,
        )
        return run

    return register


def every_day(
    *, hour: int, minute: int = 0, missed: Missed = Missed.LATEST, for_each_tenant: bool = True
) -> Callable[[F], F]:
    """Start a job every day, by the clock of each company."""
    schedule = Schedule(every=Every.DAY, hour=hour, minute=minute, missed=missed)
    return _starting(schedule, for_each_tenant=for_each_tenant)


def every_week(
    *,
    weekday: int,
    hour: int,
    minute: int = 0,
    missed: Missed = Missed.LATEST,
    for_each_tenant: bool = True,
) -> Callable[[F], F]:
    """Start a job on one day of every week; Monday is 1, Sunday is 7."""
    schedule = Schedule(every=Every.WEEK, weekday=weekday, hour=hour, minute=minute, missed=missed)
    return _starting(schedule, for_each_tenant=for_each_tenant)


def every_month(
    *,
    day: int,
    hour: int,
    minute: int = 0,
    missed: Missed = Missed.LATEST,
    for_each_tenant: bool = True,
) -> Callable[[F], F]:
    """Start a job on one day of every month, or on its last where it is too short."""
    schedule = Schedule(every=Every.MONTH, day=day, hour=hour, minute=minute, missed=missed)
    return _starting(schedule, for_each_tenant=for_each_tenant)


def _starting(schedule: Schedule, *, for_each_tenant: bool) -> Callable[[F], F]:
    def register(run: F) -> F:
        [found] = [each for each in _JOBS.values() if each.run is run]  # @job stands below.
        _SCHEDULED[found.name] = Scheduled(
            job=found, schedule=schedule, for_each_tenant=for_each_tenant
        )
        return run

    return register


_GUARDS: list[Callable[[int], None]] = []


def guard_by(guard: Callable[[int], None]) -> None:
    """Ask ``guard`` before a job is run in a company; it may refuse. Said in ``ready()``."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


def require_may_run(job: Job, tenant_id: int | None) -> None:
    """Ask every guard whether a job may be run in a company."""
    if tenant_id is not None and not job.runs_always:
        for guard in _GUARDS:
            guard(tenant_id)


@cache
def _load() -> None:
    """Read every app's ``jobs.py``, once and no sooner than somebody asks for jobs."""
    autodiscover_modules("jobs")


def known_jobs() -> dict[str, Job]:
    """Return every job by its name."""
    _load()
    return _JOBS


def schedules() -> tuple[Scheduled, ...]:
    """Return every job that starts by itself, by name."""
    _load()
    return tuple(_SCHEDULED[name] for name in sorted(_SCHEDULED))
