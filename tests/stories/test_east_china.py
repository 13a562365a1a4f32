"""The article's case: 华东 is eleven points off, for a definition and not for its people.

Repeat orders of surgical consumables were booked as new contracts, so what existing
customers bought in addition looked like less than it was. The fault is found by
drilling down, mended by a new version of two metrics, and the figure returns, while
the month that was reported stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from bihuan.facts.models import Fact
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries import attainment
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics import actions
from bihuan.metrics.models import CardCopy, Closing, MetricVersion
from bihuan.metrics.queries import Where, evaluate, facts_behind, metric_named
from bihuan.metrics.queries.differing import DifferenceAsked, comparison
from bihuan.metrics.queries.proof import closed_figures
from bihuan.org.models import Person, Tenant, Unit
from tests.stories.conftest import TODAY

NOVEMBER = date(2026, 11, 1)
EAST = "华东大区"
NEW, GROWTH = "new_contract_amount", "account_growth_amount"
[OCTOBER_MONTH, MONTH] = periods(date(2026, 10, 1), TODAY, Grain.MONTH)

pytestmark = pytest.mark.django_db


def of_east(tenant: Tenant, metric: str, month: Period = MONTH) -> Decimal:
    [row] = evaluate(
        tenant=tenant, metric=metric, spans=[month], where=Where(region=EAST), scope=None
    )
    return row.value or Decimal(0)


def points(tenant: Tenant) -> Decimal:
    """Return the region's attainment of account growth this month, in percent."""
    east = Unit.objects.get(tenant=tenant, name=EAST)
    rows = attainment(
        tenant=tenant, metric=GROWTH, scope=None, by="unit", within=Span(MONTH.start, MONTH.end)
    )
    [row] = [row for row in rows if row.unit_id == east.pk]
    assert row.actual is not None
    return row.actual / row.quota * 100


def someone(tenant: Tenant, username: str) -> Person:
    return Person.objects.get(tenant=tenant, login__username=username)


def booked_as_new(tenant: Tenant) -> list[Fact]:
    """Return the repeat orders of consumables that say they are new, straight from the ledger."""
    return list(
        Fact.objects.filter(
            tenant=tenant, kind="contract.signed", category="新签", product_line="手术耗材"
        ).order_by("seq")
    )


def signed(*parts: Mapping[str, object]) -> list[dict[str, object]]:
    kind = {"field": "kind", "op": "eq", "value": "contract.signed"}
    return [{"sum": "amount", "where": {"all": [kind, *parts]}}]


IS_NEW = {"field": "category", "op": "in", "value": ["新签", "new"]}
IS_MORE = {"field": "category", "op": "in", "value": ["增购", "upsell", "upgrade"]}
CONSUMABLES = {"field": "product_line", "op": "eq", "value": "手术耗材"}
MENDED = {
    NEW: signed(IS_NEW, {"not": CONSUMABLES}),
    GROWTH: signed({"any": [IS_MORE, {"all": [IS_NEW, CONSUMABLES]}]}),
}


def draft(tenant: Tenant, metric: str) -> MetricVersion:
    raw = metric_named(tenant, metric).model_dump(mode="json", by_alias=True, exclude_none=True)
    admin = someone(tenant, "admin")
    version = actions.draft_version(
        tenant=tenant,
        raw={**raw, "measure": MENDED[metric]},
        valid_from=NOVEMBER,
        reason="手术耗材二次采购属于客户深耕",
        by=admin,
    )
    return actions.check_version(version=version, by=admin)


def test_the_east_is_found_mended_and_back(few_months: Tenant) -> None:
    demo = few_months
    misbooked = booked_as_new(demo)
    moved = sum((fact.amount or Decimal(0) for fact in misbooked), Decimal(0))
    before, october = points(demo), {m: of_east(demo, m, OCTOBER_MONTH) for m in (NEW, GROWTH)}
    new, growth = of_east(demo, NEW), of_east(demo, GROWTH)

    # Drilling down by product line shows consumables among new contracts, in the east only.
    rows = evaluate(
        tenant=demo, metric=NEW, by=("region", "product_line"), spans=[MONTH], scope=None
    )
    lines = {(r.keys["region"], r.keys["product_line"]): r.value for r in rows if not r.is_total}
    assert [region for region, line in lines if line == "手术耗材"] == [EAST]
    assert lines[EAST, "手术耗材"] == moved
    behind = facts_behind(
        tenant=demo,
        metric=NEW,
        span=MONTH,
        where=Where(region=EAST, product_line="手术耗材"),
        scope=None,
        page_size=500,
    )
    assert sorted(line.seq for line in behind.lines) == [fact.seq for fact in misbooked]

    # Two people put the new reading in force from the first of the month.
    for metric in (NEW, GROWTH):
        version = draft(demo, metric)
        # Before anything changes, the difference names the very facts that will move.
        days = DifferenceAsked(start=OCTOBER_MONTH.start, end=MONTH.end)
        shown = comparison(version, days, scope=None)
        found = shown.moved(page_size=500)
        assert [found.come, found.gone] == {NEW: [0, len(misbooked)], GROWTH: [len(misbooked), 0]}[
            metric
        ]
        assert sorted(line.seq for line in found.lines) == [fact.seq for fact in misbooked]
        by_month = {each.period.key: each.difference for each in shown.by_period() if each.period}
        assert by_month["2026-10"] == 0
        assert by_month["2026-11"] == {NEW: -moved, GROWTH: moved}[metric]
        assert of_east(demo, metric) == {NEW: new, GROWTH: growth}[metric]
        actions.approve_version(version=version, by=someone(demo, "quality"))
    assert of_east(demo, NEW) == new - moved
    assert of_east(demo, GROWTH) == growth + moved
    assert round(points(demo) - before) == 11

    # The month that was reported does not move, by definition or by proof.
    assert {m: of_east(demo, m, OCTOBER_MONTH) for m in (NEW, GROWTH)} == october
    closing = Closing.objects.get(tenant=demo)
    assert [each.metric for each in closed_figures(closing) if not each.is_same] == []

    # The card goes to everybody who is asked for account growth, and receipts come back.
    asked = Person.objects.filter(
        pk__in=Quota.objects.filter(tenant=demo, metric=GROWTH).values("person_id")
    )
    sent = actions.send_cards(
        tenant=demo, metric=GROWTH, to=asked, note="口径更新", by=someone(demo, "admin")
    )
    assert sent == asked.count() > 100
    rep = someone(demo, "rep")
    actions.read_card(copy=CardCopy.objects.get(person=rep, key=GROWTH), by=rep)
    assert CardCopy.objects.filter(tenant=demo, read_at__isnull=False).count() == 1
