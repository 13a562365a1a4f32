"""Figures for Prometheus, read off the database and the machine when they are asked for.

No process counts for itself, so it does not matter which of them answers. An app adds figures
of its own in ``ready()``: ``register_figures(read)``.

>>> print(exposition([Figure("bihuan_jobs", "Jobs by state.", 3, {"state": 'to"do'})]), end="")
# HELP bihuan_jobs Jobs by state.
# TYPE bihuan_jobs gauge
bihuan_jobs{state="to\\"do"} 3
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import groupby

from django.db import connection

from bihuan.base.backup import Shelf
from bihuan.base.counting import request_figures
from bihuan.base.health.state import states
from bihuan.base.home import home


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its labels; those of one name stand together."""

    name: str
    help: str
    value: int | str
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: str = "gauge"


Read = Callable[[], Iterable[Figure]]
_READERS: list[Read] = []

JOBS = """
    SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2
"""
OLDEST = """
    SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at)))::bigint, 0)
    FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id
        AND e.type = 'deferred'
    WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= now()
"""
DATABASE = """
    SELECT pg_database_size(current_database()),
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
        current_setting('max_connections')::int
"""


def register_figures(read: Read) -> None:
    """Let figures of an app be shown with the others."""
    _READERS.append(read)


def figures_of() -> list[Figure]:
    """Return all figures, those of one name together."""
    found = [
        *_own(),
        *(figure for read in _READERS for figure in read()),
        *(
            Figure(f"bihuan_{name}", said, value, labels, kind)
            for name, said, value, labels, kind in request_figures()
        ),
    ]
    names = list(dict.fromkeys(figure.name for figure in found))
    return sorted(found, key=lambda figure: names.index(figure.name))


def _own() -> Iterator[Figure]:
    yield Figure("bihuan_info", "Which version runs.", 1, {"version": version("bihuan")})
    for state in states():
        labels = {"check": state.name}
        yield Figure("bihuan_is_well", "Whether it is well.", int(state.is_well), labels)
    yield Figure("bihuan_disk_free_bytes", "Room where the home is.", _free())
    with connection.cursor() as cursor:
        cursor.execute(JOBS)
        for queue, state_of_job, jobs in cursor.fetchall():
            labels = {"queue": queue, "state": state_of_job}
            yield Figure("bihuan_jobs", "Jobs by queue and state.", jobs, labels)
        cursor.execute(OLDEST)
        said = "How long the oldest job that is due has waited."
        yield Figure("bihuan_job_wait_seconds", said, cursor.fetchone()[0])
        cursor.execute(DATABASE)
        size, used, most = cursor.fetchone()
    yield Figure("bihuan_database_bytes", "Size of the database.", size)
    yield Figure("bihuan_database_connections", "Connections in use.", used)
    yield Figure("bihuan_database_connections_max", "Connections at most.", most)
    yield from _of_backups()


def _free() -> int:
    return shutil.disk_usage(home()).free


def _of_backups() -> Iterator[Figure]:
    newest = next(iter(Shelf.usual().all()), None)
    if newest is not None:
        at = int(newest.made_at.timestamp())
        yield Figure("bihuan_backup_seconds", "When the newest backup was made.", at)
        yield Figure("bihuan_backup_bytes", "How large the newest backup is.", newest.size)
        is_checked = int(newest.checked_at is not None)
        yield Figure("bihuan_backup_is_checked", "Whether it was read through.", is_checked)


def exposition(figures: Iterable[Figure]) -> str:
    """Return figures in the text format of Prometheus."""
    lines: list[str] = []
    for _name, group in groupby(figures, key=lambda figure: _family(figure)):
        of_one = list(group)
        first = of_one[0]
        lines += [f"# HELP {_name} {first.help}", f"# TYPE {_name} {first.kind}"]
        lines += [f"{each.name}{_labels(each.labels)} {each.value}" for each in of_one]
    return "\n".join(lines) + "\n"


def _family(figure: Figure) -> str:
    """Return the name under which a figure is declared: that of the histogram for its parts."""
    if figure.kind != "histogram":
        return figure.name
    return figure.name.rpartition("_")[0]


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
