"""From bytes to tables: files that somebody brought, read in a limited process.

``read_path`` reads a file or a folder; what is wrong with a file is told in
``Reading.problems`` and never raised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.table import ReadOptions, Table, Wanted
from bihuan.integrations.reader.content import SUFFIXES, suffix_of
from bihuan.integrations.reader.limits import LIMITS, Limits
from bihuan.integrations.reader.process import run_child
from bihuan.kernel.errors import Problem

__all__ = ["LIMITS", "Limits", "ReadOptions", "Reading", "Wanted", "read_file", "read_path"]

FILE_MISSING = Fault(
    "reader.file_missing",
    gettext_noop("No file matches “%(pattern)s”. There are: %(files)s."),
    gettext_noop("Put the file into the folder, or correct its name in the mapping."),
)
NOTHING_TO_READ = Fault(
    "reader.nothing_to_read",
    gettext_noop("There is no file that can be read here."),
    gettext_noop("Readable are .csv, .tsv, .txt, the same with .gz, and .xlsx."),
)
TOO_MANY_FILES = Fault(
    "reader.too_many_files",
    gettext_noop("The folder holds %(count)s files; at most %(limit)s are read together."),
    gettext_noop("Import them in several parts."),
)
AS_FOUND = ReadOptions()
WHOLE_FILE = Wanted(alias="", pattern="*", options=ReadOptions(all_sheets=True))
SHOWN_FILES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: tables, what is wrong with the files, and the names that were seen."""

    tables: tuple[Table, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()


def read_file(
    path: Path, *, name: str, options: ReadOptions = AS_FOUND, limits: Limits = LIMITS
) -> Reading:
    """Return the tables of one file; ``name`` is what people call it."""
    tables, problems = run_child(path, name=name, options=options, limits=limits)
    return Reading(tables=tuple(tables), problems=tuple(problems), files=(name,))


def read_path(
    path: Path,
    wanted: Sequence[Wanted] | None = None,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """Return the tables of a file or a folder: those asked for, or all that can be read."""
    names = _names(path)
    found = {name: path / name if path.is_dir() else path for name in names}
    if len(names) > limits.files:
        return _only(TOO_MANY_FILES.at(count=len(names), limit=limits.files), names)
    jobs, problems = _jobs(names, wanted)
    if not jobs and not problems:
        return _only(NOTHING_TO_READ.at(Origin(path.name)), names)
    tables: list[Table] = []
    total = sum(found[name].stat().st_size for name, _ in jobs)
    done = 0
    for name, options in jobs:
        reading = read_file(found[name], name=name, options=options, limits=limits)
        tables += reading.tables
        problems += reading.problems
        done += found[name].stat().st_size
        if on_progress is not None:
            on_progress(done, total)
    return Reading(tables=tuple(tables), problems=tuple(problems), files=names)


def _only(problem: Problem, names: tuple[str, ...]) -> Reading:
    return Reading(problems=(problem,), files=names)


def _names(path: Path) -> tuple[str, ...]:
    """Return the names of the files in a folder, hidden ones and links out of it left out."""
    if not path.is_dir():
        return (path.name,) if path.is_file() else ()
    inside = path.resolve()
    return tuple(
        sorted(
            each.relative_to(path).as_posix()
            for each in path.rglob("*")
            if each.is_file()
            and each.resolve().is_relative_to(inside)
            and not any(part.startswith((".", "~$")) for part in each.relative_to(path).parts)
        )
    )


def _jobs(
    names: tuple[str, ...], wanted: Sequence[Wanted] | None
) -> tuple[list[tuple[str, ReadOptions]], list[Problem]]:
    """Return each file to be read with its options, once per sheet that is asked for."""
    if wanted is None:
        several = len(names) > 1
        readable = [n for n in names if not several or suffix_of(n) in SUFFIXES]
        return [(name, WHOLE_FILE.options) for name in readable], []
    jobs: dict[tuple[str, ReadOptions], None] = {}
    problems = []
    for each in wanted:
        matching = [name for name in names if each.means(name)]
        if not matching and not each.is_optional:
            shown = ", ".join(names[:SHOWN_FILES]) or "–"
            problems.append(FILE_MISSING.at(pattern=each.pattern, files=shown))
        jobs.update({(name, each.options): None for name in matching})
    return list(jobs), problems
