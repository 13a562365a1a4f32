from __future__ import annotations

from datetime import date

import pytest

from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.actions.tenants import SettingUnknown
from tests.digest import digest_of_tables
from tests.make import make_admin, make_fact, make_person, make_tenant

pytestmark = pytest.mark.django_db


def test_what_changed_is_kept_and_said() -> None:
    tenant, admin = make_tenant(), make_admin()
    changed = actions.set_tenant(
        tenant=tenant, by=admin, fiscal_start_month=4, day_count="plain", name=tenant.name
    )
    assert (changed.fiscal_start_month, changed.day_count) == (4, "plain")
    entry = JournalEntry.objects.get(verb="tenant.changed")
    assert entry.changes == {"fiscal_start_month": [1, 4], "day_count": ["china", "plain"]}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fiscal_start_month", 0),
        ("fiscal_start_month", 13),
        ("fiscal_start_month", "4"),
        ("day_count", "lunar"),
        ("time_zone", "Asia/Atlantis"),
        ("currency", "yuan"),
        ("currency", "cny"),
        ("is_demo", 1),
        ("org_version", 7),
        ("code", "other"),
    ],
)
def test_what_is_not_possible_is_refused(setting: str, value: str | int) -> None:
    tenant, admin = make_tenant(), make_admin()
    before = digest_of_tables()
    with pytest.raises(SettingUnknown):
        actions.set_tenant(tenant=tenant, by=admin, **{setting: value})
    assert digest_of_tables() == before


def test_the_currency_may_change_until_there_are_facts() -> None:
    tenant, admin = make_tenant(), make_admin()
    assert actions.set_tenant(tenant=tenant, by=admin, currency="USD").currency == "USD"
    make_fact(make_person("lin"), on=date(2026, 1, 1))
    before = digest_of_tables()
    with pytest.raises(actions.CurrencyFixed):
        actions.set_tenant(tenant=tenant, by=admin, currency="CNY")
    assert digest_of_tables() == before
    assert actions.set_tenant(tenant=tenant, by=admin, name="Acme").currency == "USD"
