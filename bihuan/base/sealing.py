"""Secrets sealed where they are kept: a copy of the database alone opens none.

The key is derived from ``SECRET_KEY`` and the purpose, so what was sealed for one
purpose does not open for another. With another ``SECRET_KEY`` nothing opens: the
secrets are then to be entered again.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bihuan.kernel.errors import Conflict, gettext_noop

KEY_BYTES = 32


class SealBroken(Conflict):
    code = "base.seal_broken"
    says = gettext_noop(
        "A secret kept here cannot be opened: the key of the installation is another. "
        "Enter the secret again."
    )


def seal(text: str, *, purpose: str) -> str:
    """Return a secret in the form in which it is kept."""
    return _lock(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """Return a secret that was sealed for this purpose."""
    try:
        return _lock(purpose).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as fault:
        raise SealBroken() from fault


def _lock(purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
