"""One's own targets: what a cycle asks of a person, what it changed, and what it serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Func, JSONField, Q

from bihuan.goals.domain.attainment import attainment
from bihuan.goals.domain.chain import Chain
from bihuan.goals.models import Cycle, Goal, Quota, Receipt, Revision, SelfRating
from bihuan.goals.queries.dilution import chains
from bihuan.kernel.period import Period
from bihuan.metrics.queries import Where, evaluate
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Unit

Bearer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked in one period, on its three levels, and what was achieved of it."""

    key: str
    """The key of the cycle's period; of all of them together, nothing."""
    start: date
    end: date
    target: Decimal
    floor: Decimal | None
    stretch: Decimal | None
    actual: Decimal | None
    has_begun: bool
    is_now: bool

    @property
    def attainment(self) -> Decimal | None:
        if not self.has_begun or self.actual is None:
            return None
        return attainment(quota=self.target, achieved=self.actual)


@dataclass(frozen=True, slots=True)
class MyGoal:
    """One goal of a cycle as its bearer sees it."""

    goal: Goal
    unit: Unit | None
    """The unit that carries it; nothing where the person does."""
    whole: Part
    parts: tuple[Part, ...]
    strategy: str
    """What of the company's strategy it serves, as it was published."""
    chain: Chain | None
    """The line from the person's own target up to what the company wants."""
    share: Decimal | None
    """How much of the cycle's weight the goal has."""
    rating: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A target that a revision set, and what stood there before."""

    quota: Quota
    before: Decimal | None


@dataclass(frozen=True, slots=True)
class Asking:
    """A revision that waits for one's acknowledgement, and what it changed for one."""

    receipt: Receipt
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class MyCycle:
    cycle: Cycle
    goals: tuple[MyGoal, ...]
    receipt: Receipt | None
    """That of the last revision that touched one."""


@dataclass(frozen=True, slots=True)
class Mine:
    asking: tuple[Asking, ...]
    cycles: tuple[MyCycle, ...]


def mine(person: Person, scope: Scope, today: date) -> Mine:
    """Return what is asked of a person in the cycles that run or come, the nearest first."""
    led = _units_led(person, today)
    carried = Q(person=person) | Q(unit__in=led)
    quotas = list(
        Quota.objects.live()
        .filter(carried, revision__isnull=False, tenant_id=person.tenant_id)
        .filter(revision__cycle__end__gt=today)
        .select_related("revision__cycle__tenant", "unit")
        .defer("revision__plan")
        .order_by("start", "pk")
    )
    receipts = list(
        Receipt.objects.filter(person=person, revision__cycle__end__gt=today)
        .select_related("revision__cycle", "revision__published_by")
        .defer("revision__plan")
        .order_by("-revision_id")
    )
    seen = _Seen(person, scope, today, quotas)
    cycles = {quota.revision.cycle_id: quota.revision.cycle for quota in quotas if quota.revision}
    ordered = sorted(cycles.values(), key=lambda cycle: (cycle.start > today, cycle.start))
    return Mine(
        asking=tuple(_asking(receipts, carried)),
        cycles=tuple(seen.cycle(cycle, receipts) for cycle in ordered),
    )


@dataclass(frozen=True, slots=True)
class _Published:
    """What of a cycle's plan in force its bearers are told, besides their amounts."""

    cycle_id: int
    strategies: Mapping[str, str]
    shares: Mapping[str, Decimal]


def _published(cycles: Iterable[int]) -> Iterable[_Published]:
    """Yield what was published of cycles; of a plan only the few fields are read."""
    fields = Func(
        F("plan"),
        template="jsonb_path_query_array(%(expressions)s, '$.goals[*].fields')",
        output_field=JSONField(),
    )
    found = Revision.objects.filter(cycle__in=cycles, number=F("cycle__revision_number"))
    for cycle, goals, weights in found.annotate(told=fields).values_list(
        "cycle_id", "told", "plan__weights"
    ):
        total = sum(weight for _, weight, _ in weights)
        yield _Published(
            cycle,
            {each["metric"]: each["strategy"] for each in goals},
            {key: Decimal(weight) / total for key, weight, _ in weights} if total else {},
        )


def _units_led(person: Person, today: date) -> list[int]:
    """Return the units a person leads today: their targets are the person's too."""
    seats = Assignment.objects.filter(person=person, role=Role.MANAGER.value).on(today)
    return list(seats.values_list("unit_id", flat=True))


def _asking(receipts: Iterable[Receipt], carried: Q) -> Iterable[Asking]:
    """Yield the last revision of each cycle that waits, and what it changed for one."""
    waiting: dict[int, Receipt] = {}
    for receipt in receipts:
        waiting.setdefault(receipt.revision.cycle_id, receipt)
    asked = {each.revision_id: each for each in waiting.values() if each.acknowledged_at is None}
    set_there = list(
        Quota.objects.filter(carried, revision__in=asked)
        .select_related("replaces", "person", "unit")
        .order_by("metric", "unit_id", "start")
    )
    for number, receipt in asked.items():
        changed = [
            Changed(quota, quota.replaces.amount if quota.replaces else None)
            for quota in set_there
            if quota.revision_id == number
        ]
        yield Asking(receipt, tuple(changed))


