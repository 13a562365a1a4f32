"""What the replica holds of a fact, and how it is read from PostgreSQL.

Amounts, quantities and numbers are whole ten-thousandths in 64 bits; days are
days. Nothing here depends on the zone or the date style of a session: days come
as a count and the hour of day is taken in the tenant's own zone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import cast

import psycopg
import pyarrow as pa
from django.db import connection
from pyarrow import csv

from bihuan.facts.domain.attribute import COLUMNS, AttributeType
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Tenant

CHUNK = 100_000
"""How many facts are read at once."""


class NumberBeyondReplica(Conflict):
    code = "facts.number_beyond_replica"
    says = gettext_noop(
        "The ledger of “%(tenant)s” holds a number beyond ±922,337,203,685,477.5807, "
        "which figures cannot be reckoned with."
    )


_TYPE_OF = {AttributeType.TEXT: "string", AttributeType.NUMBER: "int64", AttributeType.DAY: "date"}

COLUMN_TYPES: Mapping[str, str] = {
    "seq": "int64",
    "kind": "string",
    "business_on": "date",
    "hour": "int64",
    **dict.fromkeys(
        ("person_id", "unit_id", "account_id", "opportunity_id", "product_id", "store_id"), "int64"
    ),
    **dict.fromkeys(("product_line", "region", "tier"), "string"),
    **dict.fromkeys(("amount", "quantity"), "int64"),
    **{column.name: _TYPE_OF[column.type] for column in COLUMNS.values()},
    "reverses_seq": "int64",
}
"""The columns of the replica's one table, ``facts``, with their types."""

_ARROW = {"string": pa.string(), "int64": pa.int64(), "date": pa.int32()}
_SCALED = {
    "amount",
    "quantity",
    *(column.name for column in COLUMNS.values() if column.type is AttributeType.NUMBER),
}
SCHEMA = pa.schema(
    [
        (name, pa.date32() if type_ == "date" else _ARROW[type_])
        for name, type_ in COLUMN_TYPES.items()
    ]
)
TABLE = ", ".join(
    f"{name} {({'string': 'VARCHAR', 'int64': 'BIGINT', 'date': 'DATE'})[type_]}"
    for name, type_ in COLUMN_TYPES.items()
)
"""The columns as DuckDB declares them."""


def expression_of(name: str, type_: str) -> str:
    """Return how PostgreSQL reads a column of the replica from the ledger."""
    if name == "hour":
        # date_part gives a machine number, extract a numeric, which takes four times as long.
        return "date_part('hour', f.occurred_at at time zone %(zone)s)::int"
    if name == "reverses_seq":
        return (
            "case when f.reverses_id is not null"
            " then (select r.seq from facts_fact r where r.id = f.reverses_id) end"
        )
    if name in _SCALED:
        return f"(f.{name} * 10000)::bigint"
    return f"f.{name} - date '1970-01-01'" if type_ == "date" else f"f.{name}"


SELECT = ", ".join(expression_of(name, type_) for name, type_ in COLUMN_TYPES.items())


def read_facts(tenant: Tenant, *, after: int, upto: int) -> Iterator[pa.Table]:
    """Return the facts numbered after one number up to another, in order, in chunks."""
    while after < upto:
        chunk = _read(tenant, after, min(upto, after + CHUNK))
        after = min(upto, after + CHUNK)
        if chunk.num_rows:
            yield chunk


def _read(tenant: Tenant, after: int, upto: int) -> pa.Table:
    statement = (
        f"COPY (SELECT {SELECT} FROM facts_fact f WHERE f.tenant_id = %(tenant)s"
        " AND f.seq > %(after)s AND f.seq <= %(upto)s ORDER BY f.seq) TO STDOUT (FORMAT csv)"
    )
    asked = {"zone": tenant.time_zone, "tenant": tenant.pk, "after": after, "upto": upto}
    with connection.cursor() as cursor:
        raw = cast("psycopg.Cursor[tuple[object, ...]]", cursor.cursor)
        try:
            with raw.copy(statement, asked) as copy:
                text = b"".join(bytes(block) for block in copy)
        except psycopg.errors.NumericValueOutOfRange as error:
            raise NumberBeyondReplica(tenant=tenant.name) from error
    return _table(text)


def _table(text: bytes) -> pa.Table:
    """Return an Arrow table of what PostgreSQL wrote: unquoted nothing is null, "" is empty."""
    if not text:
        return SCHEMA.empty_table()
    read = csv.read_csv(
        io.BytesIO(text),
        read_options=csv.ReadOptions(column_names=list(COLUMN_TYPES), block_size=1 << 26),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={name: _ARROW[type_] for name, type_ in COLUMN_TYPES.items()},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return read.cast(SCHEMA)
