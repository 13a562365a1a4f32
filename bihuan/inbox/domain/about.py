"""About: what a notice or a proposal is about, named so that it can be found again.

The inbox knows no revisions, events or reports. A package above names its thing
by a kind and an id, and asks by the same name who has read of it.

>>> str(About("goals.revision", 12))
'goals.revision:12'
>>> read_about("goals.revision:12") == About("goals.revision", 12)
True
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """A kind of thing, and which one."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def read_about(text: str) -> About:
    """Return what a kept name says."""
    kind, _, number = text.rpartition(":")
    return About(kind, int(number))
