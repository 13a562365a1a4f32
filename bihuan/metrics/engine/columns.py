"""The columns of ``facts`` that a compiled statement really reads, and what for.

``sqlglot.lineage`` follows a column of the answer down to the tables. It says
nothing of filters, joins, groups and windows, and it takes the condition of a
``CASE`` for part of the value; so the scopes of the statement are walked here
once, with the same resolution of names, and each column is given its use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.lineage import ADDED, ALWAYS, SCOPE, Role, columns_declared
from bihuan.metrics.engine.compiling import Asked, figures_sql
from bihuan.metrics.engine.dialect import Dialect, ledger_of
from bihuan.metrics.engine.tables import CALENDAR, ENTITIES, MANAGERS, UNITS

DIALECT = "duckdb"
FACTS = ledger_of(Dialect.DUCKDB).facts


class Use(StrEnum):
    """What a statement reads a column for."""

    VALUE = "value"
    KEY = "key"
    """What is counted once however often it comes: ``count(distinct …)``."""
    CONDITION = "condition"
    FILTER = "filter"
    JOIN = "join"
    GROUP = "group"
    WINDOW = "window"


_TYPES = {"int64": "BIGINT", "string": "VARCHAR", "date": "DATE"}
SCHEMA: dict[str, object] = {
    table.get_name(): {
        name: _TYPES[str(type_).removeprefix("!")] for name, type_ in table.schema().items()
    }
    for table in (ledger_of(Dialect.DUCKDB).facts, CALENDAR, UNITS, MANAGERS, ENTITIES)
}
SOMEWHERE = ("/0/",)
"""The part of the tree that somebody sees: what a statement reads for that is a column too."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that a metric reads and does not declare, or declares and does not read."""

    metric: str
    column: str
    is_read: bool
    is_declared: bool


def columns_of(sql: str) -> dict[Use, frozenset[str]]:
    """Return the columns of ``facts`` that a statement reads, by what it reads them for."""
    tree = qualify(sqlglot.parse_one(sql, dialect=DIALECT), schema=SCHEMA, dialect=DIALECT)
    found: dict[Use, set[str]] = defaultdict(set)
    scopes = traverse_scope(tree)
    for scope in scopes:
        for use, column in _uses(scope):
            found[use] |= set(_down(scope, column))
    root = scopes[-1]
    for projection in _select(root):
        if projection.alias_or_name.startswith("t_"):
            for use, name in _values(root, projection, Use.VALUE):
                found[use].add(name)
    return {use: frozenset(columns) for use, columns in found.items() if columns}


def _uses(scope: Scope) -> Iterator[tuple[Use, exp.Column]]:
    """Yield the columns of one scope that decide which rows there are."""
    select = scope.expression
    if not isinstance(select, exp.Select):
        return
    parts = [(Use.FILTER, select.args.get(name)) for name in ("where", "having", "qualify")]
    parts += [(Use.JOIN, join.args.get("on")) for join in select.args.get("joins") or ()]
    parts += [(Use.GROUP, select.args.get("group"))]
    for projection in select.selects:
        parts += [(Use.CONDITION, branch.this) for branch in projection.find_all(exp.If)]
        parts += [(Use.WINDOW, window) for window in projection.find_all(exp.Window)]
    for use, part in parts:
        for column in part.find_all(exp.Column) if part is not None else ():
            yield use, column


def _values(scope: Scope, expression: exp.Expr, use: Use) -> Iterator[tuple[Use, str]]:
    """Yield the columns of ``facts`` that go into an expression, those of conditions left out."""
    use = Use.KEY if expression.find(exp.Distinct) else use
    for column in expression.find_all(exp.Column):
        if _is_in_condition(column, expression):
            continue
        source = scope.sources.get(column.table)
        if isinstance(source, Scope):
            for each in _projections(source, column.name):
                yield from _values(source, each, use)
        elif isinstance(source, exp.Table) and source.name == "facts":
            yield use, column.name


def _is_in_condition(column: exp.Column, top: exp.Expr) -> bool:
    """Tell whether a column stands in the condition of a CASE, not in what it gives."""
    node: exp.Expr | None = column
    while node is not None and node is not top:
        if isinstance(node.parent, exp.If) and node.arg_key == "this":
            return True
        node = node.parent
    return False


def _down(scope: Scope, column: exp.Column) -> Iterator[str]:
    """Yield the columns of ``facts`` that a column of a scope is made of."""
    source = scope.sources.get(column.table)
    if isinstance(source, Scope):
        for each in _projections(source, column.name):
            for inner in each.find_all(exp.Column):
                yield from _down(source, inner)
    elif isinstance(source, exp.Table) and source.name == "facts":
        yield column.name


def _select(scope: Scope) -> list[exp.Expr]:
    """Return what a scope gives, column by column."""
    query = scope.expression
    return list(query.selects) if isinstance(query, exp.Query) else []


def _projections(scope: Scope, name: str) -> list[exp.Expr]:
    return [each for each in _select(scope) if each.alias_or_name == name]


def columns_read(
    definition: MetricDefinition, *, is_scoped: bool = False
) -> dict[Use, frozenset[str]]:
    """Return the columns that the statements of a definition read, by what for."""
    asked = Asked(definition=definition)
    if is_scoped:
        asked = replace(asked, paths=SOMEWHERE, own_id=0)
    found: dict[Use, frozenset[str]] = {}
    for reach in sorted({term.reach for term in definition.terms}, key=lambda each: each.order):
        for use, columns in columns_of(figures_sql(asked, (), reach)).items():
            found[use] = found.get(use, frozenset()) | columns
    return found


def differences(definition: MetricDefinition) -> list[Difference]:
    """Return where what is compiled of a definition differs from what it declares to read.

    What is added up must be the same columns; so must the rest, once what every
    figure reads is taken off both sides.
    """
    compiled = columns_read(definition, is_scoped=True)
    added = compiled.pop(Use.VALUE, frozenset())
    decided = frozenset[str]().union(*compiled.values())
    told = columns_declared(definition, *ADDED)
    keys = columns_declared(definition, *(set(Role) - ADDED))
    wrong = (added ^ told) | ((decided ^ keys) - ALWAYS - SCOPE)
    return [
        Difference(
            metric=definition.key,
            column=column,
            is_read=column in added | decided,
            is_declared=column in told | keys,
        )
        for column in sorted(wrong)
    ]


def pretty(sql: str) -> str:
    """Return a statement as people read it."""
    return sqlglot.parse_one(sql, dialect=DIALECT).sql(DIALECT, pretty=True)
