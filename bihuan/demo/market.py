"""The demo company's market: a cycle to come, one event that was decided, and one that is open.

Everything is done by the deeds that people do: reported by the director, proposed to the
heads of regions, answered by them.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bihuan.goals import actions as goals
from bihuan.goals.actions import EventAsked, GoalAsked
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.domain.market import Kind
from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.models import Cycle, MarketEvent
from bihuan.goals.queries.market import proposal_of
from bihuan.inbox.actions import answer
from bihuan.inbox.domain.answer import Choice
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.queries import evaluate
from bihuan.org.models import Person, Tenant, Unit

METRIC = "new_contract_amount"
GROWTH = Decimal("1.12")
QUARTERS = {1: "一", 4: "二", 7: "三", 10: "四"}
REFUSAL = "本区大客户已签年度框架协议，不受竞品降价影响，不同意上调。"


def plant_market(*, tenant: Tenant, root: Unit, by: Person, today: date) -> None:
    """Publish targets for the next quarter, and let two things happen in the market."""
    quarter = period_of(period_of(today, Grain.QUARTER).end, Grain.QUARTER)
    amount = _amount(tenant, quarter)
    if amount is None:  # Nothing was signed a year before: there is nothing to share by.
        return
    cycle = _published(tenant, quarter, root, by, amount)
    lines = _lines(tenant, quarter)
    cut = _event(quarter, "竞品全线降价 15%", Kind.COMPETITOR_PRICE_CUT, Decimal("0.15"), lines[:1])
    _decide(goals.file_event(asked=cut, by=by))
    stock = _event(quarter, "渠道库存偏高，多压 3 周", Kind.CHANNEL_STOCK, Decimal(3), lines[1:2])
    goals.file_event(asked=stock, by=by)
    cycle.refresh_from_db()


def _published(tenant: Tenant, quarter: Period, root: Unit, by: Person, amount: Decimal) -> Cycle:
    name = f"{quarter.start.year} 年第{QUARTERS[quarter.start.month]}季度新签目标"
    cycle = goals.open_cycle(
        code=f"{quarter.key}-new", name=name, start=quarter.start, end=quarter.end,
        grain="month", root=root, by=by,
    )  # fmt: skip
    asked = GoalAsked(
        metric=METRIC, amount=amount, strategy="新客户拓展", depths={"product_line": 1}
    )
    goals.add_goal(cycle=cycle, asked=asked, by=by)
    goals.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=by, note="季度目标发布")
    return cycle


def _before(quarter: Period) -> Period:
    start, end = year_before(quarter.start), year_before(quarter.end)
    return Period(f"{start}..{end}", start, end)


def _amount(tenant: Tenant, quarter: Period) -> Decimal | None:
    [row] = evaluate(tenant=tenant, metric=METRIC, spans=[_before(quarter)], scope=None)
    return None if not row.value else (row.value * GROWTH // 10_000 + 1) * 10_000


def _lines(tenant: Tenant, quarter: Period) -> list[str]:
    """Return the product lines, the one that was sold most first."""
    rows = evaluate(
        tenant=tenant,
        metric=METRIC,
        spans=[_before(quarter)],
        scope=None,
        by=("product_line",),
        with_total=False,
    )
    found = sorted(rows, key=lambda row: (-(row.value or 0), str(row.keys["product_line"])))
    return [str(row.keys["product_line"]) for row in found if row.keys["product_line"]]


def _event(quarter: Period, name: str, kind: Kind, size: Decimal, lines: list[str]) -> EventAsked:
    return EventAsked(
        name=name,
        kind=kind,
        size=size,
        start=quarter.start + timedelta(days=14),
        end=quarter.end,
        where={"product_line": lines},
        evidence="来自区域周报与渠道走访。",
    )


def _decide(event: MarketEvent) -> None:
    """Have the heads of regions answer: the last of those who would be asked for more refuses."""
    for reckoning in event.reckonings.all():
        proposal = proposal_of(reckoning)
        [said] = reckoning.goals
        asked = list(proposal.addressees.select_related("person"))
        more = [
            each.person
            for each in asked
            for node in reckoning.terms["parts"][str(each.person_id)]
            if said["after"][node] > said["before"][node]
        ]
        refusing = more[-1] if len(more) > 1 else None
        for each in asked:
            is_no = each.person == refusing
            answer(
                proposal=proposal,
                choice=Choice.REFUSE if is_no else Choice.ACCEPT,
                reason=REFUSAL if is_no else "",
                by=each.person,
            )
