"""The replica as Parquet, for a cluster that reads files.

What the sealed base holds is written once, in parts that are never changed; what
came since is written anew whenever something has come. A part is known to be of
this ledger by the fact it ends with, as the base is, so a restored database
never meets the files of another. All of it is derived and can be thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from bihuan.base.clock import now
from bihuan.facts.replica.manifest import (
    SCHEMA_VERSION,
    building_alone,
    folder_of,
    head_of,
    sync_folder,
)
from bihuan.facts.replica.reader import Reading, answer
from bihuan.org.models import Tenant

NAME = "parts.json"
MOST_PARTS = 32
"""From so many parts on, all are written as one."""
TAILS_LAST = 3600
"""Seconds after which nobody reads a tail any more that nobody has asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file, the number of the last fact in it, and what names that fact."""

    file: str
    upto: int
    last_fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetFiles:
    """The files that together hold every fact up to a number."""

    paths: tuple[Path, ...]
    upto: int


def parquet_files(tenant: Tenant) -> ParquetFiles:
    """Return files with every committed fact, writing what is missing."""
    return answer(tenant, lambda reading: _files(reading, tenant))


def _files(reading: Reading, tenant: Tenant) -> ParquetFiles:
    folder = _folder(tenant)
    with building_alone(folder, wait=True):
        parts = _sealed(reading, tenant, folder)
        paths = [folder / part.file for part in parts]
        sealed = parts[-1].upto if parts else 0
        if reading.upto > sealed or not parts:
            paths.append(_tail(reading, folder, after=sealed))
    return ParquetFiles(paths=tuple(paths), upto=reading.upto)


def _folder(tenant: Tenant) -> Path:
    """Return where the files lie: in the home, or where the cluster can read them."""
    chosen = settings.ANALYTICS_FOLDER
    path = Path(chosen) / str(tenant.pk) if chosen else folder_of(tenant) / "parquet"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _sealed(reading: Reading, tenant: Tenant, folder: Path) -> Sequence[Part]:
    """Return the parts up to the end of the base, with a further one where it has grown."""
    base = reading.base
    parts = _known(tenant, folder)
    after = parts[-1].upto if parts else 0
    if base is None or base.upto <= after:
        return parts
    if len(parts) >= MOST_PARTS:
        parts, after = [], 0
    made = Part(
        file=f"facts-{after}-{base.upto}-{_short(base.last_fact)}.parquet",
        upto=base.upto,
        last_fact=base.last_fact,
    )
    _write(reading, folder / made.file, after=after, upto=base.upto)
    parts = [*parts, made]
    _publish(tenant, folder, parts)
    return parts


def _known(tenant: Tenant, folder: Path) -> list[Part]:
    """Return the parts that are there and are of this ledger; else none."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        parts = [Part(**each) for each in told["parts"]]
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return []
    is_current = told.get("shape") == _shape(tenant)
    is_there = all((folder / part.file).is_file() for part in parts)
    if not (is_current and is_there):
        return []
    named = head_of(tenant, *(part.upto for part in parts)).named
    return parts if named == tuple(part.last_fact for part in parts) else []


def _shape(tenant: Tenant) -> str:
    return f"{SCHEMA_VERSION} {tenant.time_zone}"


def _publish(tenant: Tenant, folder: Path, parts: Sequence[Part]) -> None:
    path = folder / f"{NAME}.tmp"
    told = {"shape": _shape(tenant), "parts": [asdict(part) for part in parts]}
    path.write_text(json.dumps(told), encoding="utf-8")
    path.replace(folder / NAME)
    sync_folder(folder)
    # A cluster may still be reading parts that have just been written as one.
    _drop_old(folder, "facts-*.parquet", keep={part.file for part in parts})


def _tail(reading: Reading, folder: Path, *, after: int) -> Path:
    """Return the file of the facts after the sealed ones, as this very reading sees them."""
    path = folder / f"tail-{after}-{reading.upto}-{_short(reading.last_fact)}.parquet"
    if path.is_file():
        os.utime(path)
    else:
        _write(reading, path, after=after, upto=reading.upto)
    _drop_old(folder, "tail-*.parquet", keep={path.name})
    return path


def _write(reading: Reading, path: Path, *, after: int, upto: int) -> None:
    """Write facts to a file that has its name only when it is whole."""
    unfinished = path.with_name(f"{path.name}.tmp")
    quoted = str(unfinished).replace("'", "''")
    reading.rows(
        f"COPY (SELECT * FROM facts WHERE seq > {after:d} AND seq <= {upto:d})"
        f" TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
    )
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def _drop_old(folder: Path, pattern: str, *, keep: set[str]) -> None:
    before = now().timestamp() - TAILS_LAST
    for path in folder.glob(pattern):
        if path.name not in keep and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
