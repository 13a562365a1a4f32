"""The register says of every column what it holds, and the guards agree with it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import IntegrityError

from bihuan.base.append_only import AppendOnlyModel, redacting
from bihuan.base.journal import record
from bihuan.base.models import JournalEntry
from bihuan.org.actions import robot_of
from bihuan.privacy.domain.register import REGISTER, Holds
from bihuan.privacy.queries.traces import OTHER_PATHS, tables_holding, tenant_path
from tests.make import make_tenant

TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def columns() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, TEXTS)
    }


def test_every_column_that_can_hold_text_is_in_the_register() -> None:
    """Whoever adds a column says what it holds, and so what erasing somebody does to it."""
    assert columns() - set(REGISTER) == set()
    assert set(REGISTER) - columns() == set()


def test_words_and_files_belong_to_a_part_and_to_a_company() -> None:
    for table in (*tables_holding(Holds.FREE), *tables_holding(Holds.FILE)):
        assert all(table.parts), table.name
        label = table.model._meta.label
        assert tenant_path(table.model) or label == "base.JobNote", label
    assert OTHER_PATHS["procrastinate.ProcrastinateJob"] == "args__tenant"


@pytest.mark.django_db
def test_words_can_be_taken_out_of_every_final_row_and_nothing_else_changed() -> None:
    """Each column of words in a table that is written once is named to its guard."""
    with connection.cursor() as cursor:
        for table in (*tables_holding(Holds.FREE), *tables_holding(Holds.FILE)):
            if not issubclass(table.model, AppendOnlyModel):
                continue
            cursor.execute(
                "SELECT prosrc FROM pg_proc WHERE proname = %s", [f"{table.name}_is_final"]
            )
            [source] = cursor.fetchone()
            missing = [f.column for f in table.fields if f"'{f.column}'" not in source]
            assert missing == [], table.name


@pytest.mark.django_db
def test_a_final_row_loses_words_only_while_redacting_and_nothing_else_ever() -> None:
    robot = robot_of(make_tenant())
    record(robot, "try", robot, reason="李雷")
    change = "UPDATE base_journalentry SET reason = '' WHERE verb = 'try'"

    def tried(statement: str) -> None:
        with transaction.atomic(), redacting(), connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    for other in (
        "UPDATE base_journalentry SET verb = 'x' WHERE verb = 'try'",
        "DELETE FROM base_journalentry WHERE verb = 'try'",
    ):
        with pytest.raises(IntegrityError):
            tried(other)
    assert JournalEntry.objects.get(verb="try").reason == "李雷"
    tried(change)
    assert JournalEntry.objects.get(verb="try").reason == ""
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
