"""As whom the server runs, as it refuses to run as root.

An ordinary user runs it as themselves. Root runs it as whoever owns the home or,
when that is root too, as a system account that has little else to do. The way to
a root-owned home is often closed to that account (``/root`` is), so on Linux the
server keeps one right of root's: to pass through folders (``launch.py``). Nobody's
folders are opened for it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bihuan.base.postgres.errors import PostgresFolderForeign
from bihuan.base.postgres.place import Place

if sys.platform != "win32":
    import pwd

SYSTEM_ACCOUNTS = ("bihuan", "postgres", "nobody")
LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def command(self, *words: Path | str) -> list[str]:
        """Return the command that runs a program as this account, ending with its parent."""
        wrapped = [sys.executable, "-I", "-S", str(LAUNCH), str(self.uid), str(self.gid)]
        return [*wrapped, *map(str, words)]

    def own(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)


def server_account(place: Place) -> Account:
    """Return as whom the server runs."""
    owner = (place.data if place.data.exists() else place.home).stat()
    if os.geteuid() != 0:
        if owner.st_uid != os.geteuid():
            raise PostgresFolderForeign(folder=place.home)
        return Account(os.geteuid(), os.getegid())
    return Account(owner.st_uid, owner.st_gid) if owner.st_uid else _system_account()


def _system_account() -> Account:
    for name in SYSTEM_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LookupError(f"none of the accounts {', '.join(SYSTEM_ACCOUNTS)} exists")
