"""Signature: how a receiver knows that an event comes from here, by Standard Webhooks.

    signature = base64(HMAC-SHA256(key, "{id}.{timestamp}.{body}"))

The key is what follows ``whsec_`` in the secret, out of base64. While one secret replaces another
a header carries the signatures of both, with a space between them; a receiver is content with one.
The example is the one that the specification's own libraries are tested with.

>>> from datetime import UTC, datetime
>>> signed(
...     ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
...     number="msg_p5jXN8AQM9LWM0D4loKWxJek",
...     at=datetime.fromtimestamp(1614265330, UTC),
...     body=b'{"test": 2432232314}',
... )
'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
>>> len(key_of(new_secret()))
32
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
KEY_BYTES = 32
"""The specification asks for 24 to 64."""


def new_secret() -> str:
    """Return a secret that nobody has seen before."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """Return the key that a secret spells."""
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


def signed(secrets_in_force: Iterable[str], *, number: str, at: datetime, body: bytes) -> str:
    """Return what stands in ``webhook-signature``: one signature for each secret in force."""
    content = f"{number}.{int(at.timestamp())}.".encode() + body
    digests = (hmac.digest(key_of(each), content, hashlib.sha256) for each in secrets_in_force)
    return " ".join(f"v1,{base64.b64encode(digest).decode('ascii')}" for digest in digests)
