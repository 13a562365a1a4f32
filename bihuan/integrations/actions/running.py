"""Running an import: read, check, land. All rows land, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.actions import open_source
from bihuan.facts.models import Source
from bihuan.integrations.actions.bringing import BRINGERS, ImportUnderWay
from bihuan.integrations.actions.fitting import people_that_do_not_fit
from bihuan.integrations.actions.landing import write
from bihuan.integrations.actions.telling import begin_told, finish_told
from bihuan.integrations.domain.landing import Landing, Note, land
from bihuan.integrations.domain.mapping import Mapping, load_mapping
from bihuan.integrations.domain.progress import State, Step, percent
from bihuan.integrations.models import Import
from bihuan.integrations.queries import known_of
from bihuan.integrations.reader import Reading, read_path
from bihuan.kernel.errors import DomainError, Problem
from bihuan.org.access import require_role
from bihuan.org.actions import robot_of
from bihuan.org.models import Person

SHOWN = 1000


@transaction.atomic
def claim_import(*, import_: Import, by: Person) -> Import:
    """Take an import for running; whoever comes second is refused."""
    require_role(by, *BRINGERS)
    locked = Import.objects.select_for_update().get(pk=import_.pk)
    if locked.state in (State.RUNNING.value, State.DONE.value, State.REVERTED.value):
        raise ImportUnderWay()
    locked.state, locked.progress, locked.alive_at = State.RUNNING.value, 0, clock.now()
    locked.step = Step.READING.value
    locked.save(update_fields=["state", "progress", "step", "alive_at"])
    journal.record(by, "import.claimed", locked)
    return locked


@transaction.atomic
def mark_stopped(*, import_: Import) -> Import:
    """Say of an import whose process is gone that it stopped; nothing of it has landed."""
    locked = Import.objects.select_for_update().get(pk=import_.pk)
    if locked.state == State.RUNNING.value and locked.alive_at == import_.alive_at:
        locked.state, locked.finished_at = State.STOPPED.value, clock.now()
        locked.save(update_fields=["state", "finished_at"])
        journal.record(robot_of(locked.tenant), "import.stopped", locked)
    return locked


def run_import(*, import_: Import, path: Path | None = None, by: Person) -> Import:
    """Run a claimed import to its end; what went wrong is kept with it, and nothing landed.

    ``path`` is where the files are, when they are not the uploaded ones.
    """
    mapping = load_mapping(import_.mapping)
    run = begin_told(import_, mapping)
    done = _run(import_, mapping, path or import_.folder, by)
    finish_told(run, done, mapping)
    return done


def _run(import_: Import, mapping: Mapping, files: Path, by: Person) -> Import:
    try:
        landing = _landing(import_, mapping, files)
        if landing is None:
            return import_
        _step(import_, Step.LANDING, 0, 1)
        return _land(import_, mapping, landing, by)
    except DomainError as error:
        # The reason belongs to the import, where whoever started it will look for it.
        reasons = error.problems or (_as_problem(error),)
        return _refuse(import_, reasons, len(reasons))


def _landing(import_: Import, mapping: Mapping, files: Path) -> Landing | None:
    """Return what the files say, or refuse the import when they cannot be read."""

    def reading(done: int, of: int) -> None:
        _step(import_, Step.READING, done, of)

    read: Reading = read_path(files, mapping.wanted(), on_progress=reading)
    if read.problems:
        _refuse(import_, read.problems, len(read.problems))
        return None
    _step(import_, Step.CHECKING, 0, 1)
    landing = land(mapping, read.tables, known_of(import_.tenant))
    if landing.problem_count:
        _refuse(import_, landing.problems, landing.problem_count, notes=landing.notes)
        return None
    if unfit := people_that_do_not_fit(landing, import_.tenant):
        _refuse(import_, unfit, len(unfit), notes=landing.notes)
        return None
    return landing


@transaction.atomic
def _land(import_: Import, mapping: Mapping, landing: Landing, by: Person) -> Import:
    source: Source = open_source(
        tenant=import_.tenant, code=mapping.source, name=mapping.name or mapping.source
    )
    batch, counts = write(landing, source=source, label=import_.label, by=by)
    import_.source, import_.batch = source, batch
    import_.counts, import_.notes = asdict(counts), [_note(each) for each in landing.notes]
    _finish(import_, State.DONE)
    journal.record(by, "import.landed", import_, new=counts.new, corrected=counts.corrected)
    return import_


def _refuse(
    import_: Import, problems: Sequence[Problem], count: int, notes: Sequence[Note] = ()
) -> Import:
    import_.problems = [_kept(problem) for problem in problems[:SHOWN]]
    import_.problem_count = count
    import_.notes = [_note(each) for each in notes]
    _finish(import_, State.REFUSED)
    return import_


def _finish(import_: Import, state: State) -> None:
    import_.state, import_.progress, import_.finished_at = state.value, 100, clock.now()
    import_.save()


def still_alive(*, import_id: int) -> None:
    """Say that a running import's process is there."""
    Import.objects.filter(pk=import_id).update(alive_at=clock.now())


def _step(import_: Import, step: Step, done: int, of: int) -> None:
    """Say how far the import is, outside any transaction, so that others see it."""
    now = percent(step, done=done, of=of)
    if import_.step == step.value and now == import_.progress:
        return
    import_.step, import_.progress, import_.alive_at = step.value, now, clock.now()
    import_.save(update_fields=["step", "progress", "alive_at"])


def _kept(problem: Problem) -> dict[str, object]:
    return {
        **asdict(problem),
        "params": {name: str(value) for name, value in problem.params.items()},
    }


def _note(note: Note) -> dict[str, object]:
    return {
        "code": note.code,
        "says": note.says,
        "params": {name: str(value) for name, value in note.params.items()},
        "file": note.file,
        "sheet": note.sheet,
        "column": note.column,
        "count": note.count,
        "rows": list(note.rows[:SHOWN]),
    }


def _as_problem(error: DomainError) -> Problem:
    return Problem(code=error.code, says=error.says, params=error.params)
