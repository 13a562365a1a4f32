"""A condition as an expression of the engine.

Each leaf is made two-valued, true or false and never unknown, so that ``not``
means here what it means in the condition's own definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, ge, gt, le, lt, or_

import ibis
import ibis.expr.types as ir

from bihuan.metrics.domain.condition import (
    BARE,
    All,
    AnyOf,
    FieldValue,
    Leaf,
    Not,
    Op,
    ParameterValue,
    read_value,
)
from bihuan.metrics.domain.field import FIELDS, SCALED, FieldType, scaled

_COMPARE: Mapping[Op, Callable[[ir.Value, ir.Value], ir.Value]] = {
    Op.LT: lt,
    Op.LTE: le,
    Op.GT: gt,
    Op.GTE: ge,
}

NEVER = ibis.literal(value=False)


def expression(
    condition: All | AnyOf | Not | Leaf, table: ir.Table, parameters: Mapping[str, Decimal]
) -> ir.Value:
    """Return a condition over a table that has the columns of facts."""
    match condition:
        case All():
            return reduce(and_, (expression(part, table, parameters) for part in condition.parts))
        case AnyOf():
            return reduce(or_, (expression(part, table, parameters) for part in condition.parts))
        case Not():
            return ~expression(condition.part, table, parameters)
        case Leaf():
            return _leaf(condition, table, parameters)


def _leaf(leaf: Leaf, table: ir.Table, parameters: Mapping[str, Decimal]) -> ir.Value:
    field = FIELDS[leaf.field]
    mine = table[field.column]
    if leaf.op in BARE:
        is_empty = mine.isnull()
        if field.type is FieldType.TEXT:
            is_empty = is_empty | (mine == "")
        return is_empty if leaf.op is Op.IS_EMPTY else ~is_empty
    others = [*_operands(leaf, table, parameters)]
    if leaf.op in _COMPARE:
        return ibis.coalesce(_COMPARE[leaf.op](mine, others[0]), NEVER)
    is_same = ibis.coalesce(reduce(or_, (mine == other for other in others)), NEVER)
    return is_same if leaf.op in (Op.EQ, Op.IN) else ~is_same


def _operands(leaf: Leaf, table: ir.Table, parameters: Mapping[str, Decimal]) -> list[ir.Value]:
    match leaf.value:
        case FieldValue():
            return [table[FIELDS[leaf.value.field].column]]
        case ParameterValue():
            return [_literal(parameters[leaf.value.parameter], leaf.field)]
        case tuple():
            return [_literal(read_value(each, leaf.field), leaf.field) for each in leaf.value]
        case None:
            raise ValueError(f"{leaf.field} {leaf.op} has nothing to compare with")
        case _:
            return [_literal(read_value(leaf.value, leaf.field), leaf.field)]


def _literal(value: str | Decimal | date, field: str) -> ir.Value:
    if isinstance(value, Decimal):
        is_scaled = FIELDS[field].type in SCALED
        return ibis.literal(scaled(value) if is_scaled else int(value), type="int64")
    return ibis.literal(value)
