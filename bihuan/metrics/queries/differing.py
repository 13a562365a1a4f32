"""What a version changes: figures by the definition in force and by the new one, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from bihuan.base import clock
from bihuan.kernel.period import Grain, Period, period_of, periods
from bihuan.metrics.domain.closing import Closed
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.metrics.domain.reference import resolved
from bihuan.metrics.engine import Asked, MovedFacts, ask_moved
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.figures import NOWHERE, evaluate
from bihuan.metrics.queries.table import SpanBackwards, SpanTooFine
from bihuan.metrics.queries.versions import Catalogue, catalogues_around
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant, Unit

MOST_PERIODS = 400
MONTHS_BACK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceAsked:
    """Over which days two definitions are compared, and how finely.

    With ``is_throughout`` the new definition is read as if it had always been in
    force, which shows on real history what it would mean; otherwise it is in
    force from its own day.
    """

    start: date
    end: date
    grain: Grain = Grain.MONTH
    is_throughout: bool = False
    level: int | None = None

    @property
    def span(self) -> Period:
        return Period(f"{self.start}/{self.end}", self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLine:
    """A figure by the old and by the new definition."""

    period: Period | None = None
    unit: Unit | None = None
    old: Decimal | None
    new: Decimal | None
    old_facts: int
    new_facts: int

    @property
    def difference(self) -> Decimal | None:
        """Return by how much it differs; nothing on one side counts as zero, on both as nothing."""
        if self.old is None and self.new is None:
            return None
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


@dataclass(frozen=True)
class Comparison:
    """A version beside what stands without it: the two definitions that figures are read by."""

    version: MetricVersion
    asked: DifferenceAsked
    scope: Scope | None
    without: Catalogue
    within: Catalogue

    @property
    def tenant(self) -> Tenant:
        return self.version.tenant

    @property
    def key(self) -> str:
        return self.version.key

    @cached_property
    def old(self) -> MetricDefinition | None:
        """Return what is in force without the version; nothing for a metric that is new."""
        return self.without.then(self.key)

    @cached_property
    def new(self) -> MetricDefinition:
        if self.asked.is_throughout:
            return resolved(self.version.read, self.within.as_written)
        found = self.within.then(self.key)
        assert found is not None, "a catalogue knows the version it was made with"
        return found

    @property
    def closed(self) -> Sequence[Closed]:
        return self.without.closings

    def by_period(self) -> list[DifferenceLine]:
        """Return the figure of every period, and the whole last."""
        spans = [*_spans(self.asked), self.asked.span]
        old = {row.period: row for row in self._figures(self.old, spans)}
        return [
            _line(old.get(row.period), row, period=row.period)
            for row in self._figures(self.new, spans)
        ]

    def by_unit(self) -> list[DifferenceLine]:
        """Return the figure of every unit of the asked level that the reader may look into."""
        level = self.asked.level if self.asked.level is not None else self.usual_level
        old, new = (
            {row.keys["unit"]: row for row in self._figures(each, [self.asked.span], level)}
            for each in (self.old, self.new)
        )
        found = [key for key in {*old, *new} if isinstance(key, int)]
        units = Unit.objects.filter(tenant=self.tenant, pk__in=found)
        return [
            _line(old.get(unit.pk), new.get(unit.pk), unit=unit)
            for unit in units.order_by("path")
            if self.scope is None or self.scope.covers_figures(unit.path)
        ]

    def _figures(
        self, definition: MetricDefinition | None, spans: Sequence[Period], level: int | None = None
    ) -> list[MetricRow]:
        """Return figures by one of the definitions, by units of a level or in all."""
        if definition is None:
            return []
        return evaluate(
            tenant=self.tenant,
            metric=self.key,
            spans=spans,
            scope=self.scope,
            by=() if level is None else ("unit",),
            where=NOWHERE if level is None else Where(unit_depth=level),
            with_total=False,
            trial=definition,
        )

    @cached_property
    def _depths(self) -> Counter[int]:
        """Return how many units the reader may look into on each level of the tree."""
        paths = Unit.objects.filter(tenant=self.tenant).values_list("path", flat=True)
        seen = [path for path in paths if self.scope is None or self.scope.covers_figures(path)]
        return Counter(path.count("/") - 2 for path in seen)

    @property
    def levels(self) -> list[int]:
        """Return the levels of the tree that the reader may look into, highest first.

        The company as a whole is no level of its own: it is what the periods show.
        """
        depths = sorted(self._depths)
        return [depth for depth in depths if depth > 0] or depths or [0]

    @property
    def usual_level(self) -> int:
        """Return the highest level with more than one unit, so that there is something to see."""
        several = [depth for depth in self.levels if self._depths[depth] > 1]
        return several[0] if several else self.levels[0]

    def moved(self, *, page: int = 1, page_size: int = 50) -> MovedFacts:
        """Return the facts that come in, go out or count otherwise, as far as they may be seen."""
        span = self._open_span
        if span is None:
            return MovedFacts(come=0, gone=0, changed=0, lines=[])
        sides = (None if self.old is None else self._asked_of(self.old), self._asked_of(self.new))
        return ask_moved(self.tenant, sides, span, page=max(page, 1), page_size=page_size)

    def _asked_of(self, definition: MetricDefinition) -> Asked:
        """Return a definition narrowed to the rows that the reader may see."""
        if self.scope is None or self.scope.whole_tenant:
            return Asked(definition=definition)
        return Asked(
            definition=definition, paths=self.scope.unit_paths, own_id=self.scope.person_id
        )

    @property
    def _open_span(self) -> Period | None:
        """Return the asked days that are not closed: what is closed does not move."""
        start, end = self.asked.start, self.asked.end
        if self.closed and not self.asked.is_throughout:
            start = max(start, self.closed[-1].through)
        return Period(self.asked.span.key, start, end) if start < end else None

    def followers(self) -> list[MetricDefinition]:
        """Return the other metrics that are reckoned from this one and change with it."""
        others = (key for key in self.without.versions if key != self.key)
        return [metric for key in others if (metric := self._follower(key)) is not None]

    def _follower(self, key: str) -> MetricDefinition | None:
        old, new = self.without.then(key), self.within.then(key)
        if old is None or new is None or old.version == new.version:
            return None
        return self.within.current(key)


def _line(
    old: MetricRow | None,
    new: MetricRow | None,
    *,
    period: Period | None = None,
    unit: Unit | None = None,
) -> DifferenceLine:
    return DifferenceLine(
        period=period,
        unit=unit,
        old=None if old is None else old.value,
        new=None if new is None else new.value,
        old_facts=0 if old is None else old.facts,
        new_facts=0 if new is None else new.facts,
    )


def _spans(asked: DifferenceAsked) -> list[Period]:
    if asked.end <= asked.start:
        raise SpanBackwards(start=asked.start, end=asked.end)
    if (asked.end - asked.start).days > MOST_PERIODS * (1 if asked.grain is Grain.DAY else 7):
        raise SpanTooFine(most=MOST_PERIODS)
    whole = periods(asked.start, asked.end, asked.grain)
    return [
        Period(each.key, max(each.start, asked.start), min(each.end, asked.end)) for each in whole
    ]


def comparison(
    version: MetricVersion, asked: DifferenceAsked | None, scope: Scope | None
) -> Comparison:
    """Return a version beside what stands without it, over the days asked for or the usual ones."""
    without, within = catalogues_around(version)
    return Comparison(version, asked or usual_days(version), scope, without, within)


def days_asked(
    version: MetricVersion,
    *,
    start: date | None,
    end: date | None,
    grain: Grain = Grain.MONTH,
    is_throughout: bool | None = None,
    level: int | None = None,
) -> DifferenceAsked:
    """Return what is asked, with the usual days and reading in place of what is not said."""
    usual = usual_days(version)
    return DifferenceAsked(
        start=start or usual.start,
        end=end or usual.end,
        grain=grain,
        is_throughout=usual.is_throughout if is_throughout is None else is_throughout,
        level=level,
    )


def usual_days(version: MetricVersion) -> DifferenceAsked:
    """Return the days that show most: since it is in force, or the last half year.

    A version that begins later than today has no history of its own, so it is
    read as if it had been in force all along.
    """
    today = clock.today(version.tenant.time_zone)
    end = period_of(today, Grain.MONTH).end
    if version.valid_from <= today:
        return DifferenceAsked(start=period_of(version.valid_from, Grain.MONTH).start, end=end)
    start = period_of(today, Grain.MONTH).start
    for _ in range(MONTHS_BACK - 1):
        start = period_of(start - timedelta(days=1), Grain.MONTH).start
    return DifferenceAsked(start=start, end=end, is_throughout=True)
