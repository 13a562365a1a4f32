"""What WeCom calls back with: signed, and in AES-256-CBC under a key of the app.

    signature = sha1 of token, timestamp, nonce and ciphertext, sorted and joined
    plaintext = 16 random bytes, 4 bytes of length, the message, the id of the receiver

The message is padded to 32 bytes, though the cipher's block is 16; and the id of
the receiver must be ours, or somebody plays back what was meant for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bihuan.kernel.errors import Forbidden, gettext_noop

PAD = 32
BLOCK = 16
RANDOM = 16
LENGTH = 4


class CallbackForged(Forbidden):
    code = "integrations.callback_forged"
    says = gettext_noop("This call does not come from the chat tool, or not for this company.")


@dataclass(frozen=True, slots=True)
class Crypt:
    """The secrets that an app shares with WeCom for its callbacks."""

    token: str
    key: str
    """43 characters of base64, as WeCom shows it."""
    receiver: str

    def opened(self, *, signature: str, timestamp: str, nonce: str, sealed: str) -> str:
        """Return what a call says, after proving who it is from and for whom."""
        expected = self.signature(timestamp, nonce, sealed)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise CallbackForged()
        try:
            raw = base64.b64decode(sealed, validate=True)
        except binascii.Error as fault:
            raise CallbackForged() from fault
        if not raw or len(raw) % BLOCK:
            raise CallbackForged()
        decryptor = self._cipher().decryptor()
        return self._content(_unpadded(decryptor.update(raw) + decryptor.finalize()))

    def sealed(self, text: str, *, random: bytes | None = None) -> str:
        """Return words as WeCom would send them, or takes them as an answer."""
        said = text.encode()
        plain = (random or secrets.token_bytes(RANDOM)) + len(said).to_bytes(LENGTH, "big")
        plain += said + self.receiver.encode()
        count = PAD - len(plain) % PAD
        encryptor = self._cipher().encryptor()
        raw = encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        return base64.b64encode(raw).decode("ascii")

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return what proves that whoever calls knows the token."""
        parts = "".join(sorted((self.token, timestamp, nonce, sealed)))
        return hashlib.sha1(parts.encode()).hexdigest()  # WeCom signs with no other.

    def _cipher(self) -> Cipher[CBC]:
        key = base64.b64decode(self.key + "=")
        return Cipher(AES256(key), CBC(key[:BLOCK]))

    def _content(self, plain: bytes) -> str:
        length = int.from_bytes(plain[RANDOM : RANDOM + LENGTH], "big")
        begin = RANDOM + LENGTH
        said, receiver = plain[begin : begin + length], plain[begin + length :]
        if len(said) != length or not hmac.compare_digest(receiver, self.receiver.encode()):
            raise CallbackForged()
        try:
            return said.decode()
        except UnicodeDecodeError as fault:
            raise CallbackForged() from fault


def _unpadded(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= PAD or padded[-count:] != bytes([count]) * count:
        raise CallbackForged()
    return padded[:-count]
