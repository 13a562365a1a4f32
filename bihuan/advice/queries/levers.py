"""The levers of a gap, from somebody's own figures of the last 26 weeks.

One question to the replica gives all figures of the one whose gap it is, one those of
the team that stand in where these are too few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from urllib.parse import urlencode

from bihuan.advice.domain import lever as rules
from bihuan.advice.domain.lever import Gap, Lever, Step
from bihuan.advice.queries.landing import LandingView
from bihuan.advice.queries.seeing import IN_HAND
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.queries import FigureBoard, Where, evaluate, evaluate_many
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Unit

WEEKS = 26
MONTHS = 6
YEAR_DAYS = 365
FEWEST_A_MONTH = 5
"""So many pieces make a month's size or rate one to aim at."""
ZERO = Decimal(0)

WAYS: dict[str, tuple[str, ...]] = {
    "signed_amount": ("visits", "contracts_count", "signed_amount"),
    "new_contract_amount": ("visits", "contracts_count", "new_contract_amount"),
    "account_growth_amount": ("visits", "contracts_count", "account_growth_amount"),
    "renewal_amount": ("visits", "contracts_count", "renewal_amount"),
    "received_amount": ("visits", "contracts_count", "received_amount"),
    "contracts_count": ("visits", "contracts_count"),
    "won_amount": ("visits", "new_opportunities", "won_count", "won_amount"),
    "won_count": ("visits", "new_opportunities", "won_count"),
    "new_opportunities": ("visits", "new_opportunities"),
    "net_sales": ("visits", "orders_count", "net_sales"),
    "orders_amount": ("visits", "orders_count", "orders_amount"),
    "visits": ("visits",),
    "calls": ("calls",),
}
"""What leads to what a metric counts, step by step."""

PIECES = {
    "signed_amount": "contracts_count",
    "won_amount": "won_count",
    "net_sales": "orders_count",
    "orders_amount": "orders_count",
}
DECIDED = frozenset({"won_amount", "won_count"})
DECIDED_BY = "win_rate"
LOST = "lost_count"
WON = "won_count"
SIGNED, RECEIVED = "signed_amount", "received_amount"


@dataclass(frozen=True, slots=True)
class Levers:
    """What closes a gap, the lever that gives most first, and where its figures come from."""

    metric: str
    gap: Gap
    found: tuple[Lever, ...]
    window: Period
    person_id: int | None
    unit_id: int | None
    team: Unit | None
    """Whose rates stand in for one's own; nothing where its figures may not be seen."""

    @property
    def best(self) -> Lever | None:
        return self.found[0] if self.found and self.found[0].gives > 0 else None

    def cell(self, metric: str, *, is_own: bool = True) -> str:
        """Return the cell of a figure as an address names it; that of the team as well."""
        given = {"metric": metric, "period": self.window.key}
        if is_own and self.person_id is not None:
            return urlencode({**given, "person": self.person_id})
        unit = self.unit_id if is_own else self.team.pk if self.team is not None else None
        return urlencode({**given, "unit": unit}) if unit is not None else ""


def levers_of(view: LandingView, scope: Scope) -> Levers | None:
    """Return what would close the gap of a landing; nothing where there is none."""
    landing, outlook = view.landing, view.outlook
    if landing is None or outlook is None or outlook.gap <= 0:
        return None
    gap = Gap(outlook.gap, landing.middle - landing.done, view.asked.days.left)
    figures = _Figures(view, scope)
    found = rules.in_order(_levers(figures, gap))
    sees_team = figures.team is not None and scope.covers_figures(figures.team.path)
    return Levers(
        metric=view.metric.key,
        gap=gap,
        found=tuple(found),
        window=figures.window,
        person_id=None if view.person is None else view.person.pk,
        unit_id=None if view.unit is None else view.unit.pk,
        team=figures.team if sees_team else None,
    )


