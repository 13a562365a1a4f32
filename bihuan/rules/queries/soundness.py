"""What is wrong with a rule in a company: metrics, kinds and units that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext

from bihuan.facts.access import kinds_of
from bihuan.kernel.errors import Problem, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries import metrics_of
from bihuan.org.models import Tenant, Unit
from bihuan.rules.domain.condition import (
    Absence,
    Drop,
    Dwell,
    FieldIs,
    Leaf,
    Level,
    Measure,
    Since,
    leaves,
)
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.field import FieldType
from bihuan.rules.domain.response import Content
from bihuan.rules.domain.subject import Subject
from bihuan.rules.queries.fields import KnownField, attributes_of, fields_of

NO_METRIC = gettext_noop("There is no metric called “%(name)s”.")
NO_KIND = gettext_noop("There is no kind of fact called “%(name)s”.")
NO_UNIT = gettext_noop("There is no unit with the code “%(name)s”.")
NO_DIMENSION = gettext_noop("A share cannot be taken by “%(name)s”.")
BY_LINE = gettext_noop("Targets are not set by product line: compare a value or a share.")
NOT_ADDING = gettext_noop("“%(name)s” does not add up, so no share or sum of it can be taken.")
OF_PEOPLE = gettext_noop("This looks at what a person does; a unit cannot be judged by it.")
NO_TARGETS = gettext_noop(
    "Targets are set for people and units, not for customers or deals: compare a value, "
    "a share or a drop."
)
NO_FIELD = gettext_noop("There is no field called “%(name)s”.")
OTHER_TYPE = gettext_noop("“%(name)s” is compared as a %(asked)s, but it is a %(known)s.")
ODD_VALUE = gettext_noop(
    "“%(name)s” is compared as a %(asked)s, but “%(value)s” stands there too, which is none."
)
NO_ASSESSMENT = gettext_noop("An assessment is made of a person, not of a customer or a deal.")
NOT_HELD = gettext_noop("Only a customer or a deal has an owner: leave “%(name)s” out.")
TYPE_SAYS = {
    FieldType.TEXT: gettext_noop("text"),
    FieldType.NUMBER: gettext_noop("number"),
    FieldType.DATE: gettext_noop("date"),
}

SLICES = frozenset(
    {"product_line", "region", "tier", "channel", "category", "industry", "stage", "outcome"}
)
"""What a share can be taken by."""


def problems_in(tenant: Tenant, definition: RuleDefinition) -> list[Problem]:
    """Return everything that keeps a rule from being read in this company."""
    return list(_problems(tenant, definition))


def _problems(tenant: Tenant, definition: RuleDefinition) -> Iterator[Problem]:
    metrics = {each.key: each for each in metrics_of(tenant)}
    kinds = set(kinds_of(tenant))
    codes = set(Unit.objects.filter(tenant=tenant).values_list("code", flat=True))
    for code in definition.cover.units:
        if code not in codes:
            yield _problem(NO_UNIT, "cover.units", code)
    yield from _of_owner(tenant, definition)
    known = {each.name: each for each in fields_of(tenant, definition.subject)}
    for _, tree in definition.judged:
        for leaf in leaves(tree):
            if isinstance(leaf, Level | Drop):
                yield from _of_figures(leaf, definition, metrics)
            elif isinstance(leaf, FieldIs):
                yield from _of_field(leaf, known)
            else:
                yield from _of_events(leaf, definition, kinds)


def _of_owner(tenant: Tenant, definition: RuleDefinition) -> Iterator[Problem]:
    """Yield what is wrong with who is responsible, and with what is asked of them."""
    owner, is_held = definition.cover.owner, definition.subject.is_held
    if owner and not is_held:
        yield _problem(NOT_HELD, "cover.owner", owner)
    elif owner and owner not in {each.name for each in attributes_of(tenant, definition.subject)}:
        yield _problem(NO_FIELD, "cover.owner", owner)
    brings = {each for response in definition.responses for each in response.brings}
    if is_held and Content.ASSESSMENT in brings:
        yield _problem(NO_ASSESSMENT, "responses", Content.ASSESSMENT.value)


def _of_field(leaf: FieldIs, known: dict[str, KnownField]) -> Iterator[Problem]:
    """Yield what is wrong with a field; nobody minds a number that is read as a text."""
    field = known.get(leaf.field)
    if field is None:
        yield _problem(NO_FIELD, "field", leaf.field)
        return
    if leaf.type in (FieldType.TEXT, field.type):
        return
    params = {"asked": _translated(leaf.type), "known": _translated(field.type)}
    if field.type is FieldType.TEXT and field.odd:
        params["value"] = field.odd[:60]
        yield _problem(ODD_VALUE, "field", leaf.field, params)
    else:
        yield _problem(OTHER_TYPE, "field", leaf.field, params)


def _translated(kind: FieldType) -> str:
    return gettext(TYPE_SAYS[kind])


def _of_figures(
    leaf: Level | Drop, definition: RuleDefinition, metrics: dict[str, MetricDefinition]
) -> Iterator[Problem]:
    metric = metrics.get(leaf.metric)
    if metric is None:
        yield _problem(NO_METRIC, "metric", leaf.metric)
        return
    yield from _of_targets(leaf, definition)
    lines = definition.cover.product_lines
    if lines and definition.subject is Subject.UNIT:
        yield _problem(OF_PEOPLE, "cover.product_lines", lines[0])
    is_sum = len(lines) > 1 or (isinstance(leaf, Level) and leaf.part is not None)
    if is_sum and not metric.is_additive:
        yield _problem(NOT_ADDING, "metric", leaf.metric)
    if isinstance(leaf, Level) and leaf.part is not None:
        if leaf.part.dimension not in SLICES:
            yield _problem(NO_DIMENSION, "part.dimension", leaf.part.dimension)
        if definition.subject is Subject.UNIT:
            yield _problem(OF_PEOPLE, "part", leaf.part.dimension)


def _of_targets(leaf: Level | Drop, definition: RuleDefinition) -> Iterator[Problem]:
    if not isinstance(leaf, Level) or leaf.measure is not Measure.ATTAINMENT:
        return
    if definition.subject.is_held:
        yield _problem(NO_TARGETS, "measure", leaf.metric)
    elif definition.cover.product_lines:
        yield _problem(BY_LINE, "cover.product_lines", definition.cover.product_lines[0])


def _of_events(leaf: Leaf, definition: RuleDefinition, kinds: set[str]) -> Iterator[Problem]:
    if definition.subject is Subject.UNIT:
        yield _problem(OF_PEOPLE, "when", leaf.kind)
    if isinstance(leaf, Since | Absence):
        for kind in leaf.facts:
            if kind not in kinds:
                yield _problem(NO_KIND, "facts", kind)
    assert isinstance(leaf, Since | Absence | Dwell), "figures are looked at elsewhere"


def _problem(
    says: str, column: str, name: str, more: Mapping[str, object] | None = None
) -> Problem:
    return Problem(
        code="rules.definition_unsound",
        says=says,
        params={"name": name[:60], **(more or {})},
        column=column,
        value=name[:60],
    )
