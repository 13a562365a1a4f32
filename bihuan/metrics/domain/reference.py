"""Reference: a metric that is reckoned from another one.

A term may name a metric instead of a sum of its own: it stands for all terms of
that metric, narrowed by the term's condition and with its sign. So "share of
new contracts" is ``new_contract_amount`` over ``signed_amount`` and follows when
either is defined anew. A metric that comes back to itself is refused.

>>> from bihuan.metrics.domain.definition import read_definition
>>> words = {"group": "signing", "better": "higher", "name_zh": "…", "name_en": "…",
...          "about_zh": "…", "about_en": "…"}
>>> new = read_definition({"key": "new", "unit": "money", **words, "measure": [
...     {"sum": "amount", "where": {"field": "category", "op": "eq", "value": "新签"}}]})
>>> east = read_definition({"key": "new_east", "unit": "money", **words, "measure": [
...     {"metric": "new", "where": {"field": "region", "op": "eq", "value": "华东"}}]})
>>> [term] = resolved(east, {"new": new}.get).terms
>>> term.sum, [leaf.field for leaf in term.where.parts]
('amount', ['category', 'region'])

>>> circle = read_definition({"key": "new", "unit": "money", **words,
...                           "measure": [{"metric": "new_east"}]})
>>> resolved(east, {"new": circle, "new_east": east}.get)
Traceback (most recent call last):
...
bihuan.metrics.domain.reference.MetricInCircle: “new_east” is reckoned from itself: new_east → new → new_east.
"""  # noqa: E501 - a refusal is one line

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.metrics.domain.condition import (
    All,
    AnyOf,
    Leaf,
    Not,
    Operand,
    ParameterValue,
)
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.gate import Gates
from bihuan.metrics.domain.measure import Measure, Term

Find = Callable[[str], MetricDefinition | None]
AnyCondition = All | AnyOf | Not | Leaf


class MetricInCircle(Invalid):
    code = "metrics.metric_in_circle"
    says = gettext_noop("“%(metric)s” is reckoned from itself: %(circle)s.")


class ReferenceMissing(Invalid):
    code = "metrics.reference_missing"
    says = gettext_noop("“%(metric)s” is reckoned from “%(other)s”, which is not there.")


class ReferenceIsRatio(Invalid):
    code = "metrics.reference_is_ratio"
    says = gettext_noop("“%(other)s” is a ratio; ratios are not added, take what they divide.")


def resolved(definition: MetricDefinition, find: Find) -> MetricDefinition:
    """Return a definition that names no other metric, nor any parameter of its own.

    ``find`` gives a metric by its key, itself not resolved.
    """
    if not refers(definition):
        return definition
    return rebuilt(definition, lambda measure: tuple(_expanded(definition, measure, find)))


def refers(definition: MetricDefinition) -> bool:
    """Tell whether some term names another metric."""
    return any(term.metric is not None for term in definition.terms)


def rebuilt(definition: MetricDefinition, change: Callable[[Measure], Measure]) -> MetricDefinition:
    """Return a definition whose measures are changed and which has no parameters left."""
    if definition.ratio is None:
        changed = {"measure": change(definition.numerator)}
    else:
        ratio = definition.ratio.model_copy(
            update={"of": change(definition.ratio.of), "to": change(definition.ratio.to)}
        )
        return definition.model_copy(update={"ratio": ratio, "parameters": ()})
    return definition.model_copy(update={**changed, "parameters": ()})


def _expanded(
    definition: MetricDefinition, measure: Measure, find: Find, via: tuple[str, ...] = ()
) -> Iterator[Term]:
    path = (*via, definition.key)
    for term in (spelled_out(each, definition.parameter_values) for each in measure):
        if term.metric is None:
            yield term
            continue
        if term.metric in path:
            raise MetricInCircle(metric=path[0], circle=" → ".join((*path, term.metric)))
        other = find(term.metric)
        if other is None:
            raise ReferenceMissing(metric=definition.key, other=term.metric)
        if other.is_ratio:
            raise ReferenceIsRatio(other=term.metric)
        for each in _expanded(other, other.numerator, find, path):
            yield each.model_copy(
                update={
                    "sign": each.sign * term.sign,
                    "where": both(each.where, term.where),
                }
            )


def both(one: AnyCondition | None, other: AnyCondition | None) -> AnyCondition | None:
    """Return the condition that two together make."""
    if one is None or other is None:
        return one or other
    return All(parts=(one, other))


def spelled_out(term: Term, parameters: dict[str, Decimal]) -> Term:
    """Return a term with the numbers that its parameters stand for."""
    if not parameters:
        return term
    gates = term.gates
    return term.model_copy(
        update={
            "where": None if term.where is None else _spelled(term.where, parameters),
            "gates": None if gates is None else _spelled_gates(gates, parameters),
        }
    )


def _spelled_gates(gates: Gates, parameters: dict[str, Decimal]) -> Gates:
    needs = (
        need.model_copy(update={"where": _spelled(need.where, parameters)}) for need in gates.needs
    )
    return gates.model_copy(update={"needs": tuple(needs)})


def _spelled(condition: AnyCondition, parameters: dict[str, Decimal]) -> AnyCondition:
    match condition:
        case All():
            return All(parts=tuple(_spelled(part, parameters) for part in condition.parts))
        case AnyOf():
            return AnyOf(parts=tuple(_spelled(part, parameters) for part in condition.parts))
        case Not():
            return Not(part=_spelled(condition.part, parameters))
        case Leaf():
            return condition.model_copy(update={"value": _value(condition.value, parameters)})


def _value(value: Operand, parameters: dict[str, Decimal]) -> Operand:
    if isinstance(value, ParameterValue):
        return str(parameters[value.parameter])
    return value
