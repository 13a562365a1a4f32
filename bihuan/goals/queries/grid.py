"""Cells: what was done against what was due, for one subject in one span."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from bihuan.goals.domain.attainment import attainment
from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.domain.deviation import NEUTRAL, Judgement, State, judge
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.plan import Targets
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import Better
from bihuan.metrics.queries import Defined, MetricDefinition, MetricRow

COLUMNS = {Grain.WEEK: 12, Grain.FORTNIGHT: 12, Grain.MONTH: 12, Grain.QUARTER: 8}
"""How many periods of each length a heat map shows."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose cell it is: a unit, a person, a person in a unit, or what nobody in a unit did."""

    unit_id: int | None = None
    person_id: int | None = None
    is_nobody: bool = False
    is_deep: bool = False
    """Whether a person is looked at in all units under the unit, not in it alone."""

    def address(self) -> dict[str, str]:
        """Return the subject as it stands in an address."""
        given = {"unit": self.unit_id, "person": 0 if self.is_nobody else self.person_id}
        found = {name: str(value) for name, value in given.items() if value is not None}
        return {**found, "deep": "1"} if self.is_deep else found


@dataclass(frozen=True, slots=True)
class Window:
    """The periods that are shown, and the day until which they are looked at."""

    grain: Grain
    columns: tuple[Period, ...]
    until: date
    """The first day that has not begun: what is due then is what should be there by now."""
    defined: Defined = Defined.THEN
    """By which versions of a metric past figures are read."""

    @property
    def span(self) -> Span:
        return Span(self.columns[0].start, self.columns[-1].end)

    @property
    def last(self) -> Period:
        return self.columns[-1]

    @property
    def whole(self) -> Period:
        """Return all columns as one period."""
        return Period(f"{self.span.start}..{self.span.end}", self.span.start, self.span.end)

    @property
    def current(self) -> Period:
        """Return the last column that has begun, or the first."""
        begun = [each for each in self.columns if each.start < self.until]
        return begun[-1] if begun else self.columns[0]

    @property
    def has_months(self) -> bool:
        """Return whether columns are named within a year, so that the year must be told too."""
        return self.grain in (Grain.MONTH, Grain.QUARTER)

    def begun(self) -> list[Period]:
        """Return the periods that have begun, cut off at the day until which is looked, and all."""
        asked = [*self.columns, self.whole]
        return [self.cut(each) for each in asked if each.start < self.until]

    def cut(self, period: Period) -> Period:
        return Period(period.key, period.start, min(period.end, self.until))

    def is_running(self, period: Period) -> bool:
        return period.start < self.until < period.end


def window_to(
    last: Period,
    grain: Grain,
    *,
    today: date,
    fiscal_start_month: int = 1,
    defined: Defined = Defined.THEN,
) -> Window:
    """Return the periods of a heat map that ends with a given one."""
    columns = [last]
    while len(columns) < COLUMNS[grain]:
        before = columns[0].start - timedelta(days=1)
        columns.insert(0, period_of(before, grain, fiscal_start_month=fiscal_start_month))
    return Window(grain, tuple(columns), today + timedelta(days=1), defined)


@dataclass(frozen=True, slots=True)
class Cell:
    """What was done by one subject in one period, against what was due of its target."""

    metric: MetricDefinition
    subject: Subject
    period: Period
    judged: Judgement
    actual: Decimal | None
    target: Decimal | None
    due: Decimal | None
    facts: int = 0
    is_running: bool = False
    is_future: bool = False
    defined: Defined = Defined.THEN

    @property
    def state(self) -> str:
        return "future" if self.is_future else self.judged.state.value

    @property
    def look(self) -> str:
        """Return the classes of its colours."""
        bins = "" if self.judged.bin is None else f"b{self.judged.bin}"
        marks = {
            State.ZERO.value: "zero",
            State.NO_DATA.value: "na",
            State.NO_TARGET.value: "nt",
            State.NOT_DUE.value: "future",
            "future": "future",
        }
        return f"{bins} {marks.get(self.state, '')}".strip()

    @property
    def query(self) -> str:
        """Return the cell as it stands in an address."""
        before, after = _address_of(self.metric.key, self.defined, self.subject)
        return f"{before}{quote_plus(self.period.key)}{after}"

    @property
    def gap(self) -> Decimal | None:
        """Return by how much the actual lies above or below what was due."""
        if self.actual is None or self.due is None:
            return None
        return self.actual - self.due

    @property
    def attainment(self) -> Decimal | None:
        """Return how much of the whole target has been achieved."""
        if self.target is None:
            return None
        return attainment(quota=self.target, achieved=self.actual)

    @property
    def goodness(self) -> Decimal:
        """Return the deviation with its sign turned where less is better."""
        off = self.judged.deviation or Decimal(0)
        return -off if self.metric.better is Better.LOWER else off

    @property
    def is_off(self) -> bool:
        return self.judged.bin is not None and self.judged.bin < NEUTRAL


