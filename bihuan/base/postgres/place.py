"""Where the embedded server keeps what it needs, below the home.

    postgres/data              the database; only the server's account may enter
    postgres/run               the socket; only the server's account may enter
    postgres/server.log        what the server and its supervisor say
    postgres/start.lock        held while somebody starts or stops the server
    postgres/lease.lock        shared by all who use the server, exclusive once none does
    postgres/supervisor.lock   held by the supervisor as long as it lives
    postgres/server.lock       held by the server and every process it forked

A socket's path may have 103 bytes on macOS and 107 on Linux, and a comma in it
would mean two hosts. A home that is too deep gets its socket in a short folder
in /tmp, named by a hash of the home, so that every process finds the same.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

ROLE = "bihuan"
WALLED_ROLE = "bihuan_app"
DATABASE = "bihuan"
PORT = "5432"
LONGEST_SOCKET = 103
SHORT_FOLDERS = Path("/tmp")


@dataclass(frozen=True)
class Place:
    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def start_lock(self) -> Path:
        return self.folder / "start.lock"

    @property
    def lease(self) -> Path:
        return self.folder / "lease.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.folder / "supervisor.lock"

    @property
    def server_lock(self) -> Path:
        return self.folder / "server.lock"

    @property
    def socket_folder(self) -> Path:
        near = self.folder / "run"
        path = os.fsencode(near / f".s.PGSQL.{PORT}")
        if len(path) <= LONGEST_SOCKET and b"," not in path:
            return near
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return SHORT_FOLDERS / f"bihuan-{name}"