class _Seen:
    """Everything the page needs, read once for all cycles."""

    def __init__(self, person: Person, scope: Scope, today: date, quotas: Sequence[Quota]) -> None:
        self.person, self.scope, self.today = person, scope, today
        self.quotas = quotas
        found = {(q.revision.cycle_id, q.metric) for q in quotas if q.revision is not None}
        goals = Goal.objects.filter(cycle__in={cycle for cycle, _ in found})
        self.goals = {
            (goal.cycle_id, goal.metric): goal
            for goal in goals
            if (goal.cycle_id, goal.metric) in found
        }
        self.published = {each.cycle_id: each for each in _published({cycle for cycle, _ in found})}
        self.ratings: dict[tuple[int, str], int] = {}
        for each in SelfRating.objects.filter(person=person).order_by("pk"):
            self.ratings[each.cycle_id, each.metric] = each.rating

    def cycle(self, cycle: Cycle, receipts: Sequence[Receipt]) -> MyCycle:
        own: dict[tuple[str, Bearer], list[Quota]] = {}
        for quota in self.quotas:
            if quota.revision is not None and quota.revision.cycle_id == cycle.pk:
                own.setdefault((quota.metric, quota.bearer), []).append(quota)
        published = self.published[cycle.pk]
        lines = self._lines(cycle, published) if any(who == "person" for _, (who, _) in own) else {}
        goals = [
            self._goal(self.goals[cycle.pk, metric], quotas, published, lines)
            for (metric, _), quotas in own.items()
        ]
        goals.sort(key=lambda each: (each.unit is not None, each.goal.position))
        receipt = next((each for each in receipts if each.revision.cycle_id == cycle.pk), None)
        return MyCycle(cycle, tuple(goals), receipt)

    def _lines(self, cycle: Cycle, published: _Published) -> dict[str, Chain]:
        period = Period(str(cycle.span), cycle.start, cycle.end)
        found = chains(self.person, period, self.scope, strategies=published.strategies)
        return {line.metric.key: line.chain for line in found}

    def _goal(
        self,
        goal: Goal,
        quotas: Sequence[Quota],
        published: _Published,
        lines: Mapping[str, Chain],
    ) -> MyGoal:
        parts, whole = self._parts(goal, quotas)
        return MyGoal(
            goal=goal,
            unit=quotas[0].unit,
            whole=whole,
            parts=parts,
            strategy=published.strategies.get(goal.metric, ""),
            chain=lines.get(goal.metric) if quotas[0].unit is None else None,
            share=published.shares.get(goal.metric),
            rating=self.ratings.get((goal.cycle_id, goal.metric)),
        )

    def _parts(self, goal: Goal, quotas: Sequence[Quota]) -> tuple[tuple[Part, ...], Part]:
        tomorrow = self.today + timedelta(days=1)
        begun = [quota for quota in quotas if quota.start < tomorrow]
        actual = self._achieved(goal, quotas[0], begun)
        cycle = next(quota.revision.cycle for quota in quotas if quota.revision is not None)
        keys = {each.start: each.key for each in cycle.periods}
        parts = tuple(
            Part(
                key=keys.get(quota.start, ""),
                start=quota.start,
                end=quota.end,
                target=quota.amount,
                floor=quota.floor_amount,
                stretch=quota.stretch_amount,
                actual=actual.get(quota.start),
                has_begun=quota.start < tomorrow,
                is_now=quota.start <= self.today < quota.end,
            )
            for quota in quotas
        )
        return parts, _together(parts)

    def _achieved(
        self, goal: Goal, first: Quota, begun: Sequence[Quota]
    ) -> Mapping[date, Decimal | None]:
        if not begun:
            return {}
        tomorrow = self.today + timedelta(days=1)
        spans = [
            Period(quota.start.isoformat(), quota.start, min(quota.end, tomorrow))
            for quota in begun
        ]
        where = Where(person_ids=(self.person.pk,))
        if first.unit is not None:
            where = Where(unit_path=first.unit.path)
        rows = evaluate(
            tenant=self.person.tenant,
            metric=goal.metric,
            spans=spans,
            where=where,
            scope=self.scope,
        )
        return {row.period.start: row.value for row in rows if row.period is not None}


def _together(parts: Sequence[Part]) -> Part:
    """Return all periods as one; what was not measured counts for nothing."""
    known = [part.actual for part in parts if part.actual is not None]
    return Part(
        key="",
        start=parts[0].start,
        end=parts[-1].end,
        target=sum((part.target for part in parts), Decimal(0)),
        floor=_sum([part.floor for part in parts]),
        stretch=_sum([part.stretch for part in parts]),
        actual=sum(known, Decimal(0)) if known else None,
        has_begun=any(part.has_begun for part in parts),
        is_now=False,
    )


def _sum(levels: Sequence[Decimal | None]) -> Decimal | None:
    known = [each for each in levels if each is not None]
    return sum(known, Decimal(0)) if known else None
