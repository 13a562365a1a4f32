"""One cell opened: where its target comes from, and the facts behind its actual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.facts.models import Fact
from bihuan.goals.domain.pacing import Elapsed, elapsed
from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries.coverage import periods_with_data
from bihuan.goals.queries.grid import Asked, Cell, Subject, Window, by_period, cell
from bihuan.goals.queries.plan import Plan, Share, plans_of, sees_figures
from bihuan.kernel.period import Period
from bihuan.metrics.queries import (
    FactLine,
    MetricDefinition,
    Where,
    evaluate,
    facts_behind,
)
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit

FACTS_AT_ONCE = 20
SHARES_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class CellChoice:
    """Which cell is opened, and through whose eyes."""

    tenant: Tenant
    metric: MetricDefinition
    window: Window
    scope: Scope
    unit: Unit | None = None
    person: Person | None = None
    is_nobody: bool = False
    is_deep: bool = False

    @property
    def period(self) -> Period:
        return self.window.columns[0]

    @property
    def subject(self) -> Subject:
        return Subject(
            unit_id=self.unit.pk if self.unit is not None else None,
            person_id=self.person.pk if self.person is not None else None,
            is_nobody=self.is_nobody,
            is_deep=self.is_deep,
        )

    @property
    def where(self) -> Where:
        """Return the narrowing to the cell: the same for its figure and for the facts behind."""
        people = (self.person.pk,) if self.person is not None else None
        without = ("person",) if self.is_nobody else ()
        if self.unit is None:
            return Where(person_ids=people)
        if self.is_deep or not (people or without):
            return Where(person_ids=people, unit_path=self.unit.path)
        return Where(
            person_ids=people,
            without=without,
            unit_path=self.unit.path,
            unit_depth=self.unit.depth + 1,
            unit_id=self.unit.pk,
        )

    @property
    def is_of_many(self) -> bool:
        """Return whether the facts of several people go into the cell."""
        return self.person is None and not self.is_nobody

    @property
    def may_open_facts(self) -> bool:
        """Return whether the rows behind the figure are visible, not the figure alone."""
        if self.scope.whole_tenant or (self.person and self.person.pk == self.scope.person_id):
            return True
        return (
            self.scope.covers(self.unit.path)
            if self.unit is not None
            else bool(self.scope.unit_paths)
        )


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A quota behind a target: how much of it falls in the period, and by which days."""

    quota: Quota
    amount: Decimal
    days: Span
    counted: Elapsed
    """Days of the span in the period that count, out of those of the whole quota."""


@dataclass(frozen=True, slots=True)
class BehindLine:
    """A fact behind a figure, with what it adds to it."""

    fact: Fact
    line: FactLine


