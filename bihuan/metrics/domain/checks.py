"""Checks: whether a definition makes sense, before anything is reckoned with it.

Everything that is wrong is listed, each with its place. What is checked: every
field and dimension is there; the operator fits the field, and the value the
operator; only numbers are summed and only days subtracted; the terms of one
measure are of one sort; a distinct count is not carried over time.

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

from bihuan.kernel.errors import Problem, gettext_noop
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
from bihuan.metrics.domain.measure import Measure, Over, Term

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
UNIT_UNFIT = gettext_noop("What is reckoned here is not measured in “%(unit)s”.")
MONEY_SORT = "money"


def problems_of(
    definition: MetricDefinition, kinds: Collection[str] | None = None
) -> list[Problem]:
    """Return everything wrong with a definition; nothing when it is sound.

    ``kinds`` are the kinds of facts there are; without them kinds are not checked.
    """
    if definition.ratio is None:
        found = list(_of_measure(definition, definition.numerator, "measure", kinds))
        found += _of_unit(definition)
    else:
        found = list(_of_measure(definition, definition.numerator, "ratio.of", kinds))
        found += _of_measure(definition, definition.denominator, "ratio.to", kinds)
    return found


def _problem(place: str, says: str, **params: object) -> Problem:
    return Problem(code="metrics.definition_unsound", says=says, params=params, column=place)


def _of_unit(definition: MetricDefinition) -> Iterator[Problem]:
    sorts = {_sort(term) for term in definition.numerator}
    if (MONEY_SORT in sorts) != (definition.unit is Unit.MONEY) or definition.unit is Unit.RATIO:
        yield _problem("unit", UNIT_UNFIT, unit=definition.unit.value)


def _of_measure(
    definition: MetricDefinition, measure: Measure, place: str, kinds: Collection[str] | None
) -> Iterator[Problem]:
    sorts = sorted({_sort(term) for term in measure})
    if len(sorts) > 1:
        yield _problem(place, SORTS_MIXED, sorts=", ".join(sorts))
    for number, term in enumerate(measure):
        at = f"{place}[{number}]"
        yield from _of_term(term, at)
        if term.where is not None:
            for where, leaf in leaves(term.where, f"{at}.where"):
                yield from _of_leaf(leaf, where, set(definition.parameter_values), kinds)


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


def _of_leaf(
    leaf: Leaf, place: str, parameters: set[str], kinds: Collection[str] | None
) -> Iterator[Problem]:
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
        yield from _of_value(leaf, f"{place}.value", parameters, kinds)


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


def _of_value(
    leaf: Leaf, place: str, parameters: set[str], kinds: Collection[str] | None
) -> Iterator[Problem]:
    field = FIELDS[leaf.field]
    match leaf.value:
        case FieldValue(field=name):
            yield from _of_field(name, {field.type}, TYPES_DIFFER, place)
        case ParameterValue(parameter=name):
            if name not in parameters:
                yield _problem(place, PARAMETER_UNKNOWN, parameter=name)
            elif field.type not in NUMERIC:
                yield _problem(place, OP_UNFIT, field=leaf.field, op=leaf.op.value)
        case None:
            return
        case raw:
            for each in raw if isinstance(raw, tuple) else (raw,):
                yield from _of_written(each, leaf.field, place, kinds)


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
