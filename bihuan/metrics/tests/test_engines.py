"""Choosing an engine, and what happens where it is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries, Settings

from bihuan.base.analytics import ALIAS, AnalyticsUrlInvalid, analytics_databases
from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.engine.backends import backend_at
from bihuan.metrics.engine.backends.on_postgresql import PostgreSQL
from bihuan.metrics.engine.backends.reading import EngineAway, with_whole_numbers
from bihuan.metrics.queries import Where, evaluate, facts_behind
from bihuan.metrics.tests.company import Company
from tests.make import make_fact

MONTHS = periods(date(2026, 1, 1), date(2026, 4, 1), Grain.MONTH)
ELSEWHERE = "postgresql://reader@127.0.0.1:1/sales"


def company_with_contracts() -> Company:
    company = Company()
    for number in range(20):
        person = company.people["lin" if number % 3 else "zhao"]
        make_fact(person, on=date(2026, 1 + number % 3, 3), amount=f"{number}.0001")
    return company


def signed(company: Company, **where: object) -> list[Decimal | None]:
    rows = evaluate(
        tenant=company.tenant,
        metric="signed_amount",
        spans=MONTHS,
        scope=None,
        where=Where(**where),  # type: ignore[arg-type]  # Names of Where's own fields.
    )
    return [row.value for row in rows]


@pytest.fixture
def another_connection(own_database: str, settings: Settings) -> Iterator[None]:
    """Have Django know the test database a second time, read-only, as a standby would be."""
    options = analytics_databases(ELSEWHERE)[ALIAS]["OPTIONS"]
    own = connection.settings_dict
    connections.databases[ALIAS] = {**own, "OPTIONS": {**own["OPTIONS"], **options}}
    settings.ANALYTICS_URL = ELSEWHERE
    yield
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.databases[ALIAS]


def test_another_postgresql_gives_the_same_and_cannot_be_written(
    another_connection: None, settings: Settings
) -> None:
    company = company_with_contracts()
    there = signed(company)
    settings.ANALYTICS_URL = "duckdb"
    assert there == signed(company) == [Decimal("63.0007"), Decimal("70.0007"), Decimal("57.0006")]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)


def test_an_engine_that_is_away_is_told_as_such(
    another_connection: None, settings: Settings
) -> None:
    company = company_with_contracts()
    connections[ALIAS].settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    connections[ALIAS].close()
    with pytest.raises(EngineAway) as refusal:
        signed(company)
    assert refusal.value.code == "metrics.engine_away"


@pytest.mark.django_db
def test_few_people_are_answered_by_the_ledger_with_nothing_copied(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    company = company_with_contracts()
    lin, zhao = company.people["lin"].pk, company.people["zhao"].pk
    whole = signed(company)
    one, other = signed(company, person_id=lin), signed(company, person_ids=(zhao,))
    assert [(a or 0) + (b or 0) for a, b in zip(one, other, strict=True)] == whole
    # The last number, the states of tree and customers, and the statement.
    with django_assert_num_queries(4) as asked:
        signed(company, person_id=lin)
    assert "facts_fact" in asked[-1]["sql"]


@pytest.mark.django_db
@pytest.mark.parametrize("as_of", [None, 3, 20, 21, 22])
def test_what_was_taken_back_is_left_out_as_of_then(as_of: int | None, settings: Settings) -> None:
    company = company_with_contracts()
    lin = company.people["lin"].pk
    for fact in Fact.objects.filter(tenant=company.tenant, person_id=lin)[:2]:
        reverse(fact=fact, reason="trial", by=company.robot)
    spans = [Period("all", MONTHS[0].start, MONTHS[-1].end)]
    found = [
        evaluate(
            tenant=company.tenant,
            metric="signed_amount",
            spans=spans,
            scope=None,
            where=where,
            by=("person",),
            as_of_seq=as_of,
        )
        # Of one person the ledger is asked, of a part of the tree the replica.
        for where in (Where(person_id=lin), Where(unit_path=company.inner.path))
    ]
    assert found[0] == found[1]
    behind = facts_behind(
        tenant=company.tenant,
        metric="signed_amount",
        span=spans[0],
        where=Where(person_id=lin),
        scope=None,
        as_of_seq=as_of,
    )
    assert behind.total_value == found[0][-1].value


def test_an_address_is_read_by_the_first_question() -> None:
    assert isinstance(backend_at("postgresql"), PostgreSQL)
    with pytest.raises(AnalyticsUrlInvalid):
        backend_at("oracle://host")


def test_sums_are_whole_whichever_engine_counted() -> None:
    row = (Decimal(2**63), None, "text", date(2026, 1, 1), 7)
    [made] = with_whole_numbers([row])
    assert made == (2**63, None, "text", date(2026, 1, 1), 7)
    assert type(made[0]) is int
    with pytest.raises(AssertionError):
        with_whole_numbers([(Decimal("0.5"),)])
