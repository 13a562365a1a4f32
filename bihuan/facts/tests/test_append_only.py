"""The ledger, its blocks and the journal refuse every change, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, models, transaction

from bihuan.base.append_only import RowIsFinal
from bihuan.base.journal.sealing import seal_journal
from bihuan.base.models import JournalBlock, JournalEntry
from bihuan.facts.actions import seal
from bihuan.facts.models import Block, Fact
from tests.digest import digest_of_tables
from tests.make import make_fact, make_person

TABLES: list[type[models.Model]] = [Fact, Block, JournalEntry, JournalBlock]
CHANGES = [
    "UPDATE {table} SET id = id",
    "UPDATE {table} SET tenant_id = tenant_id WHERE id = (SELECT min(id) FROM {table})",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table})",
    "TRUNCATE {table} RESTART IDENTITY CASCADE",  # Without, what refers to a fact refuses first.
    "TRUNCATE {table} CASCADE",
    "TRUNCATE org_tenant CASCADE",
    "INSERT INTO {table} SELECT * FROM {table} LIMIT 1"
    " ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id",
    "MERGE INTO {table} t USING (SELECT min(id) AS id FROM {table}) s ON t.id = s.id"
    " WHEN MATCHED THEN UPDATE SET tenant_id = t.tenant_id",
    "MERGE INTO {table} t USING (SELECT min(id) AS id FROM {table}) s ON t.id = s.id"
    " WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM {table} RETURNING *) SELECT count(*) FROM gone",
]


@pytest.fixture
def _filled(db: None) -> None:
    fact = make_fact(make_person("lin"), on=date(2026, 3, 2))
    seal(tenant=fact.tenant)
    seal_journal(fact.tenant_id)


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_application_s_role_is_refused(model: type[models.Model], change: str) -> None:
    # Rows may not be deferred: TRUNCATE would refuse them for another reason.
    before = digest_of_tables()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table=model._meta.db_table))
    assert digest_of_tables() == before


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_python_is_refused_before_it_reaches_the_database(model: type[models.Model]) -> None:
    rows = model._default_manager.all()
    row = rows.first()
    assert row is not None
    deeds: list[Callable[[], object]] = [
        lambda: row.save(),
        lambda: row.delete(),
        lambda: rows.update(id=1),
        lambda: rows.delete(),
        lambda: rows.bulk_update([row], ["tenant"]),
        lambda: rows.filter(pk=row.pk).update(id=row.pk),
    ]
    for deed in deeds:
        with pytest.raises(RowIsFinal):
            deed()


@pytest.mark.usefixtures("_filled")
def test_an_upsert_of_django_is_refused() -> None:
    fact = Fact.objects.get()
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
        Fact.objects.bulk_create(
            [fact], update_conflicts=True, unique_fields=["id"], update_fields=["amount"]
        )


def test_a_replication_role_does_not_slip_past(
    own_database: str, superuser: psycopg.Connection[tuple[Any, ...]]
) -> None:
    """ENABLE ALWAYS: whoever only wants to replay changes may not change either."""
    make_fact(make_person("lin"), on=date(2026, 3, 2))
    superuser.execute("SET session_replication_role = replica")
    for change in ("UPDATE facts_fact SET amount = 1", "DELETE FROM facts_fact"):
        with pytest.raises(psycopg.DatabaseError, match="is append-only"):
            superuser.execute(change)
    assert Fact.objects.get().amount == 100
