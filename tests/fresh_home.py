"""A home with its database server founded and every table in place, made once for a whole run.

Founding one takes a dozen seconds, copying it half of one. Who needs a product of its own,
and is not about how it is founded, begins with a copy.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kept import alone

PREPARED = "from bihuan.base.starting import prepare; prepare()"


def copy_fresh_home(target: Path, factory: pytest.TempPathFactory) -> None:
    """Have a home in a folder that is not there yet; nobody has done anything in it."""
    with alone(factory, "fresh-home") as shared:
        made = shared / "fresh-home"
        if not made.exists():
            making = shared / "fresh-home-in-making"
            known = {name: said for name, said in os.environ.items() if name != "DATABASE_URL"}
            environment = {**known, "BIHUAN_HOME": str(making)}
            subprocess.run([sys.executable, "-c", PREPARED], env=environment, check=True)
            making.rename(made)
    copy_home(made, target)


def copy_home(source: Path, target: Path) -> None:
    """Copy a home whose server has stopped, with who owns what: the server asks for that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", source, target], check=True)
