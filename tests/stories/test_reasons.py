"""Whatever was planted in the demo company is found first, in the cell where it hurts."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.base.clock import pretended
from bihuan.demo.domain.cast import cast
from bihuan.demo.domain.hardship import Struck
from bihuan.demo.domain.story import Planted
from bihuan.facts.domain.kind import REASON_WORDS
from bihuan.facts.models import Fact
from bihuan.goals.queries import CellChoice, Window
from bihuan.goals.queries.reasons import Reasons, judged_of, reasons_of, sentence
from bihuan.kernel.period import Grain, parse_period
from bihuan.metrics.queries import metric_named
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules import actions as rules
from bihuan.rules.models import Alert
from bihuan.rules.queries import back_test, built_in
from tests.stories.conftest import TODAY

REPLAYED = date(2026, 9, 14)
"""The Monday from which on days are lived through again."""
COMPANY = cast(seed=7)
PLANTED, STRUCK = Planted.in_company(COMPANY), Struck.in_company(COMPANY)


@pytest.fixture
def director(many_months: Tenant, db: None) -> Person:
    return Person.objects.get(tenant=many_months, login__username="director")


def why(director: Person, metric: str, period: str, *, person: str = "", unit: str = "") -> Reasons:
    tenant = Tenant.objects.get(pk=director.tenant_id)
    return reasons_of(
        CellChoice(
            tenant=tenant,
            metric=metric_named(tenant, metric),
            window=Window(Grain.WEEK, (parse_period(period),), TODAY + timedelta(days=1)),
            scope=scope_of(director),
            person=Person.objects.get(tenant=tenant, code=person) if person else None,
            unit=Unit.objects.get(tenant=tenant, name=unit) if unit else None,
        )
    )


def tags(found: Reasons) -> list[str]:
    return [finding.diagnosis.code for finding in found.findings]


STORIES = {
    "the slow rep, in each of the two weeks": [
        ("signed_amount", week, PLANTED.slow_rep, "visits_low") for week in ("2026-W46", "2026-W47")
    ],
    "the slow rep, in the month": [("signed_amount", "2026-11", PLANTED.slow_rep, "visits_low")],
    "the stuck approval": [("signed_amount", "2026-11", PLANTED.stuck_rep, "approval_stuck")],
    "the renewal before its payment": [
        ("effective_renewal_amount", "2026-11", PLANTED.early_renewer, "gate_pending")
    ],
    "lost on price": [("signed_amount", "2026-11", STRUCK.on_price, "price")],
    "lost with who decided": [("signed_amount", "2026-11", STRUCK.left_alone, "key_person_left")],
    "nothing in the pipeline": [
        ("signed_amount", "2026-11", STRUCK.without_deals, "pipeline_thin")
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_the_planted_reason_stands_first(director: Person, story: str) -> None:
    for metric, period, person, tag in STORIES[story]:
        found = why(director, metric, period, person=person)
        assert found.is_low, (metric, period, found.cell.judged)
        assert tags(found)[:1] == [tag], (
            metric,
            period,
            [(f.diagnosis.code, f.score, f.weight, sentence(f.seen.said)) for f in found.findings],
        )


def test_the_east_is_off_for_a_category_and_not_for_its_people(director: Person) -> None:
    found = why(director, "account_growth_amount", "2026-11", unit="华东大区")
    assert tags(found)[0] == "misbooked"
    amount = found.findings[0].seen.said.params["amount"]
    booked = Fact.objects.filter(
        tenant=director.tenant_id,
        kind="contract.signed",
        category="新签",
        product_line="手术耗材",
    )
    assert amount.value == sum(fact.amount or 0 for fact in booked)  # type: ignore[union-attr]  # a figure


def test_the_facts_named_are_the_planted_ones(director: Person) -> None:
    stuck = why(director, "signed_amount", "2026-11", person=PLANTED.stuck_rep).findings[0]
    early = why(
        director, "effective_renewal_amount", "2026-11", person=PLANTED.early_renewer
    ).findings[0]
    for finding, ref in ((stuck, "C-STUCK-S"), (early, "C-EARLY")):
        first = finding.seen.evidence[0].seq
        assert first is not None
        assert Fact.objects.get(tenant=director.tenant_id, seq=first).source_ref == ref


def test_managers_have_said_what_they_think_of_past_months(director: Person) -> None:
    said = Fact.objects.filter(tenant=director.tenant_id, kind__in=REASON_WORDS)
    assert said.count() > 20
    assert not said.filter(recorded_by__is_robot=True).exists()
    judged = judged_of(director.tenant)
    assert sum(each.count for each in judged.values()) == said.count()
    assert judged["visits_low"].confirmed > judged["visits_low"].corrected


def test_a_back_test_of_the_early_warning_counts_what_a_replay_day_by_day_does(
    many_months: Tenant, db: None
) -> None:
    """Every day of ten weeks is lived through, each looking at what the day before left."""
    tenant, robot = Tenant.objects.get(pk=many_months.pk), robot_of(many_months)
    warning = built_in()["early_warning"].model_copy(update={"responses": ()})
    tried = back_test(tenant, warning, start=REPLAYED, end=TODAY)
    with pretended(_morning(REPLAYED)):
        draft = rules.draft_rule(
            tenant=tenant, key="replayed", definition=warning, is_new=True, reason="test", by=robot
        )
        rules.put_in_force(version=draft, valid_from=REPLAYED, by=robot)
    for number in range((TODAY - REPLAYED).days):
        on = REPLAYED + timedelta(days=number)
        with pretended(_morning(on)):
            rules.evaluate_rules(tenant=tenant, on=on)
    hits = Counter(
        (hit.person.pk if hit.person else None, hit.metric, hit.fired_on, hit.recovered_on)
        for hit in tried.hits
    )
    lived = Counter(
        (
            alert.person_id,
            alert.metric,
            alert.opened_on,
            alert.ended_on if alert.state == "recovered" else None,
        )
        for alert in Alert.objects.filter(tenant=tenant, key="replayed")
    )
    assert hits == lived
    assert len(hits) > 50
    assert 0 < tried.recovered < len(tried.hits)
    assert any(hit.person is not None and hit.person.code == PLANTED.slow_rep for hit in tried.hits)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(7), ZoneInfo("Asia/Shanghai"))
