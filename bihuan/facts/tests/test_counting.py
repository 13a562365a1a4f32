"""How many facts were recorded since an instant, and what a plan allows of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.base import clock
from bihuan.facts.models import Fact
from bihuan.facts.queries import recorded_since, recorded_this_month
from bihuan.org import actions
from bihuan.org.domain.plan import Limits, TooManyFacts
from tests.make import make_fact, make_person, make_tenant

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)


def test_facts_are_counted_from_any_instant_on() -> None:
    lin = make_person("lin")
    began = clock.now()
    for hour in range(7):
        with clock.pretended(began + timedelta(hours=hour)):
            make_fact(lin, on=ON)
    other = make_person("wang", tenant=make_tenant("other"))
    make_fact(other, on=ON)
    for hour in range(9):
        since = began + timedelta(hours=hour)
        plainly = Fact.objects.filter(tenant=lin.tenant, recorded_at__gte=since).count()
        assert recorded_since(lin.tenant, since) == plainly == max(7 - hour, 0)


def test_more_facts_than_the_plan_allows_in_a_month_are_refused_until_the_next() -> None:
    lin = make_person("lin")
    tenant = lin.tenant
    plan = actions.put_plan(code="s", name_zh="小", name_en="Small", limits=Limits(facts_a_month=2))
    actions.subscribe(tenant=tenant, plan=plan, until=None, by=actions.robot_of(tenant))
    make_fact(lin, on=ON)
    make_fact(lin, on=ON)
    with pytest.raises(TooManyFacts) as refused:
        make_fact(lin, on=ON)
    assert refused.value.params == {"limit": 2, "used": 2, "asked": 1}
    assert Fact.objects.count() == recorded_this_month(tenant) == 2
    with clock.pretended(clock.now() + timedelta(days=32)):
        assert recorded_this_month(tenant) == 0
        make_fact(lin, on=ON)
