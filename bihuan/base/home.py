"""The folder that holds everything an installation keeps outside the database."""

from __future__ import annotations

import os
from pathlib import Path


def home_path() -> Path:
    """Return where the home is, ``$BIHUAN_HOME`` or ``./var``, without making it."""
    return Path(os.environ.get("BIHUAN_HOME") or "var").expanduser().resolve()


def home() -> Path:
    """Return the home, made private when it is new."""
    path = home_path()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def subfolder(name: str) -> Path:
    """Return a private folder of the home, made when it is new."""
    path = home() / name
    path.mkdir(mode=0o700, exist_ok=True)
    return path
