"""Where files lie: outside what the web server serves, under the digest of what they hold."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from bihuan.base.home import home
from bihuan.base.uploads.accepting import Accepted


def path_of(digest: str, folder: str) -> Path:
    """Return where a file of this digest lies in a folder of the home."""
    return home() / folder / digest[:2] / digest


def keep(accepted: Accepted, folder: str) -> Path:
    """Write a file so that it is there whole or not at all; the same one is there once."""
    path = path_of(accepted.digest, folder)
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(accepted.content)
        beside.flush()
        os.fsync(beside.fileno())
    Path(beside.name).replace(path)
    return path
