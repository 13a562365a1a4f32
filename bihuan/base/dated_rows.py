"""Dated rows of one key that may not overlap.

The embedded server has no ``btree_gist``, so an exclusion constraint is not to
be had; a trigger under an advisory lock per key refuses the second row instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import migrations


def forbid_overlap(
    table: str, key: Sequence[str], *, name: str, condition: str = "true"
) -> migrations.RunSQL:
    """Return the migration step that keeps ``[valid_from, valid_to)`` of one key apart.

    ``condition`` limits the rule to some rows; it is written over the columns of
    the table, without a prefix.
    """
    same = " AND ".join(f"other.{column} = NEW.{column}" for column in key)
    lock = " || '/' || ".join(f"NEW.{column}::text" for column in key)
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('{name}/' || {lock}, 0));
            IF EXISTS (
                SELECT 1 FROM (SELECT * FROM {table} WHERE {condition}) AS other
                WHERE other.id <> NEW.id AND {same}
                AND other.valid_from < COALESCE(NEW.valid_to, 'infinity'::date)
                AND NEW.valid_from < COALESCE(other.valid_to, 'infinity'::date)
            ) THEN
                RAISE EXCEPTION '{name}: rows of one key overlap in time'
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR UPDATE ON {table}
            DEFERRABLE INITIALLY IMMEDIATE
            FOR EACH ROW WHEN ({_of_new(condition)}) EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    )


def _of_new(condition: str) -> str:
    return condition if condition == "true" else f"NEW.{condition}"