@dataclass(frozen=True, slots=True)
class FactPage:
    """A page of the facts behind a cell."""

    count: int
    number: int
    lines: tuple[BehindLine, ...]
    numerator: Decimal | None
    denominator: Decimal | None

    @property
    def has_next(self) -> bool:
        return self.number * FACTS_AT_ONCE < self.count

    @property
    def last_number(self) -> int:
        return max(1, -(-self.count // FACTS_AT_ONCE))

    @property
    def first_index(self) -> int:
        return (self.number - 1) * FACTS_AT_ONCE + 1

    @property
    def last_index(self) -> int:
        return self.first_index + len(self.lines) - 1


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell with everything that explains it."""

    choice: CellChoice
    cell: Cell
    shares: tuple[ShareLine, ...]
    share_count: int
    rest: Decimal
    """What the shares that are not shown add up to."""
    is_paced: bool
    carries_below: Decimal | None
    facts: FactPage | None


def opened(choice: CellChoice, *, page: int = 1) -> CellView:
    """Return a cell, its target's origin and a page of its facts."""
    plan = plan_in(choice, choice.window.span)
    quotas = quotas_in(choice, plan)
    made = cell_in(choice, plan, quotas)
    within = Span(choice.period.start, choice.period.end)
    shares = plan.shares(quotas, within)
    shares.sort(key=lambda share: (-share.amount, share.quota.pk))
    is_open = choice.may_open_facts and not made.is_future
    return CellView(
        choice=choice,
        cell=made,
        shares=_lines(plan, shares[:SHARES_AT_ONCE]),
        share_count=len(shares),
        rest=sum((share.amount for share in shares[SHARES_AT_ONCE:]), Decimal(0)),
        is_paced=not plan.carriage.holds,
        carries_below=_below(choice, plan, within),
        facts=fact_page(choice, number=page) if is_open else None,
    )


def fact_page(choice: CellChoice, *, number: int) -> FactPage:
    """Return a page of the facts behind a cell, by the very question its figure asks."""
    found = facts_behind(
        tenant=choice.tenant,
        metric=choice.metric.key,
        span=choice.window.cut(choice.period),
        where=choice.where,
        scope=choice.scope,
        defined=choice.window.defined,
        page=number,
        page_size=FACTS_AT_ONCE,
    )
    facts = Fact.objects.filter(tenant=choice.tenant, seq__in=[line.seq for line in found.lines])
    known = {
        fact.seq: fact
        for fact in facts.select_related("person", "account", "product", "store", "source_row")
    }
    return FactPage(
        count=found.count,
        number=number,
        lines=tuple(BehindLine(known[line.seq], line) for line in found.lines),
        numerator=found.numerator,
        denominator=found.denominator,
    )


def plan_in(choice: CellChoice, window: Span) -> Plan:
    """Return the targets that can count in the cell: the person's, or those under the unit."""
    people = [choice.person.pk] if choice.person is not None and choice.unit is None else []
    below = choice.unit.path if choice.unit is not None else ""
    metrics = [choice.metric]
    return plans_of(choice.tenant, metrics, window, people=people, below=below)[choice.metric.key]


def quotas_in(choice: CellChoice, plan: Plan) -> Sequence[Rolled]:
    """Return the quotas that make up the target of the cell."""
    person, unit = choice.person, choice.unit
    if choice.is_nobody:
        return []
    if person is not None and unit is None:
        return plan.of_person(person.pk, sees_figures(choice.scope, person.pk))
    if unit is None:
        return []
    if person is None:
        return plan.total(unit.path)
    if choice.is_deep:
        return plan.of_person(person.pk, lambda path: path.startswith(unit.path))
    return plan.below(unit.path).get(("person", person.pk), [])


def cell_in(choice: CellChoice, plan: Plan, quotas: Sequence[Rolled]) -> Cell:
    """Return the cell itself, its actual by the very question the heat map asks."""
    period = choice.period
    if period.start >= choice.window.until:
        return cell(Asked(choice.window, plan.asks(quotas), choice.subject), period)
    rows = evaluate(
        tenant=choice.tenant,
        metric=choice.metric.key,
        spans=[choice.window.cut(period)],
        where=choice.where,
        scope=choice.scope,
        defined=choice.window.defined,
    )
    figures = by_period(rows)
    span = choice.window.cut(period)
    with_data = periods_with_data(choice.tenant, choice.metric, [span], figures)
    return cell(Asked(choice.window, plan.asks(quotas), choice.subject, figures, with_data), period)


def _below(choice: CellChoice, plan: Plan, within: Span) -> Decimal | None:
    """Return what comes from below where the unit carries its own target."""
    if choice.unit is None or choice.person is not None or choice.is_nobody:
        return None
    path = choice.unit.path
    if not any(source.person is None and source.path == path for source in plan.sources):
        return None
    return plan.target(plan.rolled_up(path), within)


def _lines(plan: Plan, shares: Sequence[Share]) -> tuple[ShareLine, ...]:
    named = Quota.objects.select_related("person", "unit", "set_by")
    quotas = named.in_bulk([share.quota.pk for share in shares])
    return tuple(_line(plan, share, quotas[share.quota.pk]) for share in shares)


def _line(plan: Plan, share: Share, quota: Quota) -> ShareLine:
    before = elapsed(quota.span, by=share.days.start, calendar=plan.calendar)
    after = elapsed(quota.span, by=share.days.end, calendar=plan.calendar)
    return ShareLine(
        quota, share.amount, share.days, Elapsed(after.gone - before.gone, after.whole)
    )
