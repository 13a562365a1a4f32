"""A condition as the fields of a form, and back.

A group says how its parts go together, a row compares one field:

>>> tree = planted([
...     ("w.is", ["all"]), ("w[0].is", ["leaf"]), ("w[0].field", ["category"]),
...     ("w[0].op", ["in"]), ("w[0].value", ["新签"]), ("w[0].more", ["增购\\n续约"]),
...     ("w[1].is", ["not"]), ("w[1][0].is", ["leaf"]), ("w[1][0].field", ["amount"]),
...     ("w[1][0].op", ["lt"]), ("w[1][0].value", ["1000"])])
>>> raw = raw_condition(tree.at("w"))
>>> raw["all"][0]
{'field': 'category', 'op': 'in', 'value': ['新签', '增购', '续约']}
>>> back = Branch("w")
>>> fill_condition(back, read_condition(raw))
>>> raw_condition(back) == raw
True

A ``not`` over several parts means that none of them holds.
"""

from __future__ import annotations

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
    read_condition,
)
from bihuan.metrics.domain.entry.branch import Branch, planted
from bihuan.metrics.domain.reference import AnyCondition

__all__ = ["Branch", "fill_condition", "planted", "raw_condition", "read_condition"]

GROUPS = ("all", "any", "not")
VALUE, FIELD, PARAMETER = "value", "field", "parameter"
"""What a row compares its field with: something written, another field, a parameter."""


def fill_condition(branch: Branch, condition: AnyCondition) -> None:
    """Write a condition into the fields of a form."""
    match condition:
        case Leaf():
            branch.put("is", "leaf")
            _fill_leaf(branch, condition)
        case Not():
            branch.put("is", "not")
            _fill_parts(branch, (condition.part,))
        case All() | AnyOf():
            branch.put("is", "all" if isinstance(condition, All) else "any")
            _fill_parts(branch, condition.parts)


def _fill_parts(branch: Branch, parts: tuple[AnyCondition, ...]) -> None:
    branch.hold([Branch() for _ in parts])
    for child, part in zip(branch.own_numbered(), parts, strict=True):
        fill_condition(child, part)


def _fill_leaf(branch: Branch, leaf: Leaf) -> None:
    branch.put("field", leaf.field)
    branch.put("op", leaf.op.value)
    match leaf.value:
        case FieldValue():
            branch.put("compare", FIELD)
            branch.put("other", leaf.value.field)
        case ParameterValue():
            branch.put("compare", PARAMETER)
            branch.put("parameter", leaf.value.parameter)
        case None:
            branch.put("compare", VALUE)
        case tuple():
            branch.put("compare", VALUE)
            branch.put("value", *map(str, leaf.value))
        case _:
            branch.put("compare", VALUE)
            branch.put("value", str(leaf.value))


def raw_condition(branch: Branch) -> dict[str, object]:
    """Return the condition that the fields of a form spell, as plain data."""
    how = branch.text("is")
    if how not in GROUPS:
        return _raw_leaf(branch)
    parts: list[dict[str, object]] = [raw_condition(each) for each in branch.own_numbered()]
    if how != "not":
        return {how: parts}
    return {"not": parts[0] if len(parts) == 1 else {"any": parts}}


def _raw_leaf(branch: Branch) -> dict[str, object]:
    op = branch.text("op")
    raw: dict[str, object] = {"field": branch.text("field"), "op": op}
    compare = branch.text("compare")
    if op in BARE:
        return raw
    if op in LISTED:
        return raw | {"value": values_of(branch)}
    if compare == FIELD:
        return raw | {"value": {"field": branch.text("other")}}
    if compare == PARAMETER:
        return raw | {"value": {"parameter": branch.text("parameter")}}
    given = values_of(branch)
    return raw | {"value": given[0]} if given else raw


def values_of(branch: Branch) -> list[str]:
    """Return the values that are chosen or written in a row, each once."""
    chosen = branch.below["value"].texts if "value" in branch.below else []
    given = [each.strip() for each in (*chosen, *branch.lines("more"))]
    return list(dict.fromkeys(each for each in given if each))


def new_row(branch: Branch) -> None:
    """Make a branch an empty row, which asks for a kind of fact first."""
    branch.below, branch.texts = {}, []
    branch.put("is", "leaf")
    branch.put("field", "kind")
    branch.put("op", Op.EQ.value)
    branch.put("compare", VALUE)
