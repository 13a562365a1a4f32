"""Checks: whether a definition makes sense, before anything is reckoned with it.

Everything that is wrong is listed, each with its place. What is checked: every
field and dimension is there; the operator fits the field, and the value the
operator; only numbers are summed and only days subtracted; the terms of one
measure are of one sort; a distinct count is not carried over time; a condition can
hold; a ratio divides by something else than itself; gates are tied to the fact
and named once; a metric that is referred to is there and does not come back.

>>> from bihuan.metrics.domain.definition import read_definition
>>> wrong = read_definition({
...     "key": "wrong", "group": "deals", "unit": "money", "better": "higher",
...     "name_zh": "错", "name_en": "Wrong", "about_zh": "…", "about_en": "…",
...     "measure": [{"sum": "region", "where": {"field": "colour", "op": "eq", "value": "red"}}]})
>>> for problem in problems_of(wrong):
...     print(problem.column, "|", problem.says % problem.params)
measure[0].sum | “region” is not a number and cannot be summed.
measure[0].where | There is no field called “colour”.
unit | What is reckoned here is not measured in “money”.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bihuan.kernel.errors import DomainError, Problem, gettext_noop
from bihuan.metrics.domain.condition import (
    BARE,
    LISTED,
    OPS_OF,
    FieldValue,
    Leaf,
    ParameterValue,
    Scalar,
    ValueUnfit,
    leaves,
    read_value,
)
from bihuan.metrics.domain.definition import MetricDefinition, Unit
from bihuan.metrics.domain.field import (
    DIMENSIONS,
    FIELDS,
    NUMERIC,
    FieldType,
    NumberBeyondScale,
)
from bihuan.metrics.domain.gate import LAST, OWN, Gates
from bihuan.metrics.domain.measure import Measure, Over, Term
from bihuan.metrics.domain.reference import AnyCondition, Find, refers, resolved
from bihuan.metrics.domain.satisfiable import Carried, contradictions

FIELD_UNKNOWN = gettext_noop("There is no field called “%(field)s”.")
DIMENSION_UNKNOWN = gettext_noop("There is no dimension called “%(dimension)s”.")
NOT_SUMMABLE = gettext_noop("“%(field)s” is not a number and cannot be summed.")
NOT_A_DAY = gettext_noop("“%(field)s” is not a day.")
OP_UNFIT = gettext_noop("“%(field)s” cannot be compared by “%(op)s”.")
VALUE_MISSING = gettext_noop("“%(op)s” needs a value.")
VALUE_TOO_MUCH = gettext_noop("“%(op)s” takes no value.")
LIST_WANTED = gettext_noop("“%(op)s” needs a list of values.")
LIST_UNWANTED = gettext_noop("“%(op)s” takes one value, not a list.")
PARAMETER_UNKNOWN = gettext_noop("There is no parameter called “%(parameter)s”.")
TYPES_DIFFER = gettext_noop("“%(field)s” is not of the same type as what it is compared with.")
KIND_UNKNOWN = gettext_noop("There is no kind of fact called “%(kind)s”.")
SORTS_MIXED = gettext_noop("The terms of one measure are not of one sort: %(sorts)s.")
NOT_TO_DATE = gettext_noop(
    "Different values cannot be counted up to a day; only sums and counts can."
)
NEVER_HOLDS = gettext_noop("No fact can meet this condition: it contradicts itself.")
DIVIDES_BY_ITSELF = gettext_noop("The ratio divides by what it divides: it would always be one.")
LINK_UNFIT = gettext_noop("“%(field)s” cannot tie the facts of gates together.")
GATE_TWICE = gettext_noop("There are two gates called “%(gate)s”.")
GATE_UNKNOWN = gettext_noop("There is no gate called “%(gate)s” to take the day from.")
GATES_UNFIT = gettext_noop("What counts who was first cannot have gates.")
UNIT_UNFIT = gettext_noop("What is reckoned here is not measured in “%(unit)s”.")
MONEY_SORT = "money"


def problems_of(
    definition: MetricDefinition,
    kinds: Collection[str] | None = None,
    find: Find | None = None,
    carried: Carried | None = None,
) -> list[Problem]:
    """Return everything wrong with a definition; nothing when it is sound.

    ``kinds`` are the kinds of facts there are; without them kinds are not checked.
    ``find`` gives the metrics that may be referred to, and ``carried`` the attributes
    that facts of each kind may carry.
    """
    known = _Known(set(definition.parameter_values), kinds, carried)
    if definition.ratio is None:
        found = list(_of_measure(definition, definition.numerator, "measure", known))
    else:
        found = list(_of_measure(definition, definition.numerator, "ratio.of", known))
        found += _of_measure(definition, definition.denominator, "ratio.to", known)
        if definition.ratio.of == definition.ratio.to:
            found.append(_problem("ratio.to", DIVIDES_BY_ITSELF))
    if not refers(definition):
        return [*found, *_of_sorts(definition)]
    try:
        return [*found, *_of_sorts(resolved(definition, find or _nothing))]
    except DomainError as error:
        return [*found, _problem("measure", error.says, **error.params)]


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is for a condition to name."""

    parameters: set[str]
    kinds: Collection[str] | None
    carried: Carried | None


