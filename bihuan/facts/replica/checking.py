"""Proving that the replica is the ledger, by counts and digests of blocks of facts.

Both engines reckon, each on its own rows, how many facts a block has and a digest
of every column of every one, and only those numbers are compared. Where they
differ, the facts of that block are laid side by side, one by one. So a digest that
is spelled otherwise costs time and never a false alarm.

A fact is spelled as its columns with a mark between them. Texts that hold such a
mark could be spelled as others are: a block that has one is compared fact by fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from django.db import connection

from bihuan.facts.replica.builder import discard
from bihuan.facts.replica.columns import CHUNK, COLUMN_TYPES, SCHEMA, expression_of, read_facts
from bihuan.facts.replica.reader import Reading, answer
from bihuan.org.models import Tenant

SHOWN = 20
BETWEEN, NOTHING = "chr(31)", "chr(30)"
DIGITS = 15
"""So many hexadecimal digits of each fact's MD5 are added up: as many as 64 bits hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaReport:
    """How many facts stand in the ledger and in the replica, and the first that differ."""

    ledger_count: int
    replica_count: int
    differing: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return self.ledger_count == self.replica_count and not self.differing


Block = tuple[int, int]
"""How many facts there are, and the sum of their digests."""


def verify(tenant: Tenant) -> ReplicaReport:
    """Compare every column of every fact of the replica with the ledger.

    A replica that differs is used no more: the next question has it built anew.
    """
    report = answer(tenant, lambda reading: _compare(reading, tenant))
    if not report.is_whole:
        discard(tenant)
    return report


def _compare(reading: Reading, tenant: Tenant) -> ReplicaReport:
    ours = _blocks_of_replica(reading)
    theirs, unclear = _blocks_of_ledger(tenant, reading.upto)
    differing: list[int] = []
    for block in sorted({*ours, *theirs}):
        if block in unclear or ours.get(block) != theirs.get(block):
            differing += _differing_in(reading, tenant, block)
    return ReplicaReport(
        ledger_count=sum(count for count, _ in theirs.values()),
        replica_count=sum(count for count, _ in ours.values()),
        differing=tuple(sorted(set(differing))[:SHOWN]),
    )


def _spelled(expressions: Sequence[str], text: str) -> str:
    columns = (f"coalesce(({each})::{text}, {NOTHING})" for each in expressions)
    return f"md5(concat_ws({BETWEEN}, {', '.join(columns)}))"


def _blocks_of_replica(reading: Reading) -> dict[int, Block]:
    days = {
        name: f"{name} - DATE '1970-01-01'" if type_ == "date" else name
        for name, type_ in COLUMN_TYPES.items()
    }
    rows = reading.rows(
        f"SELECT (seq - 1) // {CHUNK}, count(*),"
        f" sum(('0x' || left({_spelled(list(days.values()), 'VARCHAR')}, {DIGITS}))::BIGINT)"
        " FROM facts GROUP BY ALL"
    )
    return {_whole(block): (_whole(count), _whole(total)) for block, count, total in rows}


def _blocks_of_ledger(tenant: Tenant, upto: int) -> tuple[dict[int, Block], set[int]]:
    """Return the blocks of the ledger up to a number, and those that hold a mark in a text."""
    columns = [expression_of(name, type_) for name, type_ in COLUMN_TYPES.items()]
    texts = " || ".join(f"f.{name}" for name, type_ in COLUMN_TYPES.items() if type_ == "string")
    digest = f"('x' || left({_spelled(columns, 'text')}, {DIGITS}))::bit({DIGITS * 4})::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (f.seq - 1) / {CHUNK}, count(*), sum({digest}),"
            f" bool_or(strpos({texts}, {BETWEEN}) > 0 OR strpos({texts}, {NOTHING}) > 0)"
            " FROM facts_fact f WHERE f.tenant_id = %(tenant)s AND f.seq <= %(upto)s GROUP BY 1",
            {"tenant": tenant.pk, "upto": upto, "zone": tenant.time_zone},
        )
        rows = cursor.fetchall()
    blocks = {_whole(block): (_whole(count), _whole(total)) for block, count, total, _ in rows}
    return blocks, {block for block, _, _, is_unclear in rows if is_unclear}


def _whole(number: object) -> int:
    """Return a count or a sum, which engines give in types of their own."""
    return int(str(number))


def _differing_in(reading: Reading, tenant: Tenant, block: int) -> list[int]:
    """Return the numbers of the facts of a block that are not the same in both."""
    after, upto = block * CHUNK, min((block + 1) * CHUNK, reading.upto)
    ours = reading.table(
        f"SELECT * FROM facts WHERE seq > {after} AND seq <= {after + CHUNK} ORDER BY seq"
    ).cast(SCHEMA)
    theirs = pa.concat_tables([SCHEMA.empty_table(), *read_facts(tenant, after=after, upto=upto)])
    return [] if ours.equals(theirs) else _differing(ours, theirs)


def _differing(ours: pa.Table, theirs: pa.Table) -> list[int]:
    """Return the numbers of facts that are not the same, or not as often, in both."""
    mine: list[dict[str, object]] = ours.to_pylist()
    other: list[dict[str, object]] = theirs.to_pylist()
    by_seq = {row["seq"]: row for row in other}
    seen: set[object] = set()
    found = []
    for row in mine:
        if row["seq"] in seen or by_seq.get(row["seq"]) != row:
            found.append(row["seq"])
        seen.add(row["seq"])
    found += [seq for seq in by_seq if seq not in seen]
    return [seq for seq in found if isinstance(seq, int)]
