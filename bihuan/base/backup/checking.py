"""Reads a backup through and compares it with what it says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bihuan.base.backup.archive import FILES, FORM, HEAD, PIECE, TABLES, TAIL, Member, members_of
from bihuan.base.backup.digest import TableDigest
from bihuan.base.backup.envelope import Secret
from bihuan.base.backup.errors import BackupUnreadable
from bihuan.base.backup.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a backup says of itself at its beginning."""

    made_at: datetime
    version: str
    has_keys: bool
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, said: dict[str, Any], *, file: str) -> Head:
        try:
            if said["form"] != FORM:
                raise BackupUnreadable(file=file, fault=f"its form {said['form']} is not known")
            return cls(
                made_at=datetime.fromisoformat(said["made_at"]),
                version=str(said["version"]),
                has_keys=bool(said["has_keys"]),
                migrations=tuple((str(app), str(name)) for app, name in said["migrations"]),
                tables=tuple(
                    Table(name=each["name"], columns=tuple(each["columns"]))
                    for each in said["tables"]
                ),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise BackupUnreadable(file=file, fault="its head says nothing") from fault


def read_head(path: Path, *, secret: Secret | None) -> Head:
    """Return what a file holds, from its first bytes."""
    with members_of(path, secret=secret) as members:
        return head_of(members, file=path.name)


def head_of(members: Iterator[Member], *, file: str) -> Head:
    """Return the head, which comes first."""
    first = next(members, None)
    if first is None or first.parts != (HEAD,):
        raise BackupUnreadable(file=file, fault="it does not begin with its head")
    return Head.of(first.json(), file=file)


@dataclass(slots=True)
class Seen:
    """What was read of a backup so far, to be compared with its tail."""

    file: str
    tables: dict[str, TableDigest] = field(default_factory=lambda: defaultdict(TableDigest))
    files: dict[str, str] = field(default_factory=dict)
    tail: dict[str, Any] | None = None

    def whole_tail(self) -> dict[str, Any]:
        """Return the tail, or refuse a file that has none or differs from it."""
        if self.tail is None:
            raise BackupUnreadable(file=self.file, fault="its end is missing")
        said = {name: (each["rows"], each["digest"]) for name, each in self.tail["tables"].items()}
        found = {name: (self.tables[name].rows, self.tables[name].digest) for name in said}
        files = {name: each["sha256"] for name, each in self.tail["files"].items()}
        if said != found or set(self.tables) - set(said) or files != self.files:
            raise BackupUnreadable(file=self.file, fault="a part differs from its digest")
        return self.tail


def check(path: Path, *, secret: Secret | None) -> Head:
    """Read a whole backup and compare every table and file with its digest."""
    seen = Seen(path.name)
    with members_of(path, secret=secret) as members:
        head = head_of(members, file=path.name)
        for member in members:
            _see(member, seen)
    seen.whole_tail()
    return head


def _see(member: Member, seen: Seen) -> None:
    if member.parts == (TAIL,):
        seen.tail = member.json()
    elif member.parts[0] == TABLES:
        seen.tables[member.parts[1]].add_lines(member.stream.read())
    elif member.parts[0] == FILES:
        hashed = sha256()
        while piece := member.stream.read(PIECE):
            hashed.update(piece)
        seen.files[member.path] = hashed.hexdigest()
