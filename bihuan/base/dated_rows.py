"""Dated rows of one key that may not overlap.

The embedded server has no ``btree_gist``, so an exclusion constraint is not to
be had; a trigger under an advisory lock per key refuses the second row instead.
The lock makes two writers of one key wait for each other, and the second then
sees the row of the first, as READ COMMITTED promises.

Ending one row and beginning another in one transaction needs no care when the
old row ends first. Where rows must pass through an overlap, ``SET CONSTRAINTS
<name> DEFERRED`` puts the question off until the commit.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import migrations

LOCKS = 1024
"""A power of two; a server holds some six thousand locks at a time by default."""


def forbid_overlap(
    table: str,
    key: Sequence[str],
    *,
    name: str,
    condition: str = "true",
    by: str = "",
    again: bool = False,
) -> migrations.RunSQL:
    """Return the migration step that keeps ``[valid_from, valid_to)`` of one key apart.

    ``condition`` limits the rule to some rows; it is written over the columns of
    the table, without a prefix. A row without ``valid_to`` is open: it has no end.
    ``by`` is the column of the key that tells rows apart best, by which the others are looked
    up; the first without a word. ``again`` writes the rule of an earlier migration anew, and
    going back leaves it.
    """
    function = _guard(table, key, name=name, condition=condition, by=by or key[0])
    if again:
        return migrations.RunSQL(function, migrations.RunSQL.noop)
    return migrations.RunSQL(
        f"""
        {function}
        CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR UPDATE ON {table}
            DEFERRABLE INITIALLY IMMEDIATE
            FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    )


def _guard(table: str, key: Sequence[str], *, name: str, condition: str, by: str) -> str:
    """Return the function that refuses a row which shares a day with another of its key."""
    others = (each for each in key if each != by)
    same = "".join(f" AND other.{each} IS NOT DISTINCT FROM mine.{each}" for each in others)
    lock = " || '/' || ".join(f"NEW.{column}::text" for column in key)
    # The row is read again because a deferred trigger holds it as it was when it fired.
    # A session keeps the plan of its first row. Made on an empty table it would read all of it,
    # or all of one metric, for each of ten thousand rows to come: so the others are looked up by
    # one value that an index can serve, before anything else is asked (``OFFSET 0``).
    return f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off AS $$
        DECLARE
            mine {table}%ROWTYPE;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('{name}'), hashtext({lock}) & {LOCKS - 1});
            SELECT * INTO mine FROM {table} WHERE id = NEW.id;
            IF FOUND AND EXISTS (SELECT 1 FROM (SELECT mine.*) AS own WHERE {condition})
            AND EXISTS (
                SELECT 1 FROM (
                    SELECT * FROM {table} WHERE {by} = mine.{by} OFFSET 0
                ) AS other
                WHERE ({condition}) AND other.id <> mine.id{same}
                AND daterange(other.valid_from, other.valid_to)
                    && daterange(mine.valid_from, mine.valid_to)
            ) THEN
                RAISE EXCEPTION '{name}: rows of one key overlap in time'
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}',
                    TABLE = '{table}';
            END IF;
            RETURN NULL;
        END $$;
    """