class _Figures:
    """Everything the levers read, asked for at once."""

    def __init__(self, view: LandingView, scope: Scope) -> None:
        self.view, self.scope, self.key = view, scope, view.metric.key
        morning = view.asked.morning
        end = morning - timedelta(days=morning.weekday())
        start = end - timedelta(weeks=WEEKS)
        self.window = Period(f"{start}..{end}", start, end)
        self.weeks = periods(start, end, Grain.WEEK)
        self.months = periods(_months_before(morning), morning.replace(day=1), Grain.MONTH)
        self.year = Period("year", morning - timedelta(days=YEAR_DAYS), morning)
        self.team = _team_of(view)
        self._own = self._board(_where_of(view), scope)
        self._team: FigureBoard | None = None

    @property
    def metrics(self) -> list[str]:
        wanted = {*WAYS.get(self.key, ()), self.key, WON, LOST, SIGNED, RECEIVED}
        if self.key in PIECES:
            wanted.add(PIECES[self.key])
        return sorted(wanted)

    def own(self, metric: str, span: Period | None = None) -> Decimal:
        return _value(self._own, metric, (span or self.window).key)

    def of_team(self, metric: str) -> Decimal:
        if self.team is None:
            return ZERO
        if self._team is None:
            self._team = self._board(Where(unit_path=self.team.path), None)
        return _value(self._team, metric, self.window.key)

    def step(self, metric: str, brought: Sequence[str], cases: Sequence[str]) -> Step:
        """Return a rate of sums: one's own, or the team's."""
        own = (_sum(self.own, brought), _sum(self.own, cases))
        if own[1] >= rules.OWN_FROM and own[0] > 0:
            return Step(metric, *own, is_own=True)
        team = (_sum(self.of_team, brought), _sum(self.of_team, cases))
        return rules.step(metric, own=own, team=team)

    def best_of_months(self, brought: Sequence[str], cases: Sequence[str]) -> Decimal:
        """Return the best month's rate, of months with enough cases."""
        rates = []
        for month in self.months:
            count = sum((self.own(each, month) for each in cases), ZERO)
            if count >= FEWEST_A_MONTH:
                rates.append(sum((self.own(each, month) for each in brought), ZERO) / count)
        return max(rates, default=ZERO)

    def best_week(self, metric: str) -> Decimal:
        return max((self.own(metric, week) for week in self.weeks), default=ZERO)

    def in_hand(self) -> int:
        day = self.view.asked.morning
        rows = evaluate(
            tenant=self.view.asked.tenant,
            metric=IN_HAND,
            spans=[Period("hand", day - timedelta(days=1), day)],
            scope=self.scope,
            where=_where_of(self.view),
        )
        return int(next((row.value for row in rows if row.value is not None), ZERO))

    def _board(self, where: Where, scope: Scope | None) -> FigureBoard:
        return evaluate_many(
            tenant=self.view.asked.tenant,
            metrics=self.metrics,
            spans=[self.window, *self.weeks, *self.months, self.year],
            scope=scope,
            where=where,
            as_of_seq=self.view.asked.as_of_seq,
        )


def _levers(of: _Figures, gap: Gap) -> Iterable[Lever | None]:
    key = of.key
    if key in WAYS:
        yield _more(of, gap)
    if key in PIECES:
        usual = of.step(key, [key], [PIECES[key]])
        yield rules.size(gap, usual=usual, best=of.best_of_months([key], [PIECES[key]]))
    if key in DECIDED:
        yield from _of_deals(of, gap)
    if key == RECEIVED:
        outstanding = of.own(SIGNED, of.year) - of.own(RECEIVED, of.year)
        yield rules.payment(gap, outstanding=outstanding, best_week=of.best_week(RECEIVED))


def _more(of: _Figures, gap: Gap) -> Lever | None:
    chain = WAYS[of.key]
    way = [of.step(one, [other], [one]) for one, other in pairwise(chain)]
    if not way:
        way = [Step(chain[0], Decimal(1), Decimal(1), is_own=True)]
    return rules.more(
        gap,
        way=way,
        per_week=of.own(chain[0]) / WEEKS,
        best_week=of.best_week(chain[0]),
    )


def _of_deals(of: _Figures, gap: Gap) -> Iterable[Lever | None]:
    won = of.step(DECIDED_BY, [WON], [WON, LOST])
    each = Step(WON, Decimal(1), Decimal(1), is_own=True)
    if of.key != WON:
        each = of.step(of.key, [of.key], [WON])
    decided = (of.own(WON) + of.own(LOST)) / WEEKS * gap.weeks_left
    best = of.best_of_months([WON], [WON, LOST])
    yield rules.rate(gap, usual=won, best=best, decided=decided, each=each)
    yield rules.in_hand(gap, count=of.in_hand(), won=won, each=each, best_week=of.best_week(WON))


def _where_of(view: LandingView) -> Where:
    if view.person is not None:
        return Where(person_ids=(view.person.pk,))
    assert view.unit is not None, "a landing is of a person or of a unit"
    return Where(unit_path=view.unit.path)


def _team_of(view: LandingView) -> Unit | None:
    """Return whose rates stand in: the unit somebody sits in, or that above a unit."""
    if view.unit is not None:
        return view.unit.parent
    seats = Assignment.objects.filter(person=view.person).at_home().on(view.asked.morning)
    seat = seats.select_related("unit").first()
    return seat.unit if seat is not None else None


def _months_before(morning: date) -> date:
    index = morning.year * 12 + morning.month - 1 - MONTHS
    return date(index // 12, index % 12 + 1, 1)


def _sum(figure: Callable[[str], Decimal], metrics: Sequence[str]) -> Decimal:
    return sum((figure(each) for each in metrics), ZERO)


def _value(board: FigureBoard, metric: str, key: str) -> Decimal:
    rows = board.rows(metric)
    found = (row.value for row in rows if row.period is not None and row.period.key == key)
    return next(found, None) or ZERO
