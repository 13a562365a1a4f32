"""The log of erasures: beside the database, so that a restore finds it and does them again.

A line each, in ``erasures/log.jsonl`` of the home: when, in which company, and which
number. Of the person nothing. It is in every backup, and a restore joins what the
backup says with what the home says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from bihuan.base.home import home_path

FOLDER = "erasures"
FILE = "log.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """That a subject of a company was erased; ``person`` is the number of a colleague."""

    at: str
    tenant: str
    subject: str
    person: int | None = None

    @property
    def uuid(self) -> UUID:
        return UUID(self.subject)


def note_erased(erased: Erased) -> None:
    """Write down an erasure, on the disk before anything is destroyed."""
    folder = home_path() / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (json.dumps(asdict(erased)) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def erased_in(*homes: Path) -> list[Erased]:
    """Return the erasures that any of these homes knows of, each once, in order."""
    found = {(each.tenant, each.subject): each for home in homes for each in _lines(home)}
    return list(found.values())


def _lines(home: Path) -> Iterator[Erased]:
    path = home / FOLDER / FILE
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield Erased(**json.loads(line))
        except (ValueError, TypeError):  # A line that was cut short says nothing.
            continue