@lru_cache(maxsize=1024)
def _address_of(metric: str, defined: Defined, subject: Subject) -> tuple[str, str]:
    """Return what stands before and after the period in the address of a row's cells."""
    where = {} if defined is Defined.THEN else {"defined": defined.value}
    rest = urlencode({**where, **subject.address()})
    return f"{urlencode({'metric': metric})}&period=", rest and f"&{rest}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the heat map: a unit, a person or a metric, with its cells."""

    kind: str
    name: str
    subject: Subject
    cells: tuple[Cell, ...]
    whole: Cell
    heads: tuple[str, ...] = ()

    @property
    def has_anything(self) -> bool:
        return any(cell.target is not None or cell.facts for cell in self.cells)

    @property
    def badness(self) -> tuple[bool, Decimal]:
        """Order rows with the worst first; those without a deviation come last."""
        return (self.whole.judged.deviation is None, self.whole.goodness)


@dataclass(frozen=True, slots=True)
class Off:
    """A row that is off in the period that runs, and since how many periods it is."""

    row: Row
    cell: Cell
    streak: int


def furthest_off(rows: Iterable[Row], window: Window, *, at_most: int) -> tuple[Off, ...]:
    """Return what is furthest off in the period that runs, the worst first."""
    now = window.columns.index(window.current)
    off = [Off(row, row.cells[now], _streak(row.cells[: now + 1])) for row in rows]
    off = [each for each in off if each.cell.is_off]
    off.sort(key=lambda each: (each.cell.goodness, each.cell.gap or Decimal(0)))
    return tuple(off[:at_most])


def _streak(made: Sequence[Cell]) -> int:
    """Return how many of the last cells, without a break, are off."""
    count = 0
    for each in reversed(made):
        if not each.is_off:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Asked:
    """What it takes to make the cells of one row."""

    window: Window
    targets: Targets
    subject: Subject
    figures: dict[str, MetricRow] = field(default_factory=dict)
    """By the key of the period."""
    with_data: frozenset[str] = frozenset()
    """Periods in which anything of the metric was recorded for anybody."""


def cells(asked: Asked) -> tuple[tuple[Cell, ...], Cell]:
    """Return the cell of each column, and the one over all of them."""
    made = [cell(asked, period) for period in asked.window.columns]
    return tuple(made), cell(asked, asked.window.whole)


def cell(asked: Asked, period: Period) -> Cell:
    window, metric = asked.window, asked.targets.metric
    row = asked.figures.get(period.key)
    target = asked.targets.within(Span(period.start, period.end))
    is_future = period.start >= window.until
    is_running = window.is_running(period)
    due = _due(asked, period, target) if is_running else target
    actual = _actual(asked, period, row)
    lower = metric.better is Better.LOWER
    judged = judge(actual=actual, due=due, lower_is_better=lower)
    if is_future:
        actual, judged = None, Judgement(State.NOT_DUE)
    return Cell(
        metric=metric,
        subject=asked.subject,
        period=period,
        judged=judged,
        actual=actual,
        target=target,
        due=due,
        facts=row.facts if row is not None else 0,
        is_running=is_running,
        is_future=is_future,
        defined=window.defined,
    )


def _due(asked: Asked, period: Period, whole: Decimal | None) -> Decimal | None:
    """Return what should be there by now in the period that is running."""
    if whole is None or asked.targets.carriage is Carriage.WHOLE:
        return whole
    return asked.targets.within(Span(period.start, asked.window.until)) or Decimal(0)


def spans_asked(window: Window) -> tuple[Span, ...]:
    """Return the spans for which the cells of a row ask what its target is."""
    periods = (*window.columns, window.whole)
    whole = [Span(period.start, period.end) for period in periods]
    until_now = [Span(each.start, window.until) for each in periods if window.is_running(each)]
    return (*whole, *until_now)


def _actual(asked: Asked, period: Period, row: MetricRow | None) -> Decimal | None:
    """Return what was done. Nothing recorded is a zero only where others recorded something."""
    if row is not None and row.facts:
        return row.value
    if asked.targets.metric.is_ratio or period.key not in asked.with_data:
        return None
    return Decimal(0)


def by_period(rows: Iterable[MetricRow]) -> dict[str, MetricRow]:
    """Return figures by the key of their period."""
    return {row.period.key: row for row in rows if row.period is not None}
