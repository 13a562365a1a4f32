"""Versions of metrics: the way to being in force, and what figures read by them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from bihuan.base import clock
from bihuan.kernel.errors import DomainError
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics import actions
from bihuan.metrics.access import version_of
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries import Defined, evaluate, facts_behind, metric_named
from bihuan.metrics.queries.figures import NOWHERE
from bihuan.metrics.tests.office import (
    KEY,
    NOVEMBER,
    OCTOBER,
    Office,
    approved,
    month,
    refused,
    without_consumables,
)
from bihuan.org.models import Person

pytestmark = pytest.mark.django_db


def test_a_past_figure_keeps_its_meaning_and_one_switch_gives_today_s() -> None:
    office = Office()
    office.sign(
        (date(2026, 10, 20), "新签", 100),
        (date(2026, 10, 21), "耗材", 10),
        (date(2026, 11, 2), "新签", 200),
        (date(2026, 11, 3), "耗材", 20),
    )
    assert [month(office, OCTOBER), month(office, NOVEMBER)] == [110, 220]

    approved(office, without_consumables(), NOVEMBER)
    assert [month(office, OCTOBER), month(office, NOVEMBER)] == [110, 200]
    assert month(office, OCTOBER, defined=Defined.NOW) == 100
    [quarter] = periods(OCTOBER, NOVEMBER, Grain.QUARTER)
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[quarter], scope=None)
    assert row.value == 310  # The months of a quarter add up, whatever changed between them.
    behind = facts_behind(tenant=office.tenant, metric=KEY, span=quarter, where=NOWHERE, scope=None)
    assert [behind.total_value, behind.count] == [310, 3]


def test_a_version_takes_two_people() -> None:
    office = Office()
    anna, bo, quinn = office.anna, office.people["bo"], office.people["quinn"]
    version = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="耗材",
        by=anna,
    )
    refused(lambda: actions.approve_version(version=version, by=quinn), "version_not_reachable")
    actions.check_version(version=version, by=bo)
    for who in (anna, bo):  # Who wrote it, who checked it.
        refused(partial(actions.approve_version, version=version, by=who), "second_person")
    refused(
        lambda: actions.approve_version(version=version, by=office.people["rex"]), "not_your_role"
    )
    assert actions.send_back(version=version, note="begin in December", by=quinn).state == "draft"
    actions.change_draft(
        version=version,
        raw=without_consumables(),
        valid_from=date(2026, 12, 1),
        reason="耗材",
        edition=1,
        by=bo,
    )
    actions.check_version(version=version, by=anna)
    refused(lambda: actions.approve_version(version=version, by=bo), "second_person")
    assert actions.approve_version(version=version, by=quinn).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        MetricVersion.objects.filter(pk=version.pk).update(decided_by=version.checked_by)


def test_the_second_of_two_who_change_a_draft_is_told() -> None:
    office = Office()
    draft = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="a",
        by=office.anna,
    )

    def change(who: Person, edition: int) -> MetricVersion:
        return actions.change_draft(
            version=draft,
            raw=without_consumables(),
            valid_from=NOVEMBER,
            reason=who.name,
            edition=edition,
            by=who,
        )

    change(office.people["bo"], 1)
    refused(lambda: change(office.anna, 1), "version_changed")
    assert change(office.anna, 2).reason == "anna"


NEVER = {"field": "kind", "op": "eq", "value": "visit.logged"}
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "an unknown field": (
        {"measure": [{"sum": "amount", "where": {"field": "colour", "op": "eq", "value": "x"}}]},
        "measure[0].where",
    ),
    "what cannot be summed": ({"measure": [{"sum": "region"}]}, "measure[0].sum"),
    "units that do not add": (
        {"measure": [{"sum": "amount"}, {"count": "facts"}]},
        "measure",
    ),
    "a filter that never holds": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "where": {
                        "all": [{"field": "kind", "op": "eq", "value": "contract.signed"}, NEVER]
                    },
                }
            ]
        },
        "measure[0].where",
    ),
    "an attribute that the kind does not have": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "where": {
                        "all": [
                            {"field": "kind", "op": "eq", "value": "payment.received"},
                            {"field": "stage", "op": "eq", "value": "x"},
                        ]
                    },
                }
            ]
        },
        "measure[0].where",
    ),
    "a circle": ({"measure": [{"metric": KEY}]}, "measure"),
    "a metric that is not there": ({"measure": [{"metric": "nothing_such"}]}, "measure"),
    "a ratio that is added": ({"measure": [{"metric": "win_rate"}]}, "measure"),
    "a link that ties nothing": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "gates": {
                        "link": "amount",
                        "needs": [{"key": "a", "label_zh": "甲", "label_en": "A", "where": NEVER}],
                    },
                }
            ]
        },
        "measure[0].gates.link",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_draft_with_a_fault_is_not_checked_and_the_place_is_named(what: str) -> None:
    office = Office()
    change, place = WRONG[what]
    version = actions.draft_version(
        tenant=office.tenant,
        raw={**without_consumables(), **change},
        valid_from=NOVEMBER,
        reason="x",
        by=office.anna,
    )
    with pytest.raises(DomainError) as error:
        actions.check_version(version=version, by=office.anna)
    assert place in [problem.column for problem in error.value.problems]
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_version_keeps_its_unit_and_its_shape() -> None:
    office = Office()
    ratio = {
        **{k: v for k, v in without_consumables().items() if k != "measure"},
        "unit": "ratio",
        "ratio": {"of": [{"sum": "amount"}], "to": [{"sum": "list_amount"}]},
    }
    version = actions.draft_version(
        tenant=office.tenant, raw=ratio, valid_from=NOVEMBER, reason="x", by=office.anna
    )
    refused(lambda: actions.check_version(version=version, by=office.anna), "metrics.shape_differs")


def test_a_version_for_a_day_to_come_can_be_withdrawn_and_one_in_force_not() -> None:
    office = Office()
    today = clock.today(office.tenant.time_zone)
    later = approved(office, without_consumables(), today + timedelta(days=3))
    assert "product_line" not in str(metric_named(office.tenant, KEY).terms)
    actions.withdraw_version(version=later, note="no", by=office.anna)
    now = approved(office, without_consumables(), today)
    assert "product_line" in str(metric_named(office.tenant, KEY).terms)
    refused(lambda: actions.withdraw_version(version=now, note="no", by=office.anna), "reachable")
    assert version_of(office.tenant, KEY, 2) == now


def test_a_metric_of_one_s_own_is_there_from_the_beginning() -> None:
    office = Office()
    office.sign((date(2026, 3, 1), "新签", 7))
    raw = {**without_consumables(), "key": "own_amount", "name_zh": "自有", "name_en": "Own"}
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=NOVEMBER, reason="x", by=office.anna, is_new=True
    )
    actions.check_version(version=version, by=office.anna)
    actions.approve_version(version=version, by=office.people["bo"])
    span = Period("x", date(2026, 3, 1), date(2026, 4, 1))
    [row] = evaluate(tenant=office.tenant, metric="own_amount", spans=[span], scope=None)
    assert row.value == 7
    with pytest.raises(DomainError) as error:
        actions.draft_version(
            tenant=office.tenant,
            raw=raw,
            valid_from=NOVEMBER,
            reason="x",
            by=office.anna,
            is_new=True,
        )
    assert error.value.code == "metrics.key_taken"


def test_a_metric_follows_the_one_it_refers_to() -> None:
    office = Office()
    office.sign((date(2026, 10, 20), "耗材", 10), (date(2026, 11, 3), "耗材", 20))
    raw = {
        **{k: v for k, v in without_consumables().items() if k != "measure"},
        "key": "new_share",
        "unit": "ratio",
        "ratio": {"of": [{"metric": KEY}], "to": [{"metric": "signed_amount"}]},
    }
    approved(office, raw, OCTOBER)
    approved(office, without_consumables(), NOVEMBER)
    spans = periods(OCTOBER, date(2026, 12, 1), Grain.MONTH)
    rows = evaluate(tenant=office.tenant, metric="new_share", spans=spans, scope=None)
    assert [row.value for row in rows] == [1, 0]
