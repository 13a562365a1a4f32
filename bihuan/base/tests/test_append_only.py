"""What is written once stays, whoever asks and by whichever way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from bihuan.base.append_only import RowIsFinal, forbid_change
from bihuan.base.checks import unguarded
from bihuan.base.models import JournalEntry

TABLE = "scratch_ledger"

pytestmark = pytest.mark.django_db


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def amounts() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT amount FROM {TABLE} ORDER BY id")
        return [amount for (amount,) in cursor.fetchall()]


@pytest.fixture
def editor() -> BaseDatabaseSchemaEditor:
    return connection.schema_editor()


@pytest.fixture
def ledger(editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
    """Make a table of two rows whose rows are final."""
    run(f"CREATE TABLE {TABLE} (id int PRIMARY KEY, amount int)")
    forbid_change(TABLE).database_forwards("base", editor, ProjectState(), ProjectState())
    run(f"INSERT INTO {TABLE} VALUES (1, 10), (2, 20)")
    yield
    assert amounts() == [10, 20]


CHANGES = {
    "UPDATE": f"UPDATE {TABLE} SET amount = 0 WHERE id = 1",
    "DELETE": f"DELETE FROM {TABLE} WHERE id = 1",
    "TRUNCATE": f"TRUNCATE {TABLE}",
    "upsert": f"INSERT INTO {TABLE} VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET amount = 0",
    "merge": f"MERGE INTO {TABLE} USING (VALUES (1)) AS v (id) ON {TABLE}.id = v.id "
    "WHEN MATCHED THEN DELETE",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.usefixtures("ledger")
def test_every_change_is_refused(change: str) -> None:
    with pytest.raises(IntegrityError, match="scratch_ledger is append-only") as refusal:
        run(change)
    assert refusal.value.__cause__ is not None
    assert getattr(refusal.value.__cause__, "sqlstate", None) == "23001"


@pytest.fixture
def superuser() -> Iterator[BaseDatabaseWrapper]:
    """Connect as the server's owner, which the embedded server calls postgres."""
    owner = connection.copy()
    owner.settings_dict = {**owner.settings_dict, "USER": "postgres"}
    try:
        owner.connect()
    except OperationalError:
        pytest.skip("this server does not let postgres in; on the embedded one it does")
    owner.set_autocommit(False)
    yield owner
    owner.rollback()
    owner.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_replication_role_does_not_slip_past(superuser: BaseDatabaseWrapper, change: str) -> None:
    guard, none = forbid_change(TABLE), ProjectState()
    with superuser.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id int PRIMARY KEY, amount int)")
        guard.database_forwards("base", superuser.schema_editor(), none, none)
        cursor.execute(f"INSERT INTO {TABLE} VALUES (1, 10)")
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(IntegrityError, match="scratch_ledger is append-only"):
            cursor.execute(change)


@pytest.mark.usefixtures("ledger")
def test_the_guard_is_seen_and_so_is_its_loss() -> None:
    assert unguarded(connection, TABLE) == []
    run(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_stays")
    assert unguarded(connection, TABLE) == ["TRUNCATE"]
    run(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_is_final")
    assert unguarded(connection, TABLE) == ["UPDATE", "DELETE", "TRUNCATE"]


@pytest.mark.usefixtures("ledger")
def test_a_guard_that_no_longer_refuses_is_no_guard() -> None:
    run(
        f"CREATE OR REPLACE FUNCTION {TABLE}_is_final() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    )
    assert unguarded(connection, TABLE) == ["UPDATE", "DELETE", "TRUNCATE"]


def test_an_absent_table_is_unguarded() -> None:
    assert unguarded(connection, "scratch_nowhere") == ["UPDATE", "DELETE", "TRUNCATE"]


@pytest.mark.usefixtures("ledger")
def test_the_guard_can_be_taken_back_by_its_migration(editor: BaseDatabaseSchemaEditor) -> None:
    forbid_change(TABLE).database_backwards("base", editor, ProjectState(), ProjectState())
    run(f"UPDATE {TABLE} SET amount = 11 WHERE id = 1")
    assert amounts() == [11, 20]
    run(f"UPDATE {TABLE} SET amount = 10 WHERE id = 1")


def test_python_refuses_before_the_database_is_asked() -> None:
    entry = JournalEntry(pk=1, verb="quota.set", subject="goals.quota:1")
    entry._state.adding = False
    for change in (
        entry.save,
        entry.delete,
        JournalEntry.objects.all().delete,
        lambda: JournalEntry.objects.update(verb="quota.unset"),
        lambda: JournalEntry.objects.bulk_update([entry], ["verb"]),
    ):
        with pytest.raises(RowIsFinal):
            change()
