"""The master key: outside the database, and in no ordinary backup.

It comes from the environment (``BIHUAN_MASTER_KEY``, or what the command
``BIHUAN_MASTER_KEY_COMMAND`` prints, such as that of a key service), or from
``keys/privacy`` in the home, which is made when it is first needed. Each holds keys of 32
bytes in base64, one a line or apart by commas: the first seals, all of them open.
A key is named by the beginning of its digest, so a row says which one it needs.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bihuan.base.home import home_path, subfolder
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.privacy.models import SubjectKey
from bihuan.privacy.vault.cipher import KEY, new_key

FROM_ENVIRONMENT = "BIHUAN_MASTER_KEY"
FROM_COMMAND = "BIHUAN_MASTER_KEY_COMMAND"
NAME = 16
SECONDS = 30


class MasterKeyMissing(Conflict):
    code = "privacy.master_key_missing"
    says = gettext_noop(
        "The master key %(name)s of personal data is not here. Bring back the file keys/privacy of "
        "the home, or set BIHUAN_MASTER_KEY; without it that data stays closed for ever."
    )


class MasterKeyUnusable(Conflict):
    code = "privacy.master_key_unusable"
    says = gettext_noop(
        "The master key of personal data cannot be used: %(fault)s. It is 32 bytes in base64."
    )


class MasterKeyElsewhere(Conflict):
    code = "privacy.master_key_elsewhere"
    says = gettext_noop(
        "The master key comes from the environment: put the new key in front of the old one there."
    )


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The keys there are, by name; the first seals."""

    keys: Mapping[str, bytes]

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def named(self, name: str) -> bytes:
        if name not in self.keys:
            raise MasterKeyMissing(name=name)
        return self.keys[name]


def master_keys() -> MasterKeys:
    """Return the master keys of this installation; the first one is made when none was needed."""
    if given := given_keys():
        return _read(given)
    path = key_path()
    if not path.exists():
        used = SubjectKey.objects.values_list("master", flat=True).first()
        if used is not None:
            raise MasterKeyMissing(name=used)
        _write_first(path)
    return _read(path.read_text("ascii", "replace"))


def add_master_key() -> MasterKeys:
    """Put a new key in front of those that are there; they go on opening what they sealed."""
    keys = [new_key(), *master_keys().keys.values()]
    _require_ours()
    _write(keys)
    return master_keys()


def retire_old_keys() -> MasterKeys:
    """Keep the current key alone; what others sealed in older copies stays closed."""
    keys = master_keys()
    _require_ours()
    _write([keys.named(keys.current)])
    return master_keys()


def given_keys() -> str:
    """Return the keys that come from outside the home, as they are written; nothing if none do."""
    if given := os.environ.get(FROM_ENVIRONMENT):
        return given
    command = os.environ.get(FROM_COMMAND)
    return _printed(command) if command else ""


@cache
def _printed(command: str) -> str:
    """Return what a command prints; it is asked once in a process."""
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, check=True, timeout=SECONDS, text=True
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise MasterKeyUnusable(fault=type(fault).__name__) from fault
    return done.stdout


def key_path() -> Path:
    """Return where in the home the keys lie that come from nowhere else."""
    return home_path() / "keys" / "privacy"


def _require_ours() -> None:
    if given_keys():
        raise MasterKeyElsewhere()


def _read(text: str) -> MasterKeys:
    keys: dict[str, bytes] = {}
    for word in filter(None, re.split(r"[\s,]+", text)):
        try:
            key = b64decode(word, validate=True)
        except (Error, ValueError) as fault:
            raise MasterKeyUnusable(fault="base64") from fault
        if len(key) != KEY:
            raise MasterKeyUnusable(fault=f"{len(key)} bytes")
        keys[hashlib.sha256(key).hexdigest()[:NAME]] = key
    if not keys:
        raise MasterKeyUnusable(fault="empty")
    return MasterKeys(keys)


def _write_first(path: Path) -> None:
    """Write the first key; of two processes that do so at once, one is heard by both."""
    unfinished = _written([new_key()])
    with suppress(FileExistsError):
        path.hardlink_to(unfinished)
    unfinished.unlink()


def _write(keys: Sequence[bytes]) -> None:
    _written(keys).replace(key_path())


def _written(keys: Sequence[bytes]) -> Path:
    """Write keys beside their place, for us alone and down to the disk."""
    subfolder("keys")
    path = key_path().with_name(f"privacy.{os.getpid()}.part")
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"".join(b64encode(key) + b"\n" for key in keys))
        file.flush()
        os.fsync(descriptor)
    return path
