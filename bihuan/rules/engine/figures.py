"""The figures that rules read, asked for once for all of them.

Each metric comes from the engine that every page asks, once for a length of period,
for everybody, all mornings and all rules together, whatever each of them compares it
with. What was due of a target is reckoned as the heat map does, for one subject at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.kernel.period import Grain, Period
from bihuan.metrics.queries import (
    MetricDefinition,
    Picked,
    Where,
    evaluate_levels,
    evaluate_many,
    metric_named,
    picked,
)
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import Measure, Slice
from bihuan.rules.domain.reading import Lack, Reading
from bihuan.rules.domain.verdict import Series
from bihuan.rules.engine.roster import Roster
from bihuan.rules.engine.seating import Key

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

    @property
    def whole(self) -> Source:
        """Return where the figures of all of the metric come from."""
        series = self.series
        return Source(series.metric, series.grain, series.over, self.subject, self.lines)

    @property
    def source(self) -> Source:
        """Return where its own figures come from: for a share, the part."""
        return replace(self.whole, part=self.series.part)


@dataclass(frozen=True, slots=True)
class Source:
    """Figures that are asked for once: rules that compare them in many ways share them."""

    metric: str
    grain: Grain
    over: int
    subject: str
    lines: Lines
    part: Slice | None = None


@dataclass
class Figures:
    """Figures by source, period and subject, and the targets that go with them."""

    tenant: Tenant
    roster: Roster
    definitions: dict[str, MetricDefinition] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    asked: dict[Source, dict[str, Period]] = field(default_factory=dict)
    """What was asked for, and over which spans."""
    _places: dict[Source, dict[str, int]] = field(default_factory=dict)
    _picked: dict[Source, list[Picked]] = field(default_factory=lambda: defaultdict(list))
    _sources: dict[Wanted, tuple[Source, Source]] = field(default_factory=dict)
    _quotas: dict[str, dict[Key, list[Rolled]]] = field(default_factory=dict)

    def reading(self, wanted: Wanted, key: Key, period: Period) -> Reading:
        """Return one figure, or why there is none."""
        span = wanted.series.span(period)
        if not self._is_there(key, span):
            return Reading(lack=Lack.ABSENT)
        source, whole = self._from(wanted)
        figure = self.figure(source, span, key)
        actual = self._actual(whole, span, figure)
        match wanted.series.measure:
            case Measure.ATTAINMENT:
                return _attained(actual, self._due(wanted.series.metric, key, span), figure[1])
            case Measure.SHARE:
                return _shared(actual, self.figure(whole, span, key))
            case Measure.VALUE:
                return _valued(actual, figure[1])

    def figure(self, source: Source, span: Period, key: Key) -> Figure:
        """Return what came of a subject's facts in a span."""
        place = self._places[source].get(span.key)
        if place is None:
            return NOTHING
        found = NOTHING
        for each in self._picked[source]:
            found = _plus(found, each.pick(key[1], place))
        return found

    def _from(self, wanted: Wanted) -> tuple[Source, Source]:
        """Return where a series and the whole of its metric come from."""
        found = self._sources.get(wanted)
        if found is None:
            found = self._sources[wanted] = (wanted.source, wanted.whole)
        return found

    def _is_there(self, key: Key, span: Period) -> bool:
        since = self.roster.there_since(key, span.end - A_DAY)
        return since is not None and since <= span.start

    def _actual(self, whole: Source, span: Period, figure: Figure) -> Decimal | None:
        """Return what was done. Nothing recorded is a zero only where others recorded something."""
        if figure[1]:
            return figure[0]
        is_ratio = self.definitions[whole.metric].is_ratio
        return Decimal(0) if not is_ratio and self._has_data(whole, span) else None

    def _has_data(self, source: Source, span: Period) -> bool:
        place = self._places[source].get(span.key)
        return any(place in each.places for each in self._picked[source])

    def _due(self, metric: str, key: Key, span: Period) -> Decimal | None:
        plan = self.plans[metric]
        return plan.target(self._carried(metric, key), Span(span.start, span.end))

    def _carried(self, metric: str, key: Key) -> Sequence[Rolled]:
        """Return the targets that a subject carries."""
        if metric not in self._quotas:
            self._quotas[metric] = _by_person(self.plans[metric])
        mine = self._quotas[metric]
        if key[0] == "unit" and key not in mine:
            mine[key] = self.plans[metric].total(self.roster.units[key[1]].path)
        return mine.get(key, ())

    def expect(self, sources: Iterable[Source], spans: Sequence[Period]) -> None:
        """Say over which spans the figures of some sources are asked for."""
        for source in sources:
            self.asked[source] = {each.key: each for each in spans}
            self._places[source] = {each.key: place for place, each in enumerate(spans)}

    def keep(self, source: Source, figures: Picked) -> None:
        """Keep figures of a source, as columns; several are added up."""
        self._picked[source].append(figures)


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
    for question in _together(asked):
        figures.expect([*question.wholes.values(), *question.parts], question.spans)
        if question.subject == "unit":
            _load_units(figures, question, as_of_seq)
        else:
            _load_singles(figures, question, as_of_seq)


