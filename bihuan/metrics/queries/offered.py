"""What facts really say: the values that a condition is offered to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from bihuan.metrics.domain.field import FIELDS, FieldType
from bihuan.metrics.engine.backends import Reading, answer
from bihuan.org.models import Tenant

AT_MOST = 24


def values_offered(tenant: Tenant, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the values that facts carry in text fields, the most frequent first."""
    fields = [FIELDS[name] for name in sorted(set(names) & set(FIELDS))]
    columns = [field.column for field in fields if field.type is FieldType.TEXT]

    def question(reading: Reading) -> dict[str, list[str]]:
        return {column: _values(reading, column) for column in columns}

    return answer(tenant, question) if columns else {}


def _values(reading: Reading, column: str) -> list[str]:
    # A column is named by the list of fields, never by whoever asks.
    rows = reading.rows(
        f"SELECT {column}, count(*) FROM facts WHERE {column} <> ''"
        f" GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT {AT_MOST}"
    )
    return [value for value, _ in cast("list[tuple[str, int]]", rows)]