def _nothing(key: str) -> MetricDefinition | None:
    """Find no metric: what refers to one is then refused."""
    return None


def _problem(place: str, says: str, **params: object) -> Problem:
    return Problem(code="metrics.definition_unsound", says=says, params=params, column=place)


def _of_sorts(definition: MetricDefinition) -> Iterator[Problem]:
    """Tell of terms that do not add up, and of a unit that is not what they add up to."""
    sides = ("measure",) if definition.ratio is None else ("ratio.of", "ratio.to")
    for place, measure in zip(sides, (definition.numerator, definition.denominator), strict=False):
        sorts = sorted({_sort(term) for term in measure})
        if len(sorts) > 1:
            yield _problem(place, SORTS_MIXED, sorts=", ".join(sorts))
    if definition.ratio is None:
        yield from _of_unit(definition)


def _of_unit(definition: MetricDefinition) -> Iterator[Problem]:
    sorts = {_sort(term) for term in definition.numerator}
    if (MONEY_SORT in sorts) != (definition.unit is Unit.MONEY) or definition.unit is Unit.RATIO:
        yield _problem("unit", UNIT_UNFIT, unit=definition.unit.value)


def _of_measure(
    definition: MetricDefinition, measure: Measure, place: str, known: _Known
) -> Iterator[Problem]:
    for number, term in enumerate(measure):
        at = f"{place}[{number}]"
        yield from _of_term(term, at)
        if term.where is not None:
            yield from _of_condition(term.where, f"{at}.where", known)
        if term.gates is not None:
            yield from _of_gates(term, term.gates, f"{at}.gates")
            for place_of_need, need in enumerate(term.gates.needs):
                where = f"{at}.gates.needs[{place_of_need}].where"
                yield from _of_condition(need.where, where, known)


def _of_condition(condition: AnyCondition, place: str, known: _Known) -> Iterator[Problem]:
    found = [
        problem
        for where, leaf in leaves(condition, place)
        for problem in _of_leaf(leaf, where, known)
    ]
    yield from found
    if not found:
        for where in contradictions(condition, place, known.carried):
            yield _problem(where, NEVER_HOLDS)


def _of_gates(term: Term, gates: Gates, place: str) -> Iterator[Problem]:
    if term.first is not None or term.metric is not None:
        yield _problem(place, GATES_UNFIT)
    link = FIELDS.get(gates.link)
    if link is None:
        yield _problem(f"{place}.link", FIELD_UNKNOWN, field=gates.link)
    elif link.type not in (FieldType.TEXT, FieldType.REFERENCE) or gates.link == "kind":
        yield _problem(f"{place}.link", LINK_UNFIT, field=gates.link)
    keys = [need.key for need in gates.needs]
    for number, key in enumerate(keys):
        if key in keys[:number] or key in (LAST, OWN):
            yield _problem(f"{place}.needs[{number}].key", GATE_TWICE, gate=key)
    if gates.counts_on not in (LAST, OWN, *keys):
        yield _problem(f"{place}.counts_on", GATE_UNKNOWN, gate=gates.counts_on)


