"""Makes the database files, all or none.

They are made in a folder beside and moved into place when complete, so a kill in
between leaves nothing that looks like a database. The role and the database of
the application are made in single-user mode, before anybody can connect. The
application's role is no superuser; it may create databases, for the test suite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bihuan.base.postgres.account import Account
from bihuan.base.postgres.errors import PostgresFolderBroken, PostgresNotStarted
from bihuan.base.postgres.place import DATABASE, PORT, ROLE, WALLED_ROLE, Place

SUPERUSER = "postgres"
SECOND_ROLE = (
    f"CREATE ROLE {WALLED_ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    f"GRANT {WALLED_ROLE} TO {ROLE}",
)
"""The role behind the wall between companies; see ``bihuan.base.wall``."""
FIRST_STATEMENTS = f"""\
CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION
{chr(10).join(SECOND_ROLE)}
CREATE DATABASE {DATABASE} OWNER {ROLE}
"""
# For a laptop. Durability stays as PostgreSQL has it: fsync and synchronous commit are on.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a detail of an error can hold personal data, which has no place in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


def make_cluster(place: Place, programs: Path, account: Account) -> None:
    """Make the database files unless they are there."""
    if (place.data / "PG_VERSION").exists():
        return
    if place.data.exists() and any(place.data.iterdir()):
        raise PostgresFolderBroken(folder=place.data)
    new = place.folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.own(new)
    said = _run(
        account.command(
            programs / "initdb",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--no-instructions",
            # Whoever gets into the folder of the socket is the account itself, or root.
            "--auth=trust",
            f"--username={SUPERUSER}",
            f"--pgdata={new}",
        ),
        place,
    )
    single = account.command(
        programs / "postgres", "--single", "-c", "exit_on_error=on", "-D", new, "postgres"
    )
    _run(single, place, said=said, statements=FIRST_STATEMENTS)
    new.rename(place.data)


def _run(command: list[str], place: Place, *, said: str = "", statements: str = "") -> str:
    answer = subprocess.run(
        command,
        input=statements,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=environment(),
        encoding="utf-8",
        errors="replace",
    )
    with place.log.open("a", encoding="utf-8") as log:
        log.write(answer.stdout)
    if answer.returncode != 0:
        raise PostgresNotStarted(log=place.log, said=(said + answer.stdout).strip()[-2000:])
    return answer.stdout


def environment() -> dict[str, str]:
    """Return the environment of the server: ours, without what would steer it elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def server_command(place: Place, programs: Path, account: Account) -> list[str]:
    """Return the command that runs the server on the database files."""
    sockets = str(place.socket_folder).replace('"', '""')
    settings = {**SETTINGS, "unix_socket_directories": f'"{sockets}"'}
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    return account.command(programs / "postgres", "-D", place.data, *options)
