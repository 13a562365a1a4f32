"""The figures that rules read, asked for once for all of them.

Each metric comes from the engine that every page asks, once for a length of period,
for everybody and all mornings together. What was due of a target is reckoned as the
heat map does, for one subject at a time: rules of one company share it all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.kernel.period import Period
from bihuan.metrics.domain.figure import MetricRow
from bihuan.metrics.queries import (
    MetricDefinition,
    Where,
    evaluate,
    evaluate_levels,
    evaluate_many,
    metric_named,
)
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import Measure
from bihuan.rules.domain.reading import Lack, Reading
from bihuan.rules.domain.verdict import Series
from bihuan.rules.engine.seating import Key, Seating

Lines = tuple[str, ...]
"""Product lines that figures are narrowed to; none for all."""
Figure = tuple[Decimal | None, int]
"""A value, and how many facts went into it."""
NOTHING: Figure = (None, 0)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series that is read of some kind of subject, of facts of some product lines."""

    series: Series
    subject: str
    lines: Lines = ()


@dataclass
class Figures:
    """Figures by series, period and subject, and the targets that go with them."""

    tenant: Tenant
    seating: Seating
    definitions: dict[str, MetricDefinition] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    _values: dict[tuple[Wanted, str, date], dict[int, Figure]] = field(default_factory=dict)
    _wholes: dict[tuple[Wanted, str, date], dict[int, Figure]] = field(default_factory=dict)
    _with_data: set[tuple[Wanted, str]] = field(default_factory=set)
    _quotas: dict[str, dict[Key, list[Rolled]]] = field(default_factory=dict)

    def reading(self, wanted: Wanted, key: Key, period: Period) -> Reading:
        """Return one figure, or why there is none."""
        span = wanted.series.span(period)
        if not self._is_there(key, span):
            return Reading(lack=Lack.ABSENT)
        figure = self._values.get((wanted, span.key, span.start), {}).get(key[1], NOTHING)
        actual = self._actual(wanted, span, figure)
        match wanted.series.measure:
            case Measure.ATTAINMENT:
                return _attained(actual, self._due(wanted.series.metric, key, span), figure[1])
            case Measure.SHARE:
                whole = self._wholes.get((wanted, span.key, span.start), {}).get(key[1], NOTHING)
                return _shared(actual, whole)
            case Measure.VALUE:
                return _valued(actual, figure[1])

    def _is_there(self, key: Key, span: Period) -> bool:
        since = self.seating.there_since(key, span.end - A_DAY)
        return since is not None and since <= span.start

    def _actual(self, wanted: Wanted, span: Period, figure: Figure) -> Decimal | None:
        """Return what was done. Nothing recorded is a zero only where others recorded something."""
        if figure[1]:
            return figure[0]
        is_ratio = self.definitions[wanted.series.metric].is_ratio
        return None if is_ratio or (wanted, span.key) not in self._with_data else Decimal(0)

    def _due(self, metric: str, key: Key, span: Period) -> Decimal | None:
        plan = self.plans[metric]
        return plan.target(self._carried(metric, key), Span(span.start, span.end))

    def _carried(self, metric: str, key: Key) -> Sequence[Rolled]:
        """Return the targets that a subject carries."""
        if metric not in self._quotas:
            self._quotas[metric] = _by_person(self.plans[metric])
        mine = self._quotas[metric]
        if key[0] == "unit" and key not in mine:
            mine[key] = self.plans[metric].total(self.seating.units[key[1]].path)
        return mine.get(key, ())

    def keep(self, wanted: Wanted, rows: Iterable[MetricRow], *, whole: bool = False) -> None:
        """Keep the figures of a series as they come from the engine."""
        kept = self._wholes if whole else self._values
        for row in rows:
            period = row.period
            if period is None:
                continue
            if row.is_total:
                if row.facts:
                    self._with_data.add((wanted, period.key))
                continue
            subject = row.keys[wanted.subject]
            if isinstance(subject, int):
                of_period = kept.setdefault((wanted, period.key, period.start), {})
                had = of_period.get(subject, NOTHING)
                of_period[subject] = _plus(had, (row.value, row.facts))


def _plus(one: Figure, other: Figure) -> Figure:
    if not one[1]:
        return other
    return ((one[0] or Decimal(0)) + (other[0] or Decimal(0)), one[1] + other[1])


def _attained(actual: Decimal | None, due: Decimal | None, facts: int) -> Reading:
    if due is None:
        return Reading(lack=Lack.NO_TARGET, actual=actual, facts=facts)
    if due == 0:
        return Reading(lack=Lack.NOT_DUE, actual=actual, due=due, facts=facts)
    if actual is None:
        return Reading(lack=Lack.NO_DATA, due=due)
    return Reading(value=Fraction(actual) / Fraction(due), actual=actual, due=due, facts=facts)


