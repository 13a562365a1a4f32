"""Which files of the home belong in a backup.

All do, except what can be made again, other backups, and keys: a key in the same file as
what it locks would lock nothing. A folder that nobody thought of is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DERIVED = frozenset({"postgres", "static", "replica", "bench", "logs"})
"""Made again by themselves; the database is written row by row instead."""
ALREADY = frozenset({"backups", "before", "restoring"})
KEYS = frozenset({"secret_key", "keys"})


def kept_files(home: Path, *, with_keys: bool, only: str | None = None) -> Iterator[Path]:
    """Yield the files of a home that are kept, in order; of one folder where it is named."""
    left_out = DERIVED | ALREADY | (frozenset() if with_keys else KEYS)
    for path in sorted(home.iterdir()):
        if path.name in left_out or (only is not None and path.name != only):
            continue
        if path.is_file() and not path.is_symlink():
            yield path
        elif path.is_dir() and not _is_home(path):
            yield from (p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink())


def _is_home(folder: Path) -> bool:
    """Tell whether a folder is the home of another installation, such as that of the tests."""
    return (folder / "postgres").is_dir()
