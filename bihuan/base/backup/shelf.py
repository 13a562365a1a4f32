"""The folder in which backups stand, each with a small file beside it that says what it is.

    bihuan-20261126T190000Z-manual.tar.gz          the backup; .sealed when it is encrypted
    bihuan-20261126T190000Z-manual.tar.gz.json     when, how large, its digest, when checked

What the small file says can be read without a key and holds nothing of the business. The
folder alone tells which backups there are, also on the day when there is no database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.base.backup.envelope import Secret
from bihuan.base.backup.retention import kept
from bihuan.base.home import home_path

NOTE = ".json"
UPGRADES = 3
"""How many of the backups that were made before an upgrade stay."""


class Kind(StrEnum):
    MANUAL = "manual"
    NIGHTLY = "nightly"
    UPGRADE = "upgrade"


KIND_LABELS = {
    Kind.MANUAL: _("By hand"),
    Kind.NIGHTLY: _("Nightly"),
    Kind.UPGRADE: _("Before an upgrade"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is known of a backup without opening it."""

    name: str
    kind: Kind
    made_at: datetime
    version: str
    is_sealed: bool
    has_keys: bool
    size: int
    sha256: str
    rows: int
    checked_at: datetime | None = None

    def as_data(self) -> dict[str, object]:
        """Return it as JSON knows it."""
        return {
            **asdict(self),
            "kind": self.kind.value,
            "made_at": self.made_at.isoformat(),
            "checked_at": self.checked_at and self.checked_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Shelf:
    folder: Path

    @classmethod
    def usual(cls) -> Shelf:
        """Return the shelf of this installation: ``BACKUP_FOLDER``, or ``backups`` in the home."""
        return cls(Path(settings.BACKUP_FOLDER or home_path() / "backups").expanduser().resolve())

    def name_for(self, made_at: datetime, kind: Kind, *, is_sealed: bool) -> str:
        """Return the name of a new backup: one that no other has."""
        stem = f"bihuan-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{kind}"
        end = ".tar.gz.sealed" if is_sealed else ".tar.gz"
        for number in count(1):
            name = f"{stem}{f'-{number}' if number > 1 else ''}{end}"
            if not (self.folder / name).exists():
                return name
        raise AssertionError("there is always another number")

    def put(self, made: Made, unfinished: Path) -> None:
        """Give a finished backup its name, and note what it is."""
        unfinished.replace(self.folder / made.name)
        self._note(made)
        _force_folder(self.folder)

    def all(self) -> list[Made]:
        """Return every backup that is whole, the newest first."""
        notes = self.folder.glob(f"bihuan-*{NOTE}") if self.folder.is_dir() else ()
        found = [made for path in notes if (made := _read(path)) is not None]
        there = [made for made in found if (self.folder / made.name).is_file()]
        return sorted(there, key=lambda made: made.made_at, reverse=True)

    def checked(self, made: Made) -> Made:
        """Note that a backup was read through just now and is what it says."""
        checked = replace(made, checked_at=clock.now())
        self._note(checked)
        return checked

    def clear_out(self) -> list[Made]:
        """Remove what the rule of retention does not keep; made by hand, they stay."""
        gone = [*self._old_nightly(), *self._of(Kind.UPGRADE)[UPGRADES:]]
        for made in gone:
            (self.folder / made.name).unlink(missing_ok=True)
            (self.folder / f"{made.name}{NOTE}").unlink(missing_ok=True)
        return gone

    def _old_nightly(self) -> list[Made]:
        nightly = self._of(Kind.NIGHTLY)
        stay = kept([made.made_at for made in nightly])
        return [made for made in nightly if made.made_at not in stay]

    def _of(self, kind: Kind) -> Sequence[Made]:
        return [made for made in self.all() if made.kind is kind]

    def _note(self, made: Made) -> None:
        path = self.folder / f"{made.name}{NOTE}"
        unfinished = path.with_suffix(".json.part")
        unfinished.write_text(json.dumps(made.as_data(), indent=1), encoding="utf-8")
        unfinished.replace(path)


def usual_secret() -> Secret | None:
    """Return what encrypts backups that are made by themselves: ``BACKUP_KEY_FILE``, if any."""
    return Secret.of_file(Path(settings.BACKUP_KEY_FILE)) if settings.BACKUP_KEY_FILE else None


def note_checked(file: Path) -> None:
    """Note that a file was read through, where it stands on a shelf."""
    shelf = Shelf(file.parent)
    for made in shelf.all():
        if made.name == file.name:
            shelf.checked(made)


def _read(path: Path) -> Made | None:
    """Read a note; what is no note of ours says nothing."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        checked_at = said["checked_at"] and datetime.fromisoformat(said["checked_at"])
        made_at = datetime.fromisoformat(said["made_at"])
        known = {**said, "kind": Kind(said["kind"]), "made_at": made_at, "checked_at": checked_at}
        return Made(**known)
    except (ValueError, KeyError, TypeError):
        return None


def _force_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
