"""Rows that are written once.

A correction is a further row, never a change. Python refuses early and with a
clear message; the database triggers, made by ``forbid_change()`` in the table's
first migration, refuse everyone else.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import migrations, models

M = TypeVar("M", bound=models.Model)


class RowIsFinal(TypeError):
    """Code tried to change or delete an append-only row. Always a bug."""


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A query that can read and add. ``bulk_update`` ends in ``update`` and is refused with it."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise RowIsFinal(self.model.__name__)

    def delete(self) -> NoReturn:
        raise RowIsFinal(self.model.__name__)


class AppendOnlyModel(models.Model):
    """A row that is added once and then only read."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RowIsFinal(type(self).__name__)
        # Without this, Django tries an UPDATE first when the primary key is already chosen.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RowIsFinal(type(self).__name__)


def forbid_change(table: str) -> migrations.RunSQL:
    """Return the migration step that makes PostgreSQL refuse UPDATE, DELETE and TRUNCATE.

    The triggers are ``ENABLE ALWAYS``, so replication roles do not slip past them.
    """
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only: % refused', TG_OP
                USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER {table}_is_final BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_is_final();
        CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_final();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_final;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays;
        """,
        f"""
        DROP TRIGGER {table}_stays ON {table};
        DROP TRIGGER {table}_is_final ON {table};
        DROP FUNCTION {table}_is_final();
        """,
    )
