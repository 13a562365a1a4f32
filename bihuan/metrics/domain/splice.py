"""Splice: the versions of a metric, each in force from a day, as one definition.

Every fact is read by the version that was in force on the day it happened: facts
of October by October's, those of November by November's. So a past figure keeps
the meaning it had, months add up to quarters whatever changed between them, and
nothing is counted twice or left out at the seam.

What the versions share is taken once; where they differ, each condition holds
only on the days of its version:

>>> from bihuan.metrics.domain.definition import read_definition
>>> words = {"key": "new", "group": "signing", "unit": "money", "better": "higher",
...          "name_zh": "…", "name_en": "…", "about_zh": "…", "about_en": "…"}
>>> def counting(*categories):
...     leaf = {"field": "category", "op": "in", "value": list(categories)}
...     return read_definition({**words, "measure": [{"sum": "amount", "where": leaf}]})
>>> november = date(2026, 11, 1)
>>> made = spliced([InForce(counting("新签", "耗材"), BEGINNING, november),
...                 InForce(counting("新签"), november, None)])
>>> from bihuan.metrics.domain.condition import holds
>>> [term] = made.terms
>>> late = {"category": "耗材", "business_on": date(2026, 10, 31)}
>>> holds(term.where, late), holds(term.where, late | {"business_on": november})
(True, False)

Terms that count different values, or who was first, are one term over all
versions, so that a customer who bought before and after the seam counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.metrics.domain.condition import All, AnyOf, Leaf, Op
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.measure import Measure, Term
from bihuan.metrics.domain.reference import AnyCondition, rebuilt, spelled_out

BEGINNING = date(1, 1, 1)
"""From when the first version of a metric is in force."""


class ShapeDiffers(Invalid):
    code = "metrics.shape_differs"
    says = gettext_noop(
        "A new version of “%(metric)s” must keep its unit and whether it is a ratio: "
        "what is measured differently is another metric."
    )


@dataclass(frozen=True, slots=True)
class InForce:
    """A version of a metric with the days it is in force, the last left out."""

    definition: MetricDefinition
    valid_from: date
    valid_to: date | None

    def touches(self, start: date, end: date) -> bool:
        """Tell whether it is in force on some day of a span."""
        return self.valid_from < end and (self.valid_to is None or start < self.valid_to)


def check_same_shape(old: MetricDefinition, new: MetricDefinition) -> None:
    """Refuse a new version that measures something of another sort."""
    if shape_of(old) != shape_of(new):
        raise ShapeDiffers(metric=new.key)


def shape_of(definition: MetricDefinition) -> tuple[str, bool, bool]:
    """Return what all versions of a metric have in common."""
    ratio = definition.ratio
    return definition.unit.value, ratio is not None, ratio is not None and ratio.complement


def spliced(versions: Sequence[InForce]) -> MetricDefinition:
    """Return one definition that reads each fact by the version of its day.

    ``versions`` follow each other without a gap; the words are those of the last.
    """
    newest = versions[-1].definition
    same = all(each.definition.version == newest.version for each in versions)
    if same:
        return newest
    for each in versions:
        check_same_shape(each.definition, newest)

    def joined(side: str) -> Measure:
        return _joined([(each, _measure(each.definition, side)) for each in versions])

    sides = iter(("numerator", "denominator"))
    return rebuilt(newest, lambda _: joined(next(sides)))


def _measure(definition: MetricDefinition, side: str) -> Measure:
    found = definition.numerator if side == "numerator" else definition.denominator
    return tuple(spelled_out(term, definition.parameter_values) for term in found)


Kind = tuple[str, str, int]


def _joined(measures: Iterable[tuple[InForce, Measure]]) -> Measure:
    """Return the terms of one side, those of a kind made one over all versions."""
    of_kind: dict[Kind, list[tuple[InForce, Term]]] = {}
    for version, measure in measures:
        seen: Counter[tuple[str, str]] = Counter()
        for term in measure:
            plain = term.model_copy(update={"where": None}).model_dump_json(exclude_none=True)
            kind = (term.how, plain)
            of_kind.setdefault((*kind, seen[kind]), []).append((version, term))
            seen[kind] += 1
    return tuple(_one(found) for found in of_kind.values())


def _one(found: Sequence[tuple[InForce, Term]]) -> Term:
    """Return a term that holds on each version's days what that version's term holds."""
    spans: list[tuple[AnyCondition | None, date, date | None]] = []
    for version, term in found:
        if spans and spans[-1][0] == term.where and spans[-1][2] == version.valid_from:
            spans[-1] = (term.where, spans[-1][1], version.valid_to)
        else:
            spans.append((term.where, version.valid_from, version.valid_to))
    parts = tuple(_guarded(*span) for span in spans)
    where = None if None in parts else AnyOf(parts=parts) if len(parts) > 1 else parts[0]
    return found[0][1].model_copy(update={"where": where})


def _guarded(where: AnyCondition | None, start: date, end: date | None) -> AnyCondition | None:
    """Return a condition that holds only from one day until the day before another."""
    parts: list[AnyCondition] = [] if where is None else [where]
    if start > BEGINNING:
        parts.append(Leaf(field="business_on", op=Op.GTE, value=start))
    if end is not None:
        parts.append(Leaf(field="business_on", op=Op.LT, value=end))
    if len(parts) < 2:
        return parts[0] if parts else None
    return All(parts=tuple(parts))
