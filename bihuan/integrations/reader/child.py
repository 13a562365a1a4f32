"""The limited process that opens a file somebody brought.

Started as ``python -m bihuan.integrations.reader.child``: one line of JSON on
its input says which file, its output are lines of JSON. It gives up what it
does not need before it touches the file: memory beyond a bound, time, writing
to disk, core dumps.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import BinaryIO

from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.table import ReadOptions, Table
from bihuan.integrations.reader.content import Content, check_content
from bihuan.integrations.reader.delimited import read_delimited
from bihuan.integrations.reader.limits import MEGABYTE, TOO_LARGE, FileRefused, Limits
from bihuan.integrations.reader.wire import encoded, spoken_problem, spoken_table
from bihuan.integrations.reader.workbook import read_workbook
from bihuan.kernel.errors import Problem

HEAD_BYTES = 512


def limit_this_process(limits: Limits) -> None:
    """Take the bounds that the system itself keeps; Windows knows none of them."""
    if sys.platform == "win32":
        return
    import resource

    for name, bound in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(name)
        soft = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(name, (soft, soft))


def read(
    path: Path, *, origin: Origin, options: ReadOptions, limits: Limits
) -> tuple[list[Table], list[Problem]]:
    """Return the tables of one file and the problems of its cells."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise FileRefused(
            TOO_LARGE.at(origin, size=size // MEGABYTE, limit=limits.file_bytes // MEGABYTE)
        )
    with path.open("rb") as stream:
        content = check_content(origin, stream.read(HEAD_BYTES))
    if content is Content.ZIP:
        return read_workbook(path, origin=origin, options=options, limits=limits)
    return read_delimited(path, origin=origin, options=options, limits=limits)


def answer(asked: dict[str, dict[str, str]], out: BinaryIO) -> None:
    """Read the file that is asked for and tell what is in it."""
    limits = Limits(**{name: int(bound) for name, bound in asked["limits"].items()})
    limit_this_process(limits)
    origin = Origin(asked["file"]["name"])
    options = ReadOptions(**asked["options"])  # type: ignore[arg-type]  # sent by our own parent
    try:
        tables, problems = read(
            Path(asked["file"]["path"]), origin=origin, options=options, limits=limits
        )
    except FileRefused as refused:
        tables, problems = [], [refused.problem]
    for problem in problems:
        out.write(spoken_problem(problem))
    for table in tables:
        out.writelines(spoken_table(table))
    out.write(encoded({"done": True}))
    out.flush()


if __name__ == "__main__":
    answer(json.loads(sys.stdin.buffer.readline()), sys.stdout.buffer)
