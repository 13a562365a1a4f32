"""What the probes read, asked for once for all of them, and only where one of them needs it.

Figures come from the engine that every page asks, through the eyes of who asks: a
rep compares with the own past, a manager's view compares with the team as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from bihuan.facts.models import Fact
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.probe import Probe
from bihuan.goals.domain.reason.trail import CLOSED, MOVED, OPENED, PAID, SIGNED, Step
from bihuan.goals.queries.behind import CellChoice
from bihuan.goals.queries.reasons.people import Group
from bihuan.kernel.calendar import DayCount, working_days
from bihuan.kernel.period import Grain, Period, parse_period, period_of
from bihuan.metrics.queries import (
    FigureBoard,
    MetricDefinition,
    MetricRow,
    Where,
    evaluate,
    evaluate_many,
    metric_as,
)

LOOKBACK_DAYS = 90
"""Deals are lost too rarely for one week: so many days up to the end of the period count."""
TRAIL_DAYS = 270
ACTIVITY = (
    *("visit.logged", "call.logged", "message.exchanged", "quote.sent", "sample.delivered"),
    *("contract.submitted", "contract.signed", "opportunity.opened", "opportunity.stage_entered"),
    "order.placed",
)
MOST_PERIODS = 12
LENGTHS: Mapping[str, Grain] = {"W": Grain.WEEK, "F": Grain.FORTNIGHT, "Q": Grain.QUARTER}


@dataclass(frozen=True)
class Readings:
    """The figures and facts around a cell; each is asked for when a probe first needs it."""

    choice: CellChoice
    group: Group
    diagnoses: Sequence[Diagnosis]

    @property
    def now(self) -> Period:
        return self.choice.window.cut(self.choice.period)

    @property
    def by(self) -> date:
        """Return the first day that is not looked at."""
        return self.now.end

    @property
    def calendar(self) -> DayCount:
        return DayCount(self.choice.tenant.day_count)

    @cached_property
    def before(self) -> tuple[Period, ...]:
        """Return the periods before, latest first, as long as this one has come so far."""
        asked = [int(each.parameters.numbers.get("periods", 8)) for each in self.diagnoses]
        found: list[Period] = []
        at = self.choice.period
        while len(found) < min(MOST_PERIODS, max(asked, default=8)):
            at = _previous(at, self.choice.tenant.fiscal_start_month)
            end = min(at.end, at.start + timedelta(days=self.now.days))
            is_running = self.now.end < self.choice.period.end
            found.append(Period(at.key, at.start, end if is_running else at.end))
        return tuple(found)

    @cached_property
    def scales(self) -> dict[str, Decimal]:
        """Return by what a period before is multiplied to have as many working days as this."""
        here = working_days(self.now.start, self.now.end, calendar=self.calendar)
        found = {}
        for each in self.before:
            there = working_days(each.start, each.end, calendar=self.calendar)
            found[each.key] = Decimal(here) / there if here and there else Decimal(1)
        return found

    def definition(self, metric: str) -> MetricDefinition:
        return metric_as(self.choice.tenant, metric, self.choice.window.defined)

    @cached_property
    def _board(self) -> FigureBoard:
        asked = [
            each.parameters.words["metric"]
            for each in self.diagnoses
            if each.probe is Probe.BELOW_BASELINE
        ]
        return evaluate_many(
            tenant=self.choice.tenant,
            metrics=list(dict.fromkeys([self.choice.metric.key, *asked])),
            by=("person",),
            spans=[self.now, *self.before],
            where=Where(person_ids=self.group.ids),
            scope=self.choice.scope,
            defined=self.choice.window.defined,
        )

    @cached_property
    def _figures(self) -> dict[tuple[str, int, str], MetricRow]:
        found = {}
        for metric in self._board.definitions:
            for row in self._board.rows(metric):
                person = row.keys["person"]
                if not row.is_total and isinstance(person, int) and row.period is not None:
                    found[metric, person, row.period.key] = row
        return found

    @cached_property
    def seen(self) -> frozenset[int]:
        """Return the people of whom any figure is to be seen."""
        return frozenset(person for _, person, _ in self._figures)

    def figure(self, metric: str, person: int, period: Period) -> Decimal | None:
        """Return what somebody did in a period; what adds up and is not there is a zero."""
        row = self._figures.get((metric, person, period.key))
        if row is not None and row.facts:
            return row.value
        return None if self.definition(metric).is_ratio else Decimal(0)

    def own_past(self, metric: str, person: int, count: int) -> list[Decimal]:
        """Return somebody's figures of the periods before, since they have had any."""
        adds_up = self.definition(metric).is_additive
        had = [place for place, each in enumerate(self.before) if self._has_any(person, each)]
        values = []
        for each in self.before[: min(count, max(had, default=-1) + 1)]:
            value = self.figure(metric, person, each)
            if value is not None:
                values.append(value * self.scales[each.key] if adds_up else value)
        return values

    def _has_any(self, person: int, period: Period) -> bool:
        return any((metric, person, period.key) in self._figures for metric in self._figures_of)

    @cached_property
    def _figures_of(self) -> tuple[str, ...]:
        return tuple(self._board.definitions)

    def others_now(self, metric: str, person: int) -> list[Decimal]:
        """Return what the others of the group did in the period, those of them that are seen."""
        others = [
            self.figure(metric, each.person_id, self.now)
            for each in self.group.everybody
            if each.person_id != person and each.person_id in self.seen
        ]
        return [value for value in others if value is not None]

    @cached_property
    def lost(self) -> dict[int, dict[str, int]]:
        """Return how many deals each person lost for which outcome in the last quarter."""
        span = Period("lost", self.lost_since, self.by)
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for row in self._rows("lost_count", ("person", "outcome"), span, self.group.ids):
            found[int(row.keys["person"] or 0)][str(row.keys["outcome"] or "")] = row.facts
        return found

    @property
    def lost_since(self) -> date:
        return min(self.now.start, self.by - timedelta(days=LOOKBACK_DAYS))

    @cached_property
    def pipeline(self) -> dict[int, Decimal]:
        """Return what each person has open at the end of the period."""
        rows = self._rows("open_pipeline_amount", ("person",), self.now, self.group.focus_ids)
        return {int(row.keys["person"] or 0): row.value or Decimal(0) for row in rows}

    def _rows(
        self, metric: str, by: tuple[str, ...], span: Period, people: Collection[int]
    ) -> list[MetricRow]:
        return evaluate(
            tenant=self.choice.tenant,
            metric=metric,
            by=by,
            spans=[span],
            where=Where(person_ids=tuple(people)),
            scope=self.choice.scope,
            defined=self.choice.window.defined,
            with_total=False,
        )

    def parts(self, metric: str, by: tuple[str, ...]) -> dict[tuple[str, ...], list[Decimal]]:
        """Return a figure of the cell in parts: of this period, then of those before."""
        spans = [self.now, *self.before]
        found: dict[tuple[str, ...], list[Decimal]] = {}
        places = {span.key: place for place, span in enumerate(spans)}
        for row in evaluate(
            tenant=self.choice.tenant,
            metric=metric,
            by=by,
            spans=spans,
            where=self.choice.where,
            scope=self.choice.scope,
            defined=self.choice.window.defined,
            with_total=False,
        ):
            part = tuple(str(row.keys[name] or "") for name in by)
            values = found.setdefault(part, [Decimal(0)] * len(spans))
            if row.period is not None:
                scale = self.scales.get(row.period.key, Decimal(1))
                values[places[row.period.key]] = (row.value or Decimal(0)) * scale
        return found

    @cached_property
    def trail(self) -> dict[int, list[Step]]:
        """Return the steps of each person's contracts and deals, as far as rows are seen."""
        wanted = {OPENED, MOVED, *CLOSED, SIGNED, PAID}
        for each in self.diagnoses:
            if each.probe is Probe.WAITING:
                wanted |= {each.parameters.words["start"], each.parameters.words["end"]}
        facts = (
            Fact.objects.visible_to(self.choice.scope)
            .live()
            .filter(
                person_id__in=self.group.focus_ids,
                kind__in=wanted,
                business_on__gte=self.by - timedelta(days=TRAIL_DAYS),
                business_on__lt=self.by,
            )
            .order_by("business_on", "seq")
        )
        found: dict[int, list[Step]] = defaultdict(list)
        columns = ("seq", "kind", "business_on", "person_id", "contract", "opportunity_id")
        for seq, kind, on, person, contract, deal, due, amount in facts.values_list(
            *columns, "due_on", "amount"
        ):
            found[person or 0].append(Step(seq, kind, on, person or 0, contract, deal, due, amount))
        return found

    @cached_property
    def active_days(self) -> dict[int, set[date]]:
        """Return the days of the period on which each person recorded anything of their work."""
        days = (
            Fact.objects.visible_to(self.choice.scope)
            .live()
            .filter(
                person_id__in=self.group.focus_ids,
                kind__in=ACTIVITY,
                business_on__gte=self.now.start,
                business_on__lt=self.by,
            )
            .order_by()
        )
        found: dict[int, set[date]] = defaultdict(set)
        for person, on in days.values_list("person_id", "business_on").distinct():
            found[person or 0].add(on)
        return found


def _previous(period: Period, fiscal_start_month: int) -> Period:
    """Return the period of the same length that ends where one begins."""
    if ".." in period.key:
        start = period.start - timedelta(days=period.days)
        return Period(f"{start}..{period.start}", start, period.start)
    grain = _grain(period.key)
    return period_of(period.start - timedelta(days=1), grain, fiscal_start_month=fiscal_start_month)


def _grain(key: str) -> Grain:
    parse_period(key)
    letter = key[5:6]
    if letter in LENGTHS:
        return LENGTHS[letter]
    return {4: Grain.YEAR, 7: Grain.MONTH}.get(len(key), Grain.DAY)
