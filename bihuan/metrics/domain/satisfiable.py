"""Satisfiable: whether a condition can hold for any fact at all.

A condition that can never hold is a mistake of whoever wrote it, and its metric
would stand at nothing for ever. Looked for is what contradicts itself: a field
that is to be two things at once, a number above one bound and below another, a
value that is to be given and empty, and a field that no fact of the named kind
carries:

>>> read = read_condition
>>> kind = {"field": "kind", "op": "eq", "value": "call.logged"}
>>> can_hold(read({"all": [kind, {"field": "kind", "op": "eq", "value": "visit.logged"}]}))
False
>>> can_hold(read({"all": [kind, {"any": [{"field": "minutes", "op": "gt", "value": 5},
...                                       {"field": "minutes", "op": "lt", "value": 3}]}]}))
True
>>> can_hold(read({"all": [{"field": "minutes", "op": "gt", "value": 5},
...                        {"field": "minutes", "op": "lte", "value": 5}]}))
False
>>> carried = {"call.logged": {"minutes", "outcome"}}
>>> can_hold(read({"all": [kind, {"field": "stage", "op": "eq", "value": "谈判"}]}), carried)
False

What is not seen to contradict itself passes: this finds mistakes, it proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from bihuan.metrics.domain.condition import (
    BARE,
    LISTED,
    All,
    AnyOf,
    FieldValue,
    Leaf,
    Not,
    Op,
    ParameterValue,
    Value,
    read_condition,
    read_value,
)
from bihuan.metrics.domain.reference import AnyCondition

__all__ = ["can_hold", "read_condition"]

MOST_WAYS = 512
"""A condition that can be met in more ways is not looked through."""

_OPPOSITE = {
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.IN: Op.NOT_IN,
    Op.NOT_IN: Op.IN,
    Op.IS_SET: Op.IS_EMPTY,
    Op.IS_EMPTY: Op.IS_SET,
}
_NEEDS_VALUE = frozenset({Op.EQ, Op.IN, Op.LT, Op.LTE, Op.GT, Op.GTE, Op.IS_SET})
_KIND_FREE = frozenset(
    {"kind", "person", "unit", "account", "opportunity", "product", "store", "product_line"}
    | {"region", "tier", "amount", "quantity", "hour", "business_on"}
)
"""Fields that a fact of any kind may carry."""

Carried = Mapping[str, Collection[str]]
Way = tuple[Leaf, ...]


def can_hold(condition: AnyCondition, carried: Carried | None = None) -> bool:
    """Tell whether a condition may hold for some fact.

    ``carried`` gives the attributes that facts of each kind may carry.
    """
    ways = _ways(condition, negated=False)
    return ways is None or any(_consistent(way, carried or {}) for way in ways)


def _ways(condition: AnyCondition, *, negated: bool) -> list[Way] | None:
    """Return the ways in which it can be met, each a list of leaves; ``None`` when too many."""
    match condition:
        case Not():
            return _ways(condition.part, negated=not negated)
        case All() | AnyOf():
            parts = [_ways(part, negated=negated) for part in condition.parts]
            known = [part for part in parts if part is not None]
            if isinstance(condition, All) != negated:
                return _together(known)
            return None if len(known) < len(parts) else [way for part in known for way in part]
        case Leaf():
            return [_turned(condition)] if negated else [(condition,)]


def _turned(leaf: Leaf) -> Way:
    """Return what the opposite of a leaf asks, or nothing where it cannot be said by a leaf."""
    opposite = _OPPOSITE.get(leaf.op)
    return () if opposite is None else (leaf.model_copy(update={"op": opposite}),)


def _together(parts: Sequence[list[Way]]) -> list[Way] | None:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST_WAYS:
        return None
    return [tuple(leaf for way in ways for leaf in way) for ways in product(*parts)]


def _consistent(way: Way, carried: Carried) -> bool:
    by_field: dict[str, list[Leaf]] = {}
    for leaf in way:
        by_field.setdefault(leaf.field, []).append(leaf)
    return all(map(_field_can_hold, by_field.values())) and _is_carried(by_field, carried)


def _field_can_hold(leaves: Sequence[Leaf]) -> bool:
    ops = {leaf.op for leaf in leaves}
    if Op.IS_EMPTY in ops and ops & _NEEDS_VALUE:
        return False
    plain = [leaf for leaf in leaves if not isinstance(leaf.value, FieldValue | ParameterValue)]
    allowed = _allowed(plain)
    if allowed is not None:
        return any(_meets_all(value, plain) for value in allowed)
    return _range_can_hold(plain)


def _values(leaf: Leaf) -> list[Value]:
    if leaf.op in BARE or isinstance(leaf.value, FieldValue | ParameterValue | None):
        return []
    given = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return [read_value(each, leaf.field) for each in given]


def _allowed(leaves: Sequence[Leaf]) -> set[Value] | None:
    """Return the values that are left of all lists, or ``None`` where there is no list."""
    lists = [set(_values(leaf)) for leaf in leaves if leaf.op in (Op.EQ, Op.IN)]
    return set.intersection(*lists) if lists else None


def _meets_all(value: Value, leaves: Sequence[Leaf]) -> bool:
    for leaf in leaves:
        others = _values(leaf)
        if leaf.op in (Op.NE, Op.NOT_IN) and value in others:
            return False
        is_bound = leaf.op not in BARE | LISTED | {Op.EQ, Op.NE}
        if is_bound and others and not _meets(leaf.op, value, others[0]):
            return False
    return True


def _meets(op: Op, value: Value, bound: Value) -> bool:
    if value is None or bound is None or type(value) is not type(bound):
        return False
    return {
        Op.LT: value < bound,  # type: ignore[operator]  # both of one type, which has an order
        Op.LTE: value <= bound,  # type: ignore[operator]
        Op.GT: value > bound,  # type: ignore[operator]
        Op.GTE: value >= bound,  # type: ignore[operator]
    }[op]


def _range_can_hold(leaves: Sequence[Leaf]) -> bool:
    lows = [(leaf, v) for leaf in leaves if leaf.op in (Op.GT, Op.GTE) for v in _values(leaf)]
    highs = [(leaf, v) for leaf in leaves if leaf.op in (Op.LT, Op.LTE) for v in _values(leaf)]
    for low, least in lows:
        for high, most in highs:
            touches = low.op is Op.GTE and high.op is Op.LTE
            if not _meets(Op.LTE if touches else Op.LT, least, most):
                return False
    return True


def _is_carried(by_field: Mapping[str, Sequence[Leaf]], carried: Carried) -> bool:
    """Tell whether facts of the kinds that are asked for carry what they are to have."""
    kinds = _allowed(by_field.get("kind", ()))
    known = [carried[str(kind)] for kind in kinds or () if str(kind) in carried]
    if not kinds or len(known) < len(kinds):
        return True
    wanted = {
        name
        for name, leaves in by_field.items()
        if name not in _KIND_FREE and any(leaf.op in _NEEDS_VALUE for leaf in leaves)
    }
    return any(wanted <= set(attributes) for attributes in known)


def contradictions(
    condition: AnyCondition, place: str, carried: Carried | None = None
) -> Iterator[str]:
    """Yield the place of the narrowest part that can never hold, if there is one."""
    if can_hold(condition, carried):
        return
    if isinstance(condition, All | AnyOf):
        name = "all" if isinstance(condition, All) else "any"
        inner = [
            found
            for number, part in enumerate(condition.parts)
            for found in contradictions(part, f"{place}.{name}[{number}]", carried)
        ]
        if inner:
            yield from inner
            return
    yield place
