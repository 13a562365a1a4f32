"""The envelope of an encrypted backup: AES-256-GCM, a chunk at a time.

    BIHUAN-SEALED-1\\n   what it is
    {…}\\n               how the key is made: JSON with a salt, and scrypt's costs or none
    chunk, chunk, …     1 MiB each, the last shorter, each with its tag of 16 bytes

Each file has a key of its own, made from the secret and the file's salt: by scrypt from
a passphrase, by HKDF from a key file. The nonce of a chunk is its number and whether it is the
last one, and each chunk is bound to the first two lines; so no chunk can be changed,
left out, moved, or taken from another file, and a file that was cut short is seen.
This is the STREAM construction, as age and Tink use it.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from io import UnsupportedOperation
from pathlib import Path
from typing import IO, NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bihuan.base.backup.errors import (
    BackupKeyUnusable,
    BackupKeyWrong,
    BackupUnreadable,
    PassphraseShort,
)

MAGIC = b"BIHUAN-SEALED-1\n"
CHUNK = 1024 * 1024
TAG = 16
KEY = 32
LONGEST_HEAD = 1000
LEAST_KEY = 32
LEAST_PASSPHRASE = 12
SCRYPT = {"n": 2**16, "r": 8, "p": 1}
"""64 MiB and a fifth of a second for each guess."""
DEAREST_SCRYPT = 2**20


class Sink(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What opens a backup: the bytes of a key file, or a passphrase."""

    material: bytes = field(repr=False)
    is_passphrase: bool = False

    @classmethod
    def of_file(cls, path: Path) -> Secret:
        material = path.read_bytes().strip() if path.is_file() else b""
        if len(material) < LEAST_KEY:
            raise BackupKeyUnusable(file=path, least=LEAST_KEY)
        return cls(material=material)

    @classmethod
    def of_passphrase(cls, text: str) -> Secret:
        if len(text) < LEAST_PASSPHRASE:
            raise PassphraseShort(least=LEAST_PASSPHRASE)
        return cls(material=text.encode(), is_passphrase=True)

    def key(self, head: dict[str, object]) -> bytes:
        """Return the key of one file."""
        salt = b64decode(str(head["salt"]), validate=True)
        if not self.is_passphrase:
            made = HKDF(algorithm=SHA256(), length=KEY, salt=salt, info=MAGIC).derive(self.material)
            return bytes(made)
        n, r, p = (int(str(head[name])) for name in ("n", "r", "p"))
        if n * r * p > DEAREST_SCRYPT * SCRYPT["r"]:
            raise ValueError("scrypt asks for more than this machine should give")
        return bytes(Scrypt(salt=salt, length=KEY, n=n, r=r, p=p).derive(self.material))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if is_last else b"\0")


class Sealing:
    """A file to write to; what arrives below is encrypted. Closing it writes the last chunk."""

    def __init__(self, below: Sink, secret: Secret) -> None:
        costs = SCRYPT if secret.is_passphrase else {}
        head = {"salt": b64encode(os.urandom(16)).decode(), "chunk": CHUNK, **costs}
        self._bound = MAGIC + json.dumps(head).encode() + b"\n"
        self._cipher = AESGCM(secret.key(head))
        self._below = below
        self._waiting = bytearray()
        self._number = 0
        below.write(self._bound)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # The last chunk is only known to be it at the end.
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def _put(self, data: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._below.write(self._cipher.encrypt(nonce, data, self._bound))
        self._number += 1

    def flush(self) -> None:
        self._below.flush()

    def finish(self) -> None:
        """Write the last chunk; what is not finished is a torn file and is read as one."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()


class Opening:
    """The plain bytes of an encrypted file, read from front to end."""

    def __init__(self, below: IO[bytes], secret: Secret, name: str) -> None:
        self._name = name
        self._below = below
        line = below.readline(LONGEST_HEAD)
        self._bound = MAGIC + line
        try:
            head = json.loads(line)
            self._cipher = AESGCM(secret.key(head))
            self._chunk = int(head["chunk"]) + TAG
        except (ValueError, KeyError, TypeError) as fault:
            raise BackupUnreadable(file=name, fault="its envelope is torn") from fault
        self._number = 0
        self._plain = bytearray()
        self._next = below.read(self._chunk)

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end; all that are left when no size is said."""
        while self._next and (size < 0 or len(self._plain) < size):
            self._plain += self._opened()
        end = len(self._plain) if size < 0 else size
        data = bytes(self._plain[:end])
        del self._plain[:end]
        return data

    def seek(self, place: int, /) -> NoReturn:
        raise UnsupportedOperation("it is read from front to end")

    def _opened(self) -> bytes:
        sealed, self._next = self._next, self._below.read(self._chunk)
        nonce = _nonce(self._number, is_last=not self._next)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, sealed, self._bound)
        except InvalidTag as fault:
            raise BackupKeyWrong(file=self._name) from fault
