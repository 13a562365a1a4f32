"""Files outside the database that name what was sealed inside it: one line for each block.

A line is forced to disk before its block is committed. Whoever cuts the tail of a chain of
blocks, and whatever counts them with it, still leaves the lines that name them. A last line
without an end was being written when its process died: its block was never committed.
"""

from __future__ import annotations

import os
from pathlib import Path

TAIL = 65_536
"""More bytes than two lines can have."""


def append(path: Path, line: str) -> None:
    """Append a line and force it to disk; a torn line of a dead process goes first."""
    is_new = not path.exists()
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        start = file.seek(max(0, size - TAIL))
        file.truncate(start + file.read().rfind(b"\n") + 1)
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _force_folder(path.parent.as_posix())


def whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a file that were written to their end."""
    if not path.exists():
        return []
    *whole, _torn = path.read_bytes().split(b"\n")
    return whole


def last_line(path: Path) -> bytes | None:
    """Return the last whole line of a file, without reading all of it."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        *whole, _torn = file.read().split(b"\n")
    return whole[-1] if whole else None


def _force_folder(path: str) -> None:
    """Force the entry of a new file to disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
