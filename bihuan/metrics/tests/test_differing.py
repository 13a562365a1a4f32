"""What a version changes: figures, facts, targets and other metrics, before it is approved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from pytest_django import Settings

from bihuan.base.analytics import Engine
from bihuan.facts.models import Fact
from bihuan.metrics import actions
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.differing import Comparison, DifferenceAsked, comparison
from bihuan.metrics.queries.offered import values_offered
from bihuan.metrics.tests.office import (
    KEY,
    NOVEMBER,
    OCTOBER,
    Office,
    approved,
    without_consumables,
)
from bihuan.org.access import scope_of

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
ASKED = DifferenceAsked(start=OCTOBER, end=DECEMBER)


def drafted(
    office: Office, raw: dict[str, object], valid_from: date = NOVEMBER, *, is_new: bool = False
) -> MetricVersion:
    return actions.draft_version(
        tenant=office.tenant,
        raw=raw,
        valid_from=valid_from,
        reason="why",
        by=office.anna,
        is_new=is_new,
    )


def figures(found: Comparison) -> list[tuple[object, ...]]:
    return [
        (line.period.key, line.old, line.new, line.difference)
        for line in found.by_period()
        if line.period is not None
    ]


@pytest.fixture
def office() -> Office:
    """An office with contracts and repeat orders of consumables in October and November."""
    office = Office()
    office.sign((date(2026, 10, 20), "新签", 100), (date(2026, 10, 21), "耗材", 10))
    office.sign((date(2026, 11, 2), "新签", 200), (date(2026, 11, 3), "耗材", 20))
    office.sign((date(2026, 11, 4), "耗材", 7), person="zhao")
    return office


@pytest.mark.parametrize("engine", [Engine.DUCKDB, Engine.POSTGRESQL])
def test_a_draft_is_compared_with_what_is_in_force(
    office: Office, settings: Settings, engine: Engine
) -> None:
    settings.ANALYTICS_URL = engine.value
    found = comparison(drafted(office, without_consumables()), ASKED, None)
    assert figures(found) == [
        ("2026-10", 110, 110, 0),
        ("2026-11", 227, 200, -27),
        ("2026-10-01/2026-12-01", 337, 310, -27),
    ]
    moved = found.moved()
    assert [moved.come, moved.gone, moved.changed] == [0, 2, 0]
    assert [
        (each.seq, each.how, int(each.old.upper), int(each.new.upper)) for each in moved.lines
    ] == [
        (5, "out", 7, 0),
        (4, "out", 20, 0),
    ]
    assert [each.old.counted_on for each in moved.lines] == [
        date(2026, 11, 4),
        date(2026, 11, 3),
    ]
    assert [each.seq for each in found.moved(page=2, page_size=1).lines] == [4]
    units = {line.unit.name: line.difference for line in found.by_unit() if line.unit}
    assert found.levels[0] == 1
    assert units == {"east": -20, "west": -7}


@pytest.mark.parametrize("engine", [Engine.DUCKDB, Engine.POSTGRESQL])
def test_a_condition_is_offered_what_facts_say(
    office: Office, settings: Settings, engine: Engine
) -> None:
    settings.ANALYTICS_URL = engine.value
    offered = values_offered(office.tenant, ["product_line", "category", "tier", "amount", "x"])
    assert offered == {"product_line": ["手术耗材", "影像设备"], "category": ["新签"], "tier": []}


def test_throughout_shows_on_history_what_a_version_to_come_would_mean(office: Office) -> None:
    version = drafted(office, without_consumables(), DECEMBER)
    assert figures(comparison(version, ASKED, None))[-1][1:] == (337, 337, 0)
    asked = DifferenceAsked(start=OCTOBER, end=DECEMBER, is_throughout=True)
    found = comparison(version, asked, None)
    assert [each[3] for each in figures(found)] == [-10, -27, -37]
    assert found.moved().gone == 3
    assert comparison(version, None, None).asked.is_throughout


def test_an_approved_version_is_compared_with_what_stood_before(office: Office) -> None:
    version = approved(office, without_consumables(), NOVEMBER)
    assert figures(comparison(version, ASKED, None))[1] == ("2026-11", 227, 200, -27)


def test_a_new_metric_has_nothing_before(office: Office) -> None:
    raw = {**without_consumables(), "key": "own_amount"}
    found = comparison(drafted(office, raw, is_new=True), ASKED, None)
    assert found.old is None
    assert figures(found)[0] == ("2026-10", None, 100, 100)
    assert found.moved().come == 2


def test_closed_days_do_not_differ(office: Office) -> None:
    version = drafted(office, without_consumables(), OCTOBER)
    assert comparison(version, ASKED, None).moved().gone == 3
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    office.sign((date(2026, 10, 22), "耗材", 1000))
    version = drafted(office, without_consumables(), NOVEMBER)
    found = comparison(version, ASKED, None)
    assert figures(found)[0] == ("2026-10", 110, 110, 0)
    assert found.moved().gone == 2


def test_everyone_sees_the_difference_over_what_they_may_see(office: Office) -> None:
    version = drafted(office, without_consumables())
    seen = {
        name: comparison(version, ASKED, scope_of(office.people[name]))
        for name in ("lin", "zhao", "boss", "rex")
    }
    assert {name: found.moved().gone for name, found in seen.items()} == {
        "lin": 1,
        "zhao": 1,
        "boss": 1,
        "rex": 0,
    }
    assert [each[3] for each in figures(seen["zhao"])] == [None, -7, -7]
    assert [line.unit.name for line in seen["boss"].by_unit() if line.unit] == ["east"]
    assert seen["lin"].by_unit() == []


def test_a_metric_reckoned_from_it_changes_with_it(office: Office) -> None:
    raw = {**without_consumables(), "key": "own_amount", "measure": [{"metric": KEY}]}
    approved(office, raw, OCTOBER)
    found = comparison(drafted(office, without_consumables()), ASKED, None)
    assert [metric.key for metric in found.followers()] == ["own_amount"]


CATEGORIES = ("新签", "增购", "续约")


@tried(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    old=st.sets(st.sampled_from(CATEGORIES), min_size=1),
    new=st.sets(st.sampled_from(CATEGORIES), min_size=1),
    signs=st.tuples(st.sampled_from([1, -1]), st.sampled_from([1, -1])),
    signed=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(CATEGORIES), st.integers(1, 99)),
        min_size=1,
        max_size=12,
    ),
)
def test_the_facts_that_move_are_what_the_figures_differ_by(
    old: set[str], new: set[str], signs: tuple[int, int], signed: list[tuple[int, str, int]]
) -> None:
    def counting(categories: set[str], sign: int) -> dict[str, object]:
        where = {"field": "category", "op": "in", "value": sorted(categories)}
        return {
            **without_consumables(),
            "measure": [
                {"sum": "amount", "where": where},
                {"sum": "amount", "sign": sign, "where": where | {"value": ["续约"]}},
            ],
        }

    with transaction.atomic():
        office = Office()
        office.sign(*((OCTOBER + timedelta(days=d), c, a) for d, c, a in signed))
        approved(office, counting(old, signs[0]), date(2026, 1, 1))
        version = drafted(office, counting(new, signs[1]))
        found = comparison(version, ASKED, None)
        moved = found.moved(page_size=100)

        def share(fact: Fact, categories: set[str], sign: int) -> Decimal:
            times = (fact.category in categories) + sign * (fact.category == "续约")
            return times * (fact.amount or Decimal(0))

        expected = {}
        for fact in Fact.objects.filter(tenant=office.tenant, business_on__gte=NOVEMBER):
            before, after = share(fact, old, signs[0]), share(fact, new, signs[1])
            was = fact.category in old | {"续约"}
            comes = fact.category in new | {"续约"}
            if before != after or was != comes:
                expected[fact.seq] = (before, after)
        assert {each.seq: (each.old.upper, each.new.upper) for each in moved.lines} == expected
        assert moved.count == len(expected)
        difference = found.by_period()[-1].difference or Decimal(0)
        assert sum(each.new.upper - each.old.upper for each in moved.lines) == difference
        transaction.set_rollback(True)
