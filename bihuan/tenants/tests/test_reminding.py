"""Administrators are told in time that something ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.base import clock
from bihuan.inbox.models import Notice
from bihuan.org import actions as org
from bihuan.tenants import actions
from tests.make import make_admin, make_person, make_tenant

pytestmark = pytest.mark.django_db


def test_administrators_are_reminded_five_days_and_one_day_before_a_trial_ends() -> None:
    tenant = make_tenant()
    admin, _rep = make_admin(), make_person("rep")
    org.begin_trial(tenant=tenant, by=org.robot_of(tenant))
    began = clock.now()
    told = {}
    for day in range(17):
        with clock.pretended(began + timedelta(days=day)):
            told[day] = actions.remind_of_ends() + actions.remind_of_ends()
    assert {day for day, count in told.items() if count} == {10, 14}
    assert sum(told.values()) == 2
    assert set(Notice.objects.values_list("person", flat=True)) == {admin.pk}


def test_they_are_reminded_anew_of_a_trial_that_became_longer() -> None:
    tenant = make_tenant()
    make_admin()
    org.begin_trial(tenant=tenant, by=org.robot_of(tenant))
    with clock.pretended(clock.now() + timedelta(days=10)):
        assert actions.remind_of_ends() == 1
        org.extend_trial(tenant=tenant, days=10, by=org.robot_of(tenant))
        assert actions.remind_of_ends() == 0
    with clock.pretended(clock.now() + timedelta(days=20)):
        assert actions.remind_of_ends() == 1
