"""Figures of a whole company reckoned plainly, for whoever doubts the engine or the lineage.

Nothing here uses either: conditions are read by ``holds`` over facts as they
stand in the database, days are compared as days, sums are Python's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.condition import Value, holds
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS
from bihuan.metrics.domain.measure import Over, Term
from bihuan.org.models import Tenant, Unit


@dataclass(frozen=True)
class Place:
    """A person, or a unit with all below it, over some days."""

    person_id: int | None
    unit_id: int | None
    period: Period


@dataclass(frozen=True)
class Sums:
    """What the terms of a metric come to in one place, and which facts went in."""

    numerator: Decimal
    denominator: Decimal
    seqs: frozenset[int]

    def value(self, definition: MetricDefinition) -> Decimal | None:
        if not self.seqs:
            return None
        below = self.denominator if definition.is_ratio else None
        return definition.value_of(self.numerator, below)


class Books:
    """Every fact of a company that counts, sorted under the terms whose condition it meets."""

    def __init__(self, tenant: Tenant, metrics: Iterable[MetricDefinition]) -> None:
        self.zone = ZoneInfo(tenant.time_zone)
        self.metrics = {metric.key: metric for metric in metrics}
        self.everything = list(Fact.objects.filter(tenant=tenant).order_by("seq"))
        self.facts = {fact.seq: fact for fact in self.everything}
        self.of_account: dict[int | None, list[Fact]] = defaultdict(list)
        for fact in self.everything:
            self.of_account[fact.account_id].append(fact)
        self.by_pk = {fact.pk: fact for fact in self.facts.values()}
        self.lines = {
            unit.pk: tuple(int(step) for step in unit.path.strip("/").split("/"))
            for unit in Unit.objects.filter(tenant=tenant)
        }
        gone = {fact.reverses_id for fact in self.facts.values()}
        self.said = {seq: self._said(fact) for seq, fact in self.facts.items()}
        self.met: dict[tuple[str, int], list[Fact]] = defaultdict(list)
        for fact in self.facts.values():
            if fact.reverses_id is None and fact.pk not in gone:
                for name in self.named(fact):
                    self.met[name].append(fact)
        self.opening: dict[tuple[str, int, str], dict[object, list[Fact]]] = defaultdict(
            lambda: defaultdict(list)
        )
        """The facts that open a gate, by what ties them to what waits for it."""
        for fact in self.everything:
            if fact.reverses_id is None and fact.pk not in gone:
                for gate in self._gates_met(fact):
                    self.opening[gate][self._link(gate, fact)].append(fact)
        self.seqs = {name: {fact.seq for fact in facts} for name, facts in self.met.items()}
        self._sorted: dict[tuple[str, int, int], dict[date, list[Fact]]] = {}

    def _said(self, fact: Fact) -> Mapping[str, Value]:
        at = fact.occurred_at
        said: dict[str, Value] = {
            name: str(value) if isinstance(value := getattr(fact, field.column), int) else value
            for name, field in FIELDS.items()
            if name != "hour"
        }
        return {**said, "hour": None if at is None else Decimal(at.astimezone(self.zone).hour)}

    def named(self, fact: Fact) -> list[tuple[str, int]]:
        """Return the terms whose condition a fact meets: metric and number."""
        return [
            (key, number)
            for key, metric in self.metrics.items()
            for number, term in enumerate(metric.terms)
            if term.where is None or holds(term.where, self.said[fact.seq], metric.parameter_values)
        ]

    def _link(self, gate: tuple[str, int, str], fact: Fact) -> object:
        return _link(self.metrics[gate[0]].terms[gate[1]], fact)

    def _gates_met(self, fact: Fact) -> list[tuple[str, int, str]]:
        """Return the gates that a fact opens: metric, number of the term, name of the gate."""
        return [
            (key, number, need.key)
            for key, metric in self.metrics.items()
            for number, term in enumerate(metric.terms)
            if term.gates is not None and _link(term, fact) not in (None, "")
            for need in term.gates.needs
            if holds(need.where, self.said[fact.seq], metric.parameter_values)
        ]

    def _day(self, key: str, number: int, term: Term, fact: Fact, left: Fact | None) -> date | None:
        """Return the day a fact counts on for a term, as if another were not there."""
        if term.gates is None:
            return fact.business_on
        back = self.by_pk.get(left.reverses_id or 0) if left is not None else None
        days: list[date] = []
        for need in term.gates.needs:
            name = (key, number, need.key)
            link = _link(term, fact)
            there = [e for e in self.opening[name][link] if left is None or e.pk != left.pk]
            if back is not None and _link(term, back) == link and name in self._gates_met(back):
                there.append(back)
            tied = [each.business_on for each in there]
            if not tied:
                return None
            days.append(min(tied))
        if term.gates.counts_on == "own":
            return fact.business_on
        if term.gates.counts_on == "last":
            return max(fact.business_on, *days)
        return days[[need.key for need in term.gates.needs].index(term.gates.counts_on)]

    def touched_by(self, fact: Fact) -> set[str]:
        """Return the metrics whose terms find other facts when one is not there.

        For the others the very same lists are added up with it and without it.
        """
        back = self.by_pk.get(fact.reverses_id or 0)
        there = {key for (key, _), seqs in self.seqs.items() if fact.seq in seqs}
        there |= {
            gate[0]
            for gate, facts in self.opening.items()
            if any(each.seq == fact.seq for each in facts.get(self._link(gate, fact), ()))
        }
        if back is None:
            return there
        there |= {key for key, _ in self.named(back)}
        return there | {key for key, _, _ in self._gates_met(back)}

    def sums(self, key: str, place: Place, without: Fact | None = None) -> Sums:
        """Return what a metric comes to in a place, as if one fact had never been recorded."""
        metric = self.metrics[key]
        upper = len(metric.numerator)
        parts = [Decimal(0), Decimal(0)]
        seqs: set[int] = set()
        for number, term in enumerate(metric.terms):
            found = [
                fact
                for fact in self._counted(key, number, term, place.period, without)
                if self._lies_in(fact, place)
            ]
            seqs |= {fact.seq for fact in found}
            parts[number >= upper] += term.sign * _total(term, found)
        return Sums(parts[0], parts[1], frozenset(seqs))

    def _counted(
        self, key: str, number: int, term: Term, period: Period, without: Fact | None
    ) -> list[Fact]:
        """Return the facts a term counts in the days of a period, whoever's they are."""
        return [
            fact
            for day, facts in self._by_day(key, number, term, without).items()
            if day < period.end and (term.over is Over.TO_DATE or day >= period.start)
            for fact in facts
        ]

    def _by_day(
        self, key: str, number: int, term: Term, without: Fact | None
    ) -> dict[date, list[Fact]]:
        """Return the facts a term ever counts, by day; sorted once for each question."""
        asked = (key, number, without.seq if without is not None else 0)
        if asked not in self._sorted:
            there = self._as_if(self.met.get((key, number), []), (key, number), without)
            if term.first is not None:
                there = _firsts(there, DIMENSIONS[term.first].column)
            days: dict[date, list[Fact]] = defaultdict(list)
            for fact in there:
                day = self._day(key, number, term, fact, without)
                if day is not None:
                    days[day].append(fact)
            self._sorted[asked] = days
            if len(self._sorted) > 400:
                self._sorted.pop(next(iter(self._sorted)))
        return self._sorted[asked]

    def _as_if(self, facts: list[Fact], name: tuple[str, int], without: Fact | None) -> list[Fact]:
        """Return facts as if one of them, or one that takes another back, were not there."""
        if without is None:
            return facts
        left = [fact for fact in facts if fact.pk != without.pk]
        back = self.by_pk.get(without.reverses_id or 0)
        return [*left, back] if back is not None and name in self.named(back) else left

    def _lies_in(self, fact: Fact, place: Place) -> bool:
        if place.unit_id is None:
            return fact.person_id == place.person_id
        return place.unit_id in self.lines.get(fact.unit_id or 0, ())


def _link(term: Term, fact: Fact) -> object:
    assert term.gates is not None, "only gated terms are tied to other facts"
    return getattr(fact, FIELDS[term.gates.link].column)


def _firsts(facts: Sequence[Fact], column: str) -> list[Fact]:
    found: dict[object, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.business_on, fact.seq)):
        key = getattr(fact, column)
        if key not in (None, ""):
            found.setdefault(key, fact)
    return list(found.values())


def _total(term: Term, facts: Sequence[Fact]) -> Decimal:
    if term.sum is not None:
        column = FIELDS[term.sum].column
        return sum((getattr(fact, column) or Decimal(0) for fact in facts), Decimal(0))
    if term.distinct is not None:
        column = DIMENSIONS[term.distinct].column
        return Decimal(len({getattr(fact, column) for fact in facts} - {None, ""}))
    if term.days_between is not None:
        begin, end = (FIELDS[name].column for name in term.days_between)
        pairs = ((getattr(fact, begin), getattr(fact, end)) for fact in facts)
        return Decimal(sum((b - a).days for a, b in pairs if a is not None and b is not None))
    return Decimal(len(facts))
