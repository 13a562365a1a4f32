"""Long lists of customers: counted as far as somebody looks, and walked to the end."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.customers.queries import customers, listing, page_of_customers
from bihuan.customers.queries.listing import last_days
from bihuan.facts.models import Fact
from bihuan.org.access import scope_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit
from tests.examples import examples
from tests.make import make_fact, make_login, make_member, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 2)
NUMBERS = itertools.count()


def of_twelve(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Make a rep with twelve customers, where pages have two and five are counted."""
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    monkeypatch.setattr(listing, "COUNTED_UP_TO", 5)
    lin = make_person("lin")
    for number in range(12):
        account = make_member(f"A{number:02}")
        make_fact(lin, on=FIRST, account_id=account.pk)
        make_fact(lin, on=FIRST, account_id=account.pk)
    return lin


def test_customers_are_counted_as_far_as_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    found = customers(scope_of(of_twelve(monkeypatch)), {})
    counted = {}
    for number in ("1", "2", "4", "5", "6"):
        page, is_more = page_of_customers(found, number)
        counted[number] = (page.paginator.count, is_more, page.has_next())
    assert counted == {
        "1": (5, True, True),
        "2": (6, True, True),
        "4": (10, True, True),
        "5": (12, False, True),
        "6": (12, False, False),
    }


def test_every_customer_is_met_once_from_page_to_page(monkeypatch: pytest.MonkeyPatch) -> None:
    found = customers(scope_of(of_twelve(monkeypatch)), {})
    met, number = [], 1
    while True:
        page, _ = page_of_customers(found, str(number))
        met += [each.code for each in page.object_list]
        if not page.has_next():
            break
        number = page.next_page_number()
    assert met == [f"A{number:02}" for number in range(12)]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [(None, 1), ("", 1), ("x", 1), ("²", 1), ("0", 3), ("-1", 3), ("9" * 40, 6)],
)
def test_a_number_that_is_no_page_shows_one_that_is(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, shown: int
) -> None:
    page, _ = page_of_customers(customers(scope_of(of_twelve(monkeypatch)), {}), asked)
    assert page.number == shown


def test_the_page_says_that_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.force_login(make_login(of_twelve(monkeypatch)))
    assert "第 1–2 条，共 5 条以上" in client.get("/customers/").content.decode()


@pytest.mark.properties
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dealt=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 20)), max_size=14
    ),
    looks=st.sampled_from(["whole", "unit", "own"]),
)
def test_the_last_day_of_a_customer_is_that_of_its_newest_fact_seen(
    dealt: list[tuple[int, int, int]], looks: str
) -> None:
    """Held against every fact, read one by one."""
    tenant = make_tenant(f"t{next(NUMBERS)}")
    units = [make_unit(f"u{n}", tenant=tenant) for n in range(2)]
    people = [make_person(f"p{n}", unit=units[n % 2]) for n in range(3)]
    accounts = [make_member(f"B{n}", tenant=tenant) for n in range(4)]
    facts: list[tuple[Fact, int]] = []
    for account, person, day in dealt:
        made = make_fact(
            people[person],
            on=FIRST + timedelta(days=day),
            account_id=accounts[account].pk,
        )
        facts.append((made, accounts[account].pk))
    scope = {
        "whole": Scope(tenant.pk, 0, whole_tenant=True),
        "unit": Scope(tenant.pk, people[2].pk, unit_paths=(units[1].path,)),
        "own": Scope(tenant.pk, people[0].pk),
    }[looks]
    expected: dict[int, date] = {}
    for fact, account_id in facts:
        unit = Unit.objects.filter(pk=fact.unit_id or 0).first()
        is_seen = (
            looks == "whole"
            or fact.person_id == scope.person_id
            or (looks == "unit" and unit is not None and unit.path.startswith(units[1].path))
        )
        if is_seen:
            newest = expected.get(account_id, fact.business_on)
            expected[account_id] = max(newest, fact.business_on)
    assert last_days([each.pk for each in accounts], scope) == expected
