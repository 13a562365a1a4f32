"""A digest of every table, to see that a refused deed left no trace."""

from __future__ import annotations

from django.db import connection

PASSING = {"django_session", "cache", "account_emailconfirmation"}
"""Tables that keep nothing of the business."""


def digest_of_tables(only: set[str] | None = None) -> dict[str, str]:
    """Return a hash of the rows of each table that keeps something of the business.

    Where ``only`` is given, of those tables.
    """
    named = set(connection.introspection.table_names()) if only is None else only
    tables = sorted(named - PASSING)
    if not tables:
        return {}
    parts = [
        f"SELECT '{name}', md5(COALESCE(string_agg(row::text, '|' ORDER BY row::text), ''))"
        f' FROM "{name}" AS row'
        for name in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def writes_so_far() -> list[tuple[object, ...]]:
    """Return how many rows of each table this transaction wrote, also those it took back.

    Where this stays the same nothing changed, and the tables need not be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname <> ALL (%s) ORDER BY relname",
            [sorted(PASSING)],
        )
        return list(cursor.fetchall())
