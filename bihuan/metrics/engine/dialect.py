"""What differs between engines in the text of a statement, and in nothing else.

Ibis' compilers turn an expression into each engine's SQL without importing its
driver. Two things are put right after them: PostgreSQL is told to look into
what is named once and used twice, so that conditions reach its indexes, and
Spark adds whole numbers as decimals, so that no sum can pass 64 bits.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from sqlglot import exp

from bihuan.facts.replica import COLUMN_TYPES


class Dialect(StrEnum):
    """An engine's SQL, under the name that Ibis gives its compiler."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgres"
    SPARK = "pyspark"


class Ledger(NamedTuple):
    """The facts as an engine has them, and which of them were taken back.

    A reversal has something in the column ``reverses``; what it takes back has
    in ``key`` what ``gone`` says in ``reversals``.
    """

    facts: ir.Table
    reversals: ir.Table
    key: str
    reverses: str


_COPIED = ibis.table(dict(COLUMN_TYPES), name="facts")
_IN_PLACE = ibis.table(
    {
        **{name: type_ for name, type_ in COLUMN_TYPES.items() if name != "reverses_seq"},
        "id": "int64",
        "reverses_id": "int64",
        "reversed_seq": "int64",
    },
    name="facts",
)
_TAKEN_BACK = ibis.table({"gone": "int64", "seq": "int64"}, name="reversals")
_WIDE = "decimal(20, 0)"
"""Holds any whole number of 64 bits; a sum of such holds ten digits more."""


def ledger_of(dialect: Dialect) -> Ledger:
    """Return the tables of facts as an engine has them.

    PostgreSQL reads the ledger itself, where a reversal names what it takes
    back by id, and an index knows it by that.
    """
    if dialect is Dialect.POSTGRESQL:
        return Ledger(_IN_PLACE, _TAKEN_BACK, "id", "reverses_id")
    named = _COPIED.filter(_COPIED.reverses_seq.notnull())
    reversals = named.select("seq", gone=named.reverses_seq)
    return Ledger(_COPIED, reversals, "seq", "reverses_seq")


def to_sql(expr: ir.Expr, dialect: Dialect) -> str:
    """Return an expression as a statement of an engine."""
    compiler = _compiler(dialect)
    tree = compiler.to_sqlglot(expr)
    if dialect is Dialect.POSTGRESQL:
        for named in tree.find_all(exp.CTE):
            named.args["materialized"] = False
    if dialect is Dialect.SPARK:
        for added in list(tree.find_all(exp.Sum)):
            added.set("this", exp.cast(added.this, _WIDE, dialect=compiler.dialect))
    return str(tree.sql(compiler.dialect))


def sum_of(column: str, dialect: Dialect) -> str:
    """Return the sum of whole numbers in a statement that is put together by hand."""
    return f"sum(CAST({column} AS {_WIDE}))" if dialect is Dialect.SPARK else f"sum({column})"


@cache
def _compiler(dialect: Dialect) -> Any:
    return import_module(f"ibis.backends.sql.compilers.{dialect}").compiler
