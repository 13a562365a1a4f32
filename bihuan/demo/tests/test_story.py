from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.demo.domain.cast import Company, cast
from bihuan.demo.domain.life import Event, life
from bihuan.demo.domain.plan import quotas, region_growth
from bihuan.demo.domain.story import HOARDED, Planted, told

TODAY = date(2026, 11, 24)
START = date(2026, 9, 1)


@pytest.fixture(scope="module")
def company() -> Company:
    return cast(seed=7)


@pytest.fixture(scope="module")
def events(company: Company) -> list[Event]:
    days = life(company, seed=7, start=START, end=TODAY + timedelta(days=1))
    planted = Planted.in_company(company)
    return list(told(days, planted, today=TODAY, east_growth=growth_asked(company)))


def growth_asked(company: Company) -> Decimal:
    """Return what the east is asked for of account growth this month."""
    planned = quotas(company, start=START, end=date(2026, 12, 1))
    return region_growth(planned, Planted.in_company(company).east, date(2026, 11, 1))


def test_references_are_unique(events: list[Event]) -> None:
    assert len({event.ref for event in events}) == len(events)


def test_nothing_happens_tomorrow(events: list[Event]) -> None:
    assert max(event.day for event in events) <= TODAY


def test_the_slow_rep_signs_nothing_for_the_last_two_whole_weeks(
    company: Company, events: list[Event]
) -> None:
    slow = Planted.in_company(company).slow_rep
    monday = TODAY - timedelta(days=TODAY.weekday())
    signed = [e.day for e in events if e.person == slow and e.kind == "contract.signed"]
    assert signed
    assert not [day for day in signed if day >= monday - timedelta(days=14)]


def test_the_east_is_eleven_points_off_for_repeats_booked_as_new(
    company: Company, events: list[Event]
) -> None:
    planted = Planted.in_company(company)
    misbooked = [
        event
        for event in events
        if event.kind == "contract.signed"
        and event.product in planted.consumables
        and event.attributes["category"] == "新签"
    ]
    assert {event.person for event in misbooked} <= planted.east
    assert len({event.person for event in misbooked}) > 10
    assert min(event.day for event in misbooked) >= date(2026, 11, 1)
    total = sum((event.amount or Decimal(0) for event in misbooked), Decimal(0))
    assert round(total / growth_asked(company) * 100) == 11


def test_a_renewal_is_signed_without_a_payment(events: list[Event]) -> None:
    about = [event.kind for event in events if event.ref.startswith("C-EARLY")]
    assert about == ["contract.signed"]


def test_leads_are_hoarded_at_three_in_the_morning(company: Company, events: list[Event]) -> None:
    hoarder = Planted.in_company(company).hoarder
    night = [e for e in events if e.kind == "lead.claimed" and e.hour == 3]
    assert {event.person for event in night} == {hoarder}
    assert len(night) == HOARDED


def test_an_approval_is_stuck(events: list[Event]) -> None:
    refs = {event.ref for event in events}
    assert "C-STUCK-S" in refs
    assert "C-STUCK-A" not in refs