def _sort(term: Term) -> str:
    """Return what a term is a sum of; only the same sort can be added."""
    if term.sum is not None:
        field = FIELDS.get(term.sum)
        return MONEY_SORT if field is not None and field.type is FieldType.MONEY else term.sum
    return "days" if term.days_between is not None else "count"


def _of_term(term: Term, place: str) -> Iterator[Problem]:
    if term.sum is not None:
        yield from _of_field(term.sum, NUMERIC, NOT_SUMMABLE, f"{place}.sum")
    for name in term.days_between or ():
        yield from _of_field(name, {FieldType.DAY}, NOT_A_DAY, f"{place}.days_between")
    for how in ("distinct", "first"):
        name = getattr(term, how)
        if name is not None and (name not in DIMENSIONS or name == "manager"):
            yield _problem(f"{place}.{how}", DIMENSION_UNKNOWN, dimension=name)
    if term.distinct is not None and term.over is Over.TO_DATE:
        yield _problem(f"{place}.over", NOT_TO_DATE)


def _of_field(
    name: str, allowed: Collection[FieldType], otherwise: str, place: str
) -> Iterator[Problem]:
    if name not in FIELDS:
        yield _problem(place, FIELD_UNKNOWN, field=name)
    elif FIELDS[name].type not in allowed:
        yield _problem(place, otherwise, field=name)


def _of_leaf(leaf: Leaf, place: str, known: _Known) -> Iterator[Problem]:
    field = FIELDS.get(leaf.field)
    if field is None:
        yield _problem(place, FIELD_UNKNOWN, field=leaf.field)
        return
    if leaf.op not in OPS_OF[field.type]:
        yield _problem(f"{place}.op", OP_UNFIT, field=leaf.field, op=leaf.op.value)
        return
    shape = _of_shape(leaf)
    if shape is not None:
        yield _problem(f"{place}.value", shape, op=leaf.op.value)
    else:
        yield from _of_value(leaf, f"{place}.value", known)


def _of_shape(leaf: Leaf) -> str | None:
    """Return what is wrong with having no value, one value or a list."""
    is_list = isinstance(leaf.value, tuple)
    if leaf.op in BARE:
        return None if leaf.value is None else VALUE_TOO_MUCH
    if leaf.value is None or leaf.value == ():
        return VALUE_MISSING
    if leaf.op in LISTED:
        return None if is_list else LIST_WANTED
    return LIST_UNWANTED if is_list else None


def _of_value(leaf: Leaf, place: str, known: _Known) -> Iterator[Problem]:
    field = FIELDS[leaf.field]
    match leaf.value:
        case FieldValue(field=name):
            yield from _of_field(name, {field.type}, TYPES_DIFFER, place)
        case ParameterValue(parameter=name):
            if name not in known.parameters:
                yield _problem(place, PARAMETER_UNKNOWN, parameter=name)
            elif field.type not in NUMERIC:
                yield _problem(place, OP_UNFIT, field=leaf.field, op=leaf.op.value)
        case None:
            return
        case raw:
            for each in raw if isinstance(raw, tuple) else (raw,):
                yield from _of_written(each, leaf.field, place, known.kinds)


def _of_written(
    raw: Scalar, field: str, place: str, kinds: Collection[str] | None
) -> Iterator[Problem]:
    try:
        read = read_value(raw, field)
    except (ValueUnfit, NumberBeyondScale) as error:
        yield _problem(place, error.says, **error.params)
        return
    if field == "kind" and kinds is not None and read not in kinds:
        yield _problem(place, KIND_UNKNOWN, kind=read)
