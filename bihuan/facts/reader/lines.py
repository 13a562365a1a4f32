"""The ledger's facts as hashed lines, streamed by PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import psycopg
from django.db import connection, models

from bihuan.facts.domain.block import FORMS, NEWEST_FORM
from bihuan.facts.models import Fact
from bihuan.kernel.chain import leaf


def leaves(*, tenant_id: int, first: int, last: int, form: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and hash of each fact between two numbers, both included, in order.

    Runs inside a transaction: the date style is set for its length only. A form
    that does not exist is a forged block; its facts are read as today's are.
    """
    columns = ", ".join(_written(name) for name in FORMS.get(form, FORMS[NEWEST_FORM]))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL datestyle = 'ISO, YMD'")
        raw = cast("psycopg.Cursor[tuple[object, ...]]", cursor.cursor)
        with raw.copy(
            f"COPY (SELECT {columns} FROM facts_fact WHERE tenant_id = {int(tenant_id)}"
            f" AND seq >= {int(first)} AND seq <= {int(last)} ORDER BY seq) TO STDOUT"
        ) as copy:
            for row in copy:
                line = bytes(row)
                yield int(line[: line.index(b"\t")]), leaf(line[:-1])


def _written(name: str) -> str:
    """Return a column as it is written: instants in UTC, the rest as PostgreSQL does."""
    if isinstance(Fact._meta.get_field(name), models.DateTimeField):
        return f"{name} AT TIME ZONE 'UTC'"
    return f'"{name}"'
