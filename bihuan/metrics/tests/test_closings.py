"""Closed periods never move."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from bihuan.base import clock
from bihuan.facts.actions import reverse
from bihuan.kernel.period import Period
from bihuan.metrics import actions
from bihuan.metrics.models import Closing
from bihuan.metrics.queries import Defined, evaluate, facts_behind
from bihuan.metrics.queries.figures import NOWHERE
from bihuan.metrics.queries.proof import closed_figures
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

pytestmark = pytest.mark.django_db


def test_a_closed_month_never_moves() -> None:
    office = Office()
    first, *_ = office.sign((date(2026, 9, 5), "新签", 100), (date(2026, 10, 5), "耗材", 50))
    closing = actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    assert month(office, OCTOBER) == 50

    office.sign((date(2026, 10, 6), "新签", 7), (date(2026, 11, 2), "新签", 9))
    reverse(fact=first, reason="wrong", by=office.robot)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [100, 50, 9]
    span = Period("x", date(2026, 9, 1), date(2026, 12, 1))
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[span], scope=None)
    assert [row.value, row.facts] == [159, 3]
    behind = facts_behind(tenant=office.tenant, metric=KEY, span=span, where=NOWHERE, scope=None)
    assert [behind.total_value, behind.count] == [159, 3]
    assert month(office, OCTOBER, defined=Defined.NOW) == 57
    assert all(figure.is_same for figure in closed_figures(closing))

    raw = without_consumables()
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=OCTOBER, reason="x", by=office.anna
    )
    refused(lambda: actions.check_version(version=version, by=office.anna), "period_closed")
    approved(office, raw, NOVEMBER)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [100, 50, 9]
    assert all(figure.is_same for figure in closed_figures(closing))

    actions.reopen_period(closing=closing, reason="late contract", by=office.anna)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [None, 57, 9]


def test_closings_follow_each_other_and_only_the_last_is_opened() -> None:
    office = Office()
    office.sign((date(2026, 9, 5), "新签", 1), (date(2026, 10, 5), "新签", 2))
    first = actions.close_period(tenant=office.tenant, through=OCTOBER, by=office.anna)
    office.sign((date(2026, 9, 6), "新签", 10))
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    office.sign((date(2026, 10, 6), "新签", 20))
    assert [month(office, date(2026, m, 1)) for m in (9, 10)] == [1, 2]
    today = clock.today(office.tenant.time_zone)
    for through, code in ((OCTOBER, "already_closed"), (today + timedelta(days=1), "not_over")):
        refused(
            partial(actions.close_period, tenant=office.tenant, through=through, by=office.anna),
            code,
        )
    refused(
        lambda: actions.reopen_period(closing=first, reason="x", by=office.anna), "not_the_last"
    )
    assert Closing.objects.standing().count() == 2
