"""Proving that the replica is the ledger, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from bihuan.facts.replica.columns import CHUNK, SCHEMA, read_facts
from bihuan.facts.replica.manifest import last_facts
from bihuan.facts.replica.reader import Reading, answer
from bihuan.org.models import Tenant

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaReport:
    """How many facts stand in the ledger and in the replica, and the first that differ."""

    ledger_count: int
    replica_count: int
    differing: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return self.ledger_count == self.replica_count and not self.differing


def verify(tenant: Tenant) -> ReplicaReport:
    """Compare every column of every fact of the replica with the ledger."""
    return answer(tenant, lambda reading: _compare(reading, tenant))


def _compare(reading: Reading, tenant: Tenant) -> ReplicaReport:
    last, _ = last_facts(tenant)
    ledger_count = replica_count = 0
    differing: list[int] = []
    [(highest,)] = reading.rows("SELECT coalesce(max(seq), 0) FROM facts")
    assert isinstance(highest, int)
    for after in range(0, max(last, highest), CHUNK):
        ours = reading.table(
            f"SELECT * FROM facts WHERE seq > {after} AND seq <= {after + CHUNK} ORDER BY seq"
        ).cast(SCHEMA)
        theirs = pa.concat_tables(
            [SCHEMA.empty_table(), *read_facts(tenant, after=after, upto=after + CHUNK)]
        )
        ledger_count += theirs.num_rows
        replica_count += ours.num_rows
        if not ours.equals(theirs):
            differing += _differing(ours, theirs)
    return ReplicaReport(
        ledger_count=ledger_count,
        replica_count=replica_count,
        differing=tuple(sorted(set(differing))[:SHOWN]),
    )


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
