"""Copying: how each kind of what is kept of somebody comes into a copy of their data.

The register says of every column what it holds; this says of every kind whether the copy has it,
and how. What it has not is explained in the copy itself.

>>> from bihuan.privacy.domain.register import REGISTER
>>> how_of(REGISTER["customers.Conversation.text"]), how_of(REGISTER["org.Login.password"])
(<How.PASSAGES: 'passages'>, <How.EXPLAINED: 'explained'>)
>>> how_of(REGISTER["privacy.VaultField.ciphertext"]), how_of(REGISTER["mfa.Authenticator.data"])
(<How.OPENED: 'opened'>, <How.EXPLAINED: 'explained'>)

Of a text that names them they get the passage, and what it tells of others is masked:

>>> passages("客户李雷（手机 13800138000）介绍了韩梅梅，手机 13900139000。", "李雷|13800138000")
['客户李雷（手机 13800138000）介绍了韩梅梅，手机 139****9000。']
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from bihuan.kernel.errors import gettext_noop
from bihuan.kernel.masking import Mask, masked
from bihuan.privacy.domain.register import Entry, Holds

AROUND = 60
"""So many characters before and behind a value are handed out with it."""
SECRETS = frozenset({"mfa.Authenticator.data"})
"""What is somebody's own and opens doors: it is not written into a file."""


class How(StrEnum):
    CALLED = "called"
    OPENED = "opened"
    OWN_ROWS = "own_rows"
    PASSAGES = "passages"
    FILES = "files"
    EXPLAINED = "explained"


HOW: Mapping[Holds, How] = {
    Holds.COLLEAGUE: How.CALLED,
    Holds.VAULT: How.OPENED,
    Holds.OWNED: How.OWN_ROWS,
    Holds.FREE: How.PASSAGES,
    Holds.LEDGER: How.PASSAGES,
    Holds.FILE: How.FILES,
    Holds.TECHNICAL: How.EXPLAINED,
    Holds.BUSINESS: How.EXPLAINED,
    Holds.SECRET: How.EXPLAINED,
    Holds.PASSING: How.EXPLAINED,
}
EXPLAINED: Mapping[Holds, str] = {
    Holds.TECHNICAL: gettext_noop(
        "Codes, states and digests: in the rows that are about you, and nothing of you elsewhere."
    ),
    Holds.BUSINESS: gettext_noop("Names of things of the company, which say nothing of you."),
    Holds.SECRET: gettext_noop(
        "Passwords, keys and second steps: a file that holds them would open your account."
    ),
    Holds.PASSING: gettext_noop("What ends by itself within days, such as an open session."),
}
"""Why a copy has nothing of a kind."""


def how_of(entry: Entry) -> How:
    """Return how a column comes into a copy."""
    return How.EXPLAINED if entry.column in SECRETS else HOW[entry.holds]


def passages(text: str, pattern: str) -> list[str]:
    """Return the passages of a text around the values, with what they tell of others masked."""
    spans: list[tuple[int, int]] = []
    found = list(re.finditer(pattern, text, re.IGNORECASE))
    for each in found:
        begin, end = max(0, each.start() - AROUND), min(len(text), each.end() + AROUND)
        if spans and begin <= spans[-1][1]:
            begin = spans.pop()[0]
        spans.append((begin, end))
    own = [(each.start(), each.end()) for each in found]
    return [_passage(text, begin, end, own) for begin, end in spans]


def _passage(text: str, begin: int, end: int, own: list[tuple[int, int]]) -> str:
    parts, at = [], begin
    for start, stop in own:
        if begin <= start and stop <= end:
            parts += [masked(Mask.TEXT, text[at:start]), text[start:stop]]
            at = stop
    return "".join([*parts, masked(Mask.TEXT, text[at:end])])