def _shared(actual: Decimal | None, whole: Figure) -> Reading:
    if not whole[0] or whole[0] <= 0:
        return Reading(lack=Lack.NO_WHOLE, actual=actual)
    part = actual or Decimal(0)
    return Reading(
        value=Fraction(part) / Fraction(whole[0]), actual=part, due=whole[0], facts=whole[1]
    )


def _valued(actual: Decimal | None, facts: int) -> Reading:
    if actual is None:
        return Reading(lack=Lack.NO_DATA)
    return Reading(value=Fraction(actual), actual=actual, facts=facts)


def _by_person(plan: Plan) -> dict[Key, list[Rolled]]:
    found: dict[Key, list[Rolled]] = defaultdict(list)
    for source in plan.sources:
        if source.person is not None:
            found["person", source.person].append(Rolled(source, source.path, [source.span]))
    return found


def load(
    figures: Figures,
    asked: Mapping[Wanted, Sequence[Period]],
    as_of_seq: int | None = None,
) -> None:
    """Ask for everything that is wanted: each metric once for the same spans."""
    tenant = figures.tenant
    for wanted in asked:
        metric = wanted.series.metric
        figures.definitions.setdefault(metric, metric_named(tenant, metric))
    _load_plans(figures, asked)
    for (subject, lines, spans), group in _together(asked).items():
        if subject == "unit":
            _load_units(figures, group, spans, as_of_seq)
        else:
            _load_people(figures, group, spans, lines, as_of_seq)


def _together(
    asked: Mapping[Wanted, Sequence[Period]],
) -> dict[tuple[str, Lines, tuple[Period, ...]], list[Wanted]]:
    """Return what can be asked for in one question."""
    groups: dict[tuple[str, Lines, tuple[Period, ...]], list[Wanted]] = defaultdict(list)
    for wanted, periods in asked.items():
        spans = tuple(wanted.series.span(each) for each in periods)
        groups[wanted.subject, wanted.lines, spans].append(wanted)
    return groups


def _load_plans(figures: Figures, asked: Mapping[Wanted, Sequence[Period]]) -> None:
    targeted = {w: p for w, p in asked.items() if w.series.measure is Measure.ATTAINMENT}
    spans = [w.series.span(each) for w, periods in targeted.items() for each in periods]
    if not spans:
        return
    window = Span(min(each.start for each in spans), max(each.end for each in spans))
    metrics = sorted({wanted.series.metric for wanted in targeted})
    definitions = [figures.definitions[each] for each in metrics]
    figures.plans.update(plans_of(figures.tenant, definitions, window))


def _load_people(
    figures: Figures,
    group: Sequence[Wanted],
    spans: tuple[Period, ...],
    lines: Lines,
    as_of_seq: int | None,
) -> None:
    whole = sorted({each.series.metric for each in group})
    for line in lines or (None,):
        board = evaluate_many(
            tenant=figures.tenant,
            metrics=whole,
            spans=spans,
            scope=None,
            by=("person",),
            where=Where(product_line=line),
            as_of_seq=as_of_seq,
        )
        for wanted in group:
            is_share = wanted.series.part is not None
            figures.keep(wanted, board.rows(wanted.series.metric), whole=is_share)
        for wanted in group:
            _load_part(figures, wanted, spans, line, as_of_seq)


def _load_part(
    figures: Figures,
    wanted: Wanted,
    spans: tuple[Period, ...],
    line: str | None,
    as_of_seq: int | None,
) -> None:
    """Ask for the part that a share is taken of."""
    part = wanted.series.part
    if part is None:
        return
    where = Where(**{"product_line": line, part.dimension: part.value})  # type: ignore[arg-type]
    rows = evaluate(
        tenant=figures.tenant,
        metric=wanted.series.metric,
        spans=spans,
        scope=None,
        by=("person",),
        where=where,
        as_of_seq=as_of_seq,
        with_total=False,
    )
    figures.keep(wanted, rows)


def _load_units(
    figures: Figures, group: Sequence[Wanted], spans: tuple[Period, ...], as_of_seq: int | None
) -> None:
    """Ask for the figures of units, each at its own level of the tree."""
    assert as_of_seq is None, "figures of units are read as they are known today"
    levels = sorted({unit.depth for unit in figures.seating.units.values()})
    metrics = sorted({each.series.metric for each in group})
    boards = evaluate_levels(
        tenant=figures.tenant, metrics=metrics, spans=spans, scope=None, levels=levels
    )
    depths = {unit.pk: unit.depth for unit in figures.seating.units.values()}
    for level, board in zip(levels, boards, strict=True):
        for wanted in group:
            rows = board.rows(wanted.series.metric)
            at_level = (row for row in rows if row.is_total or depths.get(_unit(row), -1) == level)
            figures.keep(wanted, at_level)


def _unit(row: MetricRow) -> int:
    unit = row.keys["unit"]
    return unit if isinstance(unit, int) else 0
