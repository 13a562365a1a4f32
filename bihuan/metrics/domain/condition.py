"""Condition: which facts a term of a metric counts.

A tree of ``all``, ``any`` and ``not`` over leaves; a leaf compares one field
with a value, with another field of the same fact, or with a parameter of the
metric. There are no formulas and nothing is evaluated as code.

>>> tree = read_condition({"all": [
...     {"field": "kind", "op": "eq", "value": "opportunity.won"},
...     {"not": {"field": "amount", "op": "lt", "value": "1000"}},
... ]})
>>> holds(tree, {"kind": "opportunity.won", "amount": Decimal("1000")})
True
>>> holds(tree, {"kind": "opportunity.won", "amount": Decimal("999.99")})
False

What a fact does not carry equals nothing and is neither more nor less than
anything; ``ne`` and ``not_in`` are the exact opposites of ``eq`` and ``in``:

>>> holds(read_condition({"field": "amount", "op": "ne", "value": 5}), {"amount": None})
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationInfo,
    field_validator,
)

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.metrics.domain.field import FIELDS, NUMERIC, FieldType, scaled

Value = str | Decimal | date | None
WHOLE = re.compile(r"^(0|-?[1-9][0-9]{0,17})$")


class Op(StrEnum):
    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IS_SET = "is_set"
    IS_EMPTY = "is_empty"


BARE = frozenset({Op.IS_SET, Op.IS_EMPTY})
"""Operators that take no value."""

LISTED = frozenset({Op.IN, Op.NOT_IN})
"""Operators that take a list of values."""

_EQUALITY = frozenset({Op.EQ, Op.NE, Op.IN, Op.NOT_IN})
_ORDER = frozenset({Op.LT, Op.LTE, Op.GT, Op.GTE})
OPS_OF: Mapping[FieldType, frozenset[Op]] = {
    FieldType.TEXT: _EQUALITY | BARE,
    FieldType.REFERENCE: BARE,
    FieldType.MONEY: _EQUALITY | _ORDER | BARE,
    FieldType.NUMBER: _EQUALITY | _ORDER | BARE,
    FieldType.WHOLE: _EQUALITY | _ORDER | BARE,
    FieldType.DAY: _EQUALITY | _ORDER | BARE,
}

_SIGNS: Mapping[Op, tuple[int, ...]] = {
    Op.LT: (-1,),
    Op.LTE: (-1, 0),
    Op.GT: (1,),
    Op.GTE: (0, 1),
}
"""Which outcomes of a comparison meet an operator: less, the same, more."""


class ValueUnfit(Invalid):
    code = "metrics.value_unfit"
    says = gettext_noop("“%(value)s” cannot be compared with %(field)s, which is %(type)s.")


class Part(BaseModel):
    """A piece of a definition: never changed, and holding nothing it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FieldValue(Part):
    """The value of another field of the same fact."""

    field: str


class ParameterValue(Part):
    """The value of a parameter that the metric declares."""

    parameter: str


Scalar = str | int | date
Operand = Scalar | tuple[Scalar, ...] | FieldValue | ParameterValue | None


class Leaf(Part):
    field: str
    op: Op
    value: Operand = None

    @field_validator("value", mode="after")
    @classmethod
    def _in_one_spelling(cls, value: Operand, info: ValidationInfo[object]) -> Operand:
        """Write a value in one way, so that quotes in a file do not make another version."""
        field = FIELDS.get(str(info.data.get("field")))
        is_number = field is not None and field.type in NUMERIC
        if isinstance(value, tuple):
            return tuple(_spelled(each, is_number=is_number) for each in value)
        if isinstance(value, str | int | date):
            return _spelled(value, is_number=is_number)
        return value


def _spelled(value: Scalar, *, is_number: bool) -> Scalar:
    if isinstance(value, date):
        return value.isoformat()
    if is_number and isinstance(value, str) and WHOLE.match(value):
        return int(value)
    return value


class All(Part):
    parts: tuple[Condition, ...] = Field(alias="all", min_length=1)


class AnyOf(Part):
    parts: tuple[Condition, ...] = Field(alias="any", min_length=1)


