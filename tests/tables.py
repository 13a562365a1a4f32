"""The tables, made by the migrations once and copied: neither processes nor runs make them again.

They are kept in the server of the tests under what they are made of, so that whatever changes
a migration makes them anew. Each copy is migrated all the same, which finds nothing to do.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.kept import alone, drop_all, is_there, keep

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "test_tables_"
LIBRARIES = ("Django", "django-allauth", "procrastinate", "psycopg")
"""Who else brings tables, or makes them."""


def made_of() -> str:
    """Return what tells these tables from others: every migration, and who brings more."""
    sources = [
        *sorted(ROOT.glob("bihuan/*/migrations/*.py")),
        *(ROOT / "bihuan/base" / name for name in ("append_only.py", "dated_rows.py")),
    ]
    told = [f"{path.relative_to(ROOT)}\n{path.read_text('utf-8')}" for path in sources]
    told += [f"{name} {version(name)}" for name in LIBRARIES]
    return sha256("\0".join(told).encode()).hexdigest()[:32]


def tables(factory: pytest.TempPathFactory) -> str:
    """Return the database with all tables and no rows, made if nobody has made it yet."""
    name = f"{PREFIX}{made_of()}"
    with alone(factory, "tables"):
        if not is_there(name):
            drop_all(PREFIX)
            keep(name, _migrate, template="template1")
    return name


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