@dataclass
class _Question:
    """What can be asked for at once: metrics of one kind of subject over spans of one length."""

    subject: str
    lines: Lines
    _sources: dict[Source, None] = field(default_factory=dict)
    _spans: dict[date, Period] = field(default_factory=dict)

    def add(self, wanted: Wanted, periods: Iterable[Period]) -> None:
        self._sources |= dict.fromkeys((wanted.whole, wanted.source))
        self._spans |= {each.start: wanted.series.span(each) for each in periods}

    @property
    def wholes(self) -> dict[str, Source]:
        return {each.metric: each for each in self._sources if each.part is None}

    @property
    def parts(self) -> list[Source]:
        return [each for each in self._sources if each.part is not None]

    @property
    def spans(self) -> list[Period]:
        return [self._spans[start] for start in sorted(self._spans)]


def _together(asked: Mapping[Wanted, Sequence[Period]]) -> Iterable[_Question]:
    """Return the fewest questions, each over all spans that any of its series needs."""
    found: dict[tuple[str, Lines, Grain, int], _Question] = {}
    for wanted, periods in asked.items():
        alike = (wanted.subject, wanted.lines, wanted.series.grain, wanted.series.over)
        found.setdefault(alike, _Question(wanted.subject, wanted.lines)).add(wanted, periods)
    return found.values()


def _load_plans(figures: Figures, asked: Mapping[Wanted, Sequence[Period]]) -> None:
    targeted = {w: p for w, p in asked.items() if w.series.measure is Measure.ATTAINMENT}
    spans = [w.series.span(each) for w, periods in targeted.items() for each in periods]
    if not spans:
        return
    window = Span(min(each.start for each in spans), max(each.end for each in spans))
    metrics = sorted({wanted.series.metric for wanted in targeted})
    definitions = [figures.definitions[each] for each in metrics]
    figures.plans.update(plans_of(figures.tenant, definitions, window))


def _load_singles(figures: Figures, question: _Question, as_of_seq: int | None) -> None:
    for line in question.lines or (None,):
        board = evaluate_many(
            tenant=figures.tenant,
            metrics=sorted(question.wholes),
            spans=question.spans,
            scope=None,
            by=(question.subject,),
            where=Where(product_line=line),
            as_of_seq=as_of_seq,
        )
        for metric, columns in picked(board, question.wholes).items():
            figures.keep(question.wholes[metric], columns)
        for source in question.parts:
            _load_part(figures, source, question.spans, line, as_of_seq)


def _load_part(
    figures: Figures,
    source: Source,
    spans: Sequence[Period],
    line: str | None,
    as_of_seq: int | None,
) -> None:
    """Ask for the part that a share is taken of."""
    part = source.part
    assert part is not None, "a whole comes with the others"
    where = Where(**{"product_line": line, part.dimension: part.value})  # type: ignore[arg-type]
    board = evaluate_many(
        tenant=figures.tenant,
        metrics=[source.metric],
        spans=spans,
        scope=None,
        by=(source.subject,),
        where=where,
        as_of_seq=as_of_seq,
    )
    figures.keep(source, picked(board, [source.metric])[source.metric])


def _load_units(figures: Figures, question: _Question, as_of_seq: int | None) -> None:
    """Ask for the figures of units, each at its own level of the tree."""
    assert as_of_seq is None, "figures of units are read as they are known today"
    depths = {unit.pk: unit.depth for unit in figures.roster.units.values()}
    levels = sorted(set(depths.values()))
    boards = evaluate_levels(
        tenant=figures.tenant,
        metrics=sorted(question.wholes),
        spans=question.spans,
        scope=None,
        levels=levels,
    )
    at_levels = [picked(board, question.wholes) for board in boards]
    for metric, source in question.wholes.items():
        of_levels = {level: at[metric] for level, at in zip(levels, at_levels, strict=True)}
        figures.keep(source, _at_own_level(of_levels, depths))


def _at_own_level(of_levels: Mapping[int, Picked], depths: Mapping[int, int]) -> Picked:
    """Return the figures of units of all levels, each from the board of its own."""

    def pick(unit: int, place: int) -> Figure:
        return of_levels[depths[unit]].pick(unit, place)

    places = (each.places for each in of_levels.values())
    return Picked(pick, frozenset().union(*places))