class Not(Part):
    part: Condition = Field(alias="not")


def _tag(raw: object) -> str:
    for name, part in (("all", All), ("any", AnyOf), ("not", Not)):
        if isinstance(raw, part):
            return name
    keys = raw if isinstance(raw, Mapping) else {}
    return next((name for name in ("all", "any", "not") if name in keys), "leaf")


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Leaf, Tag("leaf")],
    Discriminator(_tag),
]
All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()

_ADAPTER: TypeAdapter[All | AnyOf | Not | Leaf] = TypeAdapter(Condition)


def read_condition(raw: object) -> All | AnyOf | Not | Leaf:
    """Return the condition that plain data spells."""
    return _ADAPTER.validate_python(raw)


def leaves(condition: All | AnyOf | Not | Leaf, place: str = "") -> Iterator[tuple[str, Leaf]]:
    """Return every leaf with the place where it stands, as a path into the data."""
    match condition:
        case Leaf():
            yield place, condition
        case Not():
            yield from leaves(condition.part, f"{place}.not")
        case All() | AnyOf():
            name = "all" if isinstance(condition, All) else "any"
            for number, part in enumerate(condition.parts):
                yield from leaves(part, f"{place}.{name}[{number}]")


def read_value(raw: Scalar, field_name: str) -> str | Decimal | date:
    """Return a written value in the type of the field it is compared with."""
    kind = FIELDS[field_name].type
    try:
        if kind in NUMERIC:
            return _number(raw, kind)
        if kind is FieldType.DAY:
            return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except (ValueError, InvalidOperation) as error:
        raise ValueUnfit(value=raw, field=field_name, type=kind.value) from error
    if not isinstance(raw, str):
        raise ValueUnfit(value=raw, field=field_name, type=kind.value)
    return raw


def _number(raw: Scalar, kind: FieldType) -> Decimal:
    if isinstance(raw, date | bool):
        raise ValueError(raw)
    number = Decimal(raw)
    if not number.is_finite():
        raise ValueError(raw)
    scaled(number)
    if kind is FieldType.WHOLE and number != int(number):
        raise ValueError(raw)
    return number


def holds(
    condition: All | AnyOf | Not | Leaf,
    fact: Mapping[str, Value],
    parameters: Mapping[str, Decimal] | None = None,
) -> bool:
    """Tell whether a fact, given by field, meets a condition."""
    match condition:
        case All():
            return all(holds(part, fact, parameters) for part in condition.parts)
        case AnyOf():
            return any(holds(part, fact, parameters) for part in condition.parts)
        case Not():
            return not holds(condition.part, fact, parameters)
        case Leaf():
            return _leaf_holds(condition, fact, parameters or {})


def _leaf_holds(leaf: Leaf, fact: Mapping[str, Value], parameters: Mapping[str, Decimal]) -> bool:
    mine = fact.get(leaf.field)
    if leaf.op in BARE:
        return (mine is None or mine == "") == (leaf.op is Op.IS_EMPTY)
    others = operands(leaf, fact, parameters)
    if leaf.op in _EQUALITY:
        is_same = mine is not None and mine in [other for other in others if other is not None]
        return is_same == (leaf.op in (Op.EQ, Op.IN))
    return _sign(mine, others[0]) in _SIGNS[leaf.op]


def _sign(mine: Value, other: Value) -> int | None:
    """Return -1, 0 or 1 as a value is less than, the same as or more than another."""
    if isinstance(mine, Decimal) and isinstance(other, Decimal):
        return (mine > other) - (mine < other)
    if isinstance(mine, date) and isinstance(other, date):
        return (mine > other) - (mine < other)
    return None


def operands(
    leaf: Leaf, fact: Mapping[str, Value], parameters: Mapping[str, Decimal]
) -> list[Value]:
    """Return what a leaf compares with, in the type of its field."""
    match leaf.value:
        case None:
            return []
        case FieldValue():
            return [fact.get(leaf.value.field)]
        case ParameterValue():
            return [parameters[leaf.value.parameter]]
        case tuple():
            return [read_value(each, leaf.field) for each in leaf.value]
        case _:
            return [read_value(leaf.value, leaf.field)]
