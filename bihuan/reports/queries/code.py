"""Which code reckons: the version of the product and, in a checkout, the commit."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

import bihuan

ROOT = Path(bihuan.__file__).resolve().parent.parent


@cache
def code_version() -> str:
    """Return what names the code of this process."""
    try:
        version = metadata.version("bihuan")
    except metadata.PackageNotFoundError:
        version = "unknown"
    commit = _commit()
    return f"{version}+{commit}" if commit else version


def _commit() -> str:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return ""
    asked = [git, "-C", str(ROOT), "describe", "--always", "--dirty"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10)
    return answer.stdout.strip()[:40]
