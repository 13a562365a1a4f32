"""The file of a backup: a compressed tar, written and read from front to end.

    head.json                  what it is: version, migrations, tables and columns
    files/anchors/acme.jsonl   files of the home
    tables/facts_fact/000000   rows of a table, as lines of COPY, in parts
    tail.json                  the digest of each table and file, and the counters

A backup without its tail is torn. The tar may lie in an envelope.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path, PurePosixPath
from typing import IO, Any

from bihuan.base.backup.envelope import MAGIC, Opening, Sealing, Secret, Sink
from bihuan.base.backup.errors import BackupLocked, BackupMissing, BackupUnreadable

HEAD, TAIL = "head.json", "tail.json"
FILES, TABLES = "files", "tables"
LEVEL = 3
"""Of gzip: twice as quick as its usual one, for a tenth more of size."""
FORM = 1
PIECE = 1024 * 1024


class Hashing:
    """A file to write to that reckons the digest and the size of all it was given."""

    def __init__(self, below: Sink) -> None:
        self._below = below
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self._below.write(data)

    def flush(self) -> None:
        self._below.flush()


class Reading:
    """A file to read from that reckons the digest of all it gave."""

    def __init__(self, below: IO[bytes]) -> None:
        self._below = below
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._below.read(size)
        self.hash.update(data)
        return data


@dataclass(frozen=True, slots=True)
class Writing:
    """A backup that is being written."""

    tar: tarfile.TarFile
    mtime: int

    def add(self, name: str, data: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(data), self.mtime, 0o600
        self.tar.addfile(entry, io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> tuple[int, str]:
        """Add a file as long as it is now, and return its size and digest.

        Others may add to its end meanwhile.
        """
        with path.open("rb") as file:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = os.fstat(file.fileno()).st_size, self.mtime, 0o600
            read = Reading(file)
            self.tar.addfile(entry, read)
        return entry.size, read.hash.hexdigest()

    def add_json(self, name: str, said: Mapping[str, Any]) -> None:
        self.add(name, json.dumps(said, ensure_ascii=False, indent=1).encode())


@contextmanager
def written(below: Sink, *, secret: Secret | None, mtime: int) -> Iterator[Writing]:
    """Write a backup to an open file; it is whole when this ends without a fault."""
    sealing = Sealing(below, secret) if secret else None
    with (
        gzip.GzipFile(
            fileobj=sealing or below, mode="wb", compresslevel=LEVEL, mtime=mtime
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Writing(tar, mtime)
    if sealing:
        sealing.finish()


@dataclass(frozen=True, slots=True)
class Member:
    """One piece of a backup: its place in the tar, and its bytes, to be read once and in order."""

    parts: tuple[str, ...]
    stream: IO[bytes]

    @property
    def path(self) -> str:
        return "/".join(self.parts[1:])

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stream.read())
        return found


@contextmanager
def members_of(path: Path, *, secret: Secret | None) -> Iterator[Iterator[Member]]:
    """Read a backup from front to end; whatever is torn is told as one refusal."""
    if not path.is_file():
        raise BackupMissing(file=path)
    torn = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, JSONDecodeError)
    with path.open("rb") as file:
        plain = _opened(file, path, secret)
        try:
            with (
                gzip.GzipFile(fileobj=plain, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|") as tar,
            ):
                yield _members(tar, packed, path)
        except torn as fault:
            raise BackupUnreadable(file=path.name, fault=str(fault) or "it is torn") from fault


def _opened(file: IO[bytes], path: Path, secret: Secret | None) -> IO[bytes] | Opening:
    if file.read(len(MAGIC)) != MAGIC:
        file.seek(0)
        return file
    if secret is None:
        raise BackupLocked(file=path.name)
    return Opening(file, secret, path.name)


def is_sealed(path: Path) -> bool:
    """Tell whether a backup lies in an envelope."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _members(tar: tarfile.TarFile, packed: gzip.GzipFile, path: Path) -> Iterator[Member]:
    for entry in tar:
        parts = PurePosixPath(entry.name).parts
        found = tar.extractfile(entry)
        if found is None or not parts or ".." in parts or parts[0] == "/":
            raise BackupUnreadable(file=path.name, fault=f"what is {entry.name!r}?")
        yield Member(parts, found)
    while packed.read(PIECE):  # To the very end, where the checksum of all of it stands.
        pass
