"""What outside the database must be copied at the moment of the snapshot, and how it is held.

Files and rows are written one after the other. Where each says something of the other,
such as anchors of blocks, a copy must catch both between two deeds. The app
that writes them names the table; for the moment in which the file is copied and the
snapshot begins, nobody adds a row to it.
"""

from __future__ import annotations

_IN_STEP: dict[str, str] = {}


def in_step(*, folder: str, table: str) -> None:
    """Let a folder of the home be copied while nobody adds to a table; said in ``ready()``."""
    _IN_STEP[folder] = table


def folders_in_step() -> dict[str, str]:
    """Return the table of each folder that goes in step with one."""
    return dict(_IN_STEP)
