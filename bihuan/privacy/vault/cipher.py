"""Sealing of values: AES-256-GCM, each bound to where it belongs.

What is sealed for one subject and field does not open for another: the place is
part of what the tag proves. A blind index is an HMAC, so equal values of a company
are equal and say nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bihuan.kernel.errors import Conflict, gettext_noop

KEY = 32
NONCE = 12


class VaultBroken(Conflict):
    code = "privacy.vault_broken"
    says = gettext_noop(
        "Personal data cannot be opened: it was changed outside of Bihuan, or belongs elsewhere."
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    nonce: bytes
    ciphertext: bytes


def new_key() -> bytes:
    """Return a key that nobody has."""
    return AESGCM.generate_key(bit_length=8 * KEY)


def seal(key: bytes, text: str, *, place: str) -> Sealed:
    """Return a text so that only this key opens it, in this place only."""
    nonce = os.urandom(NONCE)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, text.encode(), place.encode()))


def open_(key: bytes, sealed: Sealed, *, place: str) -> str:
    """Return a text that was sealed by this key for this place."""
    return _opened(key, sealed, place).decode()


def wrap(master: bytes, key: bytes, *, place: str) -> bytes:
    """Return a key so that only the master key opens it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, place.encode())


def unwrap(master: bytes, wrapped: bytes, *, place: str) -> bytes:
    """Return a key that was wrapped by this master key."""
    return _opened(master, Sealed(wrapped[:NONCE], wrapped[NONCE:]), place)


def _opened(key: bytes, sealed: Sealed, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, place.encode())
    except InvalidTag as fault:
        raise VaultBroken() from fault


def blind(key: bytes, found_as: str) -> bytes:
    """Return by what a value is found without being read."""
    return hmac.new(key, found_as.encode(), hashlib.sha256).digest()
