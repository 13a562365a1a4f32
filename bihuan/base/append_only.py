"""Rows that are written once.

A correction is a further row, never a change. Python refuses early and with a
clear message; the database triggers, made by ``forbid_change()`` in the table's
first migration, refuse everyone else.

One change is possible: taking personal data out of columns that people filled with their
own words, where ``allow_redaction()`` names them and ``redacting()`` is in force. What
the row says of the business stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from django.db import connection, migrations, models, transaction

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


REFUSES = """
    CREATE OR REPLACE FUNCTION {table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {unless}
        RAISE EXCEPTION '{table} is append-only: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
"""
UNLESS = """
        IF TG_OP = 'UPDATE' AND current_setting('bihuan.redacting', true) = 'on' THEN
            IF to_jsonb(NEW) - ARRAY[{columns}] = to_jsonb(OLD) - ARRAY[{columns}] THEN
                RETURN NEW;
            END IF;
        END IF;
"""


UNLESS_ENDED = """
        IF TG_OP = 'DELETE' AND current_setting('bihuan.redacting', true) = 'on' THEN
            RETURN OLD;
        END IF;
"""


def allow_redaction(
    table: str, columns: Sequence[str], *, may_end: bool = False
) -> migrations.RunSQL:
    """Return the migration step that lets these columns lose what people wrote in them.

    With ``may_end`` whole rows may go as well, once their time is over.
    """
    named = ", ".join(f"'{column}'" for column in columns)
    allowing = UNLESS.replace("{columns}", named) + (UNLESS_ENDED if may_end else "")
    return migrations.RunSQL(
        REFUSES.replace("{table}", table).replace("{unless}", allowing),
        REFUSES.replace("{table}", table).replace("{unless}", ""),
    )


@contextmanager
def redacting() -> Iterator[None]:
    """Let columns that may be redacted be written, inside of this and no longer.

    After a fault, the savepoint takes the leave back with everything else.
    """
    with transaction.atomic():
        _set_redacting("on")
        yield
        _set_redacting("off")


def _set_redacting(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bihuan.redacting', %s, true)", [state])
