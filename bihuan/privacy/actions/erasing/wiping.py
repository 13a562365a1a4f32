"""Taking values out of rows and files, wherever they occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.db.models import JSONField

from bihuan.base.append_only import redacting
from bihuan.base.journal.redacting import redacted
from bihuan.base.models import JournalEntry
from bihuan.privacy import channels
from bihuan.privacy.domain.register import Holds
from bihuan.privacy.domain.sight import Fate, Unlooked
from bihuan.privacy.domain.trace import json_without, without
from bihuan.privacy.models import Subject
from bihuan.privacy.queries.contents import look_into
from bihuan.privacy.queries.traces import (
    AnyColumn,
    Table,
    files_looked_at,
    tables_holding,
    tenant_path,
)

LOGS = "logs"


def wipe_rows(pattern: str, tenant_id: int) -> tuple[Counter[str], list[Unlooked]]:
    """Take the values out of everything that people wrote.

    Returns how many rows of what were touched, and the files in rows that nobody can look into.
    """
    wiped: Counter[str] = Counter()
    unlooked: list[Unlooked] = []
    with redacting():
        for table in tables_holding(Holds.FREE):
            gone = _wipe(table, pattern, tenant_id)
            wiped[table.parts[0]] += len(gone)
            wiped["files"] += channels.words_went(table.model._meta.label, gone)
        for table in tables_holding(Holds.FILE):
            emptied, left = _empty_files(table, pattern, tenant_id)
            wiped["files"] += emptied
            unlooked += left
    return +wiped, unlooked


def _wipe(table: Table, pattern: str, tenant_id: int) -> list[int]:
    """Take values out of the rows of a table; returns which rows they were, by number."""
    changed = [
        [*_cleaned(table, texts, pattern), str(key)]
        for key, *texts in table.hits(pattern, tenant_id)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in table.fields)
    if table.model is JournalEntry:
        with redacted([int(values[-1] or 0) for values in changed], tenant_id=tenant_id):
            _write(table, columns, changed)
    else:
        _write(table, columns, changed)
    return [int(values[-1]) for values in changed if values[-1] and values[-1].isdecimal()]


def _write(table: Table, columns: str, changed: Sequence[Sequence[str | None]]) -> None:
    quote = connection.ops.quote_name
    asked = f"UPDATE {quote(table.name)} SET {columns} WHERE {quote(table.key)} = %s"
    if changed:
        with connection.cursor() as cursor:
            for values in changed:
                cursor.execute(asked, values)


def _cleaned(table: Table, texts: list[object], pattern: str) -> list[str | None]:
    return [_clean(field, text, pattern) for field, text in zip(table.fields, texts, strict=True)]


def _clean(field: AnyColumn, text: object, pattern: str) -> str | None:
    if text is None:
        return None
    if isinstance(field, JSONField):
        return json_without(str(text), pattern)[0]
    cleaned = without(str(text), pattern)[0]
    return cleaned[: field.max_length] if field.max_length else cleaned


def _empty_files(table: Table, pattern: str, tenant_id: int) -> tuple[int, list[Unlooked]]:
    """Destroy what files hold that lie in the database, where a value occurs in them."""
    [field] = table.fields
    rows = table.model._base_manager.filter(**{tenant_path(table.model): tenant_id})
    hit, unlooked = [], []
    for pk, content in rows.values_list("pk", field.attname).iterator(chunk_size=20):
        look = look_into(bytes(content), pattern)
        if look.has_value:
            hit.append(pk)
        elif look.unseen is not None:
            unlooked.append(Unlooked(place=f"{table.model._meta.label} {pk}", why=look.unseen))
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(table.name)} SET {quote(str(field.column))} = '' "
            f"WHERE {quote(table.key)} = ANY(%s)",
            [hit],
        )
    return len(hit), unlooked


def wipe_files(subject: Subject, pattern: str, root: Path) -> tuple[Counter[str], list[Unlooked]]:
    """Destroy the files of a home in which a value occurs; of logs, only the value itself.

    Of those that nobody can look into, what only they brought goes; the others are returned.
    """
    wiped: Counter[str] = Counter()
    unlooked: list[Unlooked] = []
    for each in files_looked_at(subject, pattern, root):
        place = each.path.relative_to(root)
        if each.fate is Fate.NAMED and each.look.unseen is not None:
            shown = without(str(place), pattern)[0]
            unlooked.append(Unlooked(place=shown, why=each.look.unseen, page=each.page))
            continue
        if place.parts[0] == LOGS:
            _blot(each.path, pattern)
        else:
            each.path.unlink()
        wiped["files" if each.look.has_value else "unlooked_gone"] += 1
    return wiped, unlooked


def _blot(path: Path, pattern: str) -> None:
    """Take values out of a log that others add lines to: in place, so that they go on."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    cleaned = without(text, pattern)[0].encode("utf-8", "surrogateescape")
    with path.open("r+b") as file:
        file.write(cleaned)
        file.truncate()
