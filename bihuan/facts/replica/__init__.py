"""The columnar replica of the ledger, which figures are reckoned on.

It is derived: one immutable DuckDB file per tenant holds the ledger up to a
number, and every process adds the facts after that number from PostgreSQL into
its own memory at each question, so a fact is seen by the next question asked.
It can be thrown away at any time; whatever is missing, stale or damaged is built
anew from the ledger.

    answer(tenant, question)   put a question to it
    catch_up(tenant)           build the next file when enough facts have come
    rebuild(tenant)            build the file anew from nothing
    derive(tenant, …)          build a file of sums from it, to lie beside it
    verify(tenant)             compare it with the ledger, fact by fact
"""

from __future__ import annotations

from bihuan.facts.replica.builder import base_of, catch_up, rebuild
from bihuan.facts.replica.checking import ReplicaReport, verify
from bihuan.facts.replica.columns import COLUMN_TYPES, NumberBeyondReplica
from bihuan.facts.replica.derived import Derived, derive, derived_of
from bihuan.facts.replica.in_place import facts_in_place, reversals_in_place
from bihuan.facts.replica.manifest import files_of_replica, folder_of
from bihuan.facts.replica.parquet import ParquetFiles, parquet_files
from bihuan.facts.replica.reader import Reading, answer, close_all

__all__ = [
    "COLUMN_TYPES",
    "Derived",
    "NumberBeyondReplica",
    "ParquetFiles",
    "Reading",
    "ReplicaReport",
    "answer",
    "base_of",
    "catch_up",
    "close_all",
    "derive",
    "derived_of",
    "facts_in_place",
    "files_of_replica",
    "folder_of",
    "parquet_files",
    "rebuild",
    "reversals_in_place",
    "verify",
]
