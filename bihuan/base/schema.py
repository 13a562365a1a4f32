"""Brings the tables of the database up to the code, once, however many start at once.

A database that already holds something is written into a backup first. A database that was
changed by a newer version of the code is refused: what this code does not know it could not keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from bihuan.base.wall.building import is_whole, raise_wall
from bihuan.kernel.errors import Conflict, gettext_noop

# The letters "bihuan" as a number: any number would do that nobody else locks.
MIGRATING = 0x62696875616E
RETIRED_APPS: frozenset[str] = frozenset()
"""Apps that the product once had: what they changed is no sign of a newer version."""
SHOWN = 5


class DatabaseNewer(Conflict):
    code = "base.database_newer"
    says = gettext_noop(
        "This database was changed by a newer Bihuan: %(unknown)s is not known here. Install that "
        "version or a newer one, or restore a backup from before; nothing was changed."
    )


def bring_up_to_date() -> None:
    """Run the migrations that are missing; wait while another process runs them."""
    require_not_newer()
    if not is_behind() and is_whole():
        return
    with _alone():
        if is_behind():
            _back_up_first()
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        raise_wall()


def is_behind() -> bool:
    """Tell whether the tables are older than the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def unknown_migrations(database: BaseDatabaseWrapper) -> list[str]:
    """Return what was done to a database that this code knows nothing of."""
    loader = MigrationLoader(database)
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations)
    return [f"{app}.{name}" for app, name in sorted(unknown) if app not in RETIRED_APPS]


def require_not_newer() -> None:
    """Refuse a database that a newer version of the code has changed."""
    unknown = unknown_migrations(connection)
    if unknown:
        raise DatabaseNewer(unknown=", ".join(unknown[:SHOWN]))


def _back_up_first() -> None:
    """Write what is there into a backup; without one, nothing is changed."""
    from bihuan.base.backup import Kind, Shelf, make_backup, usual_secret

    holds_any = bool(MigrationLoader(connection).applied_migrations)
    if holds_any and settings.BACKUP_BEFORE_UPGRADE:
        make_backup(shelf=Shelf.usual(), kind=Kind.UPGRADE, secret=usual_secret())
        Shelf.usual().clear_out()


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
