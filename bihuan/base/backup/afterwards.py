"""What must be done to what a backup brought back, before it is in force.

A package that knows of something a backup does not, such as who was erased since, says here
what to do. It is done on the restored rows and on the files that wait to be placed, in
the schema beside the one in use; when it fails, nothing was restored.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Afterwards = Callable[[Path], int]
"""Told where the files of the backup wait; returns how many things it did."""

_AFTERWARDS: list[Afterwards] = []


def after_restore(deed: Afterwards) -> None:
    """Have something done to each backup that is brought back; said in ``ready()``."""
    _AFTERWARDS.append(deed)


def do_afterwards(files: Path) -> int:
    """Do all of it; returns how much there was to do."""
    return sum(deed(files) for deed in _AFTERWARDS)
