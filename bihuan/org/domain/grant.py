"""Grant: what a token of the API may do, as a list of scopes.

A scope names an area, which is the first part of an address below ``/api/v1/``, and whether
only reading is allowed or writing too; who may write may read. ``*`` is everything that its
person may do, ``*:read`` everything they may see. Nothing is widened by it: a token never does
more than its person.

>>> covers(["facts:write"], area="facts", writes=True)
True
>>> covers(["facts:write", "goals:read"], area="goals", writes=True)
False
>>> covers(["*:read"], area="metrics", writes=False)
True
>>> check_scopes(["facts:write", "facts:write"])
['facts:write']
>>> check_scopes(["fact:write"])
Traceback (most recent call last):
bihuan.org.domain.grant.ScopeUnknown: There is no scope “fact:write”.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from bihuan.kernel.errors import Forbidden, Invalid, gettext_noop

EVERYTHING = "*"
READING = "*:read"
AREAS = (
    *(
        "advice",
        "ai",
        "backups",
        "closings",
        "contacts",
        "customers",
        "facts",
        "goals",
        "imports",
        "inbox",
    ),
    *("jobs", "journal", "lineage", "metrics", "org", "playbooks", "reports", "rules"),
    "webhooks",
)
"""The parts of the API, as its addresses begin."""
SCOPES = (
    EVERYTHING,
    READING,
    *(f"{area}:{what}" for area in AREAS for what in ("read", "write")),
)


class ScopeUnknown(Invalid):
    code = "org.scope_unknown"
    says = gettext_noop("There is no scope “%(scope)s”.")


class ScopesMissing(Invalid):
    code = "org.scopes_missing"
    says = gettext_noop("Say what the token may do: name at least one scope.")


class ScopeLacking(Forbidden):
    code = "org.scope_lacking"
    says = gettext_noop("This token lacks the scope “%(scope)s”.")


def check_scopes(given: Iterable[str]) -> list[str]:
    """Return scopes once each and in order, or refuse what is none."""
    scopes = sorted(set(given))
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope)
    if not scopes:
        raise ScopesMissing()
    return scopes


def covers(scopes: Collection[str], *, area: str, writes: bool) -> bool:
    """Tell whether scopes allow to read or to write in an area."""
    enough = {EVERYTHING, f"{area}:write"}
    if not writes:
        enough |= {READING, f"{area}:read"}
    return not enough.isdisjoint(scopes)


def token_digest(token: str) -> str:
    """Return what is kept of a secret that was handed out once: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
