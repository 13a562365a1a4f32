"""What targets say when a metric is to be defined otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.metrics import actions
from bihuan.metrics.queries.cards import To, recipients
from bihuan.metrics.queries.differing import DifferenceAsked, comparison
from bihuan.metrics.queries.telling import uses_of
from bihuan.metrics.tests.office import KEY, NOVEMBER, OCTOBER, Office, without_consumables
from bihuan.metrics.uses import users
from bihuan.org.access import scope_of

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
ASKED = DifferenceAsked(start=OCTOBER, end=DECEMBER)


@pytest.fixture
def office() -> Office:
    """An office where lin and zhao have targets, and sold consumables in November."""
    office = Office()
    office.sign((date(2026, 11, 2), "新签", 200), (date(2026, 11, 3), "耗材", 20))
    office.sign((date(2026, 11, 4), "耗材", 7), person="zhao")
    rows = [
        QuotaRow(
            metric=KEY,
            person_id=office.people[name].pk,
            start=start,
            end=end,
            amount=Decimal(100),
        )
        for name in ("lin", "zhao")
        for start, end in ((OCTOBER, NOVEMBER), (NOVEMBER, DECEMBER))
    ]
    set_quotas(tenant=office.tenant, rows=rows, by=office.robot)
    return office


def test_targets_tell_their_attainment_before_and_after(office: Office) -> None:
    version = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="why",
        by=office.anna,
    )
    [told] = uses_of(comparison(version, ASKED, None))
    by_name = {use.name: (use.before, use.after) for use in told.uses}
    root = office.tenant.name
    assert told.changed == 6
    assert by_name == {
        "lin": (Decimal("2.2000"), Decimal("2.0000")),
        "zhao": (Decimal("0.0700"), None),  # No data is not zero.
        "inner": (Decimal("2.2000"), Decimal("2.0000")),
        "east": (Decimal("2.2000"), Decimal("2.0000")),
        "west": (Decimal("0.0700"), None),
        root: (Decimal("1.1350"), Decimal("1.0000")),
    }
    [seen] = uses_of(comparison(version, ASKED, scope_of(office.people["zhao"])))
    assert [use.name for use in seen.uses] == ["zhao"]


def test_a_card_concerns_who_has_a_target_and_the_nearest_manager(office: Office) -> None:
    [targets] = [each for each in users() if each.code == "goals.targets"]
    today = date(2026, 11, 20)
    carriers = {office.people["lin"].pk, office.people["zhao"].pk}
    assert targets.people(office.tenant, KEY, today) == carriers
    assert targets.people(office.tenant, "visits", today) == set()
    found = recipients(office.tenant, KEY, To.CONCERNED)
    # Mei leads the team of lin; nobody leads the west, where zhao sits.
    assert {person.name for person in found.people} == {"lin", "zhao", "mei"}
    assert (found.has_it, found.left) == (0, 3)
    everybody = recipients(office.tenant, KEY, To.EVERYBODY)
    assert len(everybody.people) == 9
