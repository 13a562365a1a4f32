"""One definition, the same figures to the last digit, from DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from bihuan.demo.actions import build_demo
from bihuan.facts.models import Fact, Ledger
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.engine import Asked
from bihuan.metrics.engine.differing import ask_moved
from bihuan.metrics.engine.waiting import ask_waiting
from bihuan.metrics.queries import Where, evaluate, facts_behind
from bihuan.metrics.queries.versions import built_in
from bihuan.metrics.tests import maven
from bihuan.metrics.tests.test_figures import catalogue_of
from bihuan.metrics.tests.test_maven import CASES, reckoned_by_sql
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant, Unit
from tests.engines import adventure_works, trial
from tests.engines.asked import FURTHER, Question, behind, questions, spans_of

pytestmark = [
    pytest.mark.django_db,
    # The driver of Spark leaves closing its sockets to the collector.
    pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Urls = Mapping[str, str]


@contextmanager
def for_a_while(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open the database for rows that several tests look at, and take them back."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pipeline(
    shared_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    with for_a_while(django_db_blocker):
        yield maven.load(shared_data / "maven_crm")


@pytest.fixture
def maven_tenant(pipeline: Tenant, db: None) -> Tenant:
    return pipeline


def compare(urls: Urls, settings: Settings, tenant: Tenant, asked: Sequence[Question]) -> int:
    """Ask every engine the same, and return how many figures were the same on all."""
    there = Fact.objects.filter(tenant=tenant).order_by("business_on")
    first, last = there[0].business_on, there.reverse()[0].business_on
    spans = spans_of(first, last, fiscal_start_month=tenant.fiscal_start_month)
    figures = 0
    for question in asked:
        found = {}
        for name, url in urls.items():
            settings.ANALYTICS_URL = url
            found[name] = question.rows(tenant, spans)
        assert found["postgresql"] == found["duckdb"], question
        assert found["spark"] == found["duckdb"], question
        figures += len(found["duckdb"])
    return figures


def compare_behind(
    urls: Urls, settings: Settings, tenant: Tenant, asked: Sequence[tuple[str, Period, Where]]
) -> None:
    for metric, span, where in asked:
        found = {}
        for name, url in urls.items():
            settings.ANALYTICS_URL = url
            found[name] = behind(tenant, metric, span, where)
        assert found["duckdb"].count > 0, metric
        assert found["postgresql"] == found["duckdb"], metric
        assert found["spark"] == found["duckdb"], metric


def half_of(tenant: Tenant) -> int:
    return int(Ledger.objects.get(tenant=tenant).last_seq // 2)


def scope_over(tenant: Tenant, unit: Unit, person_id: int) -> Scope:
    return Scope(tenant_id=tenant.pk, person_id=person_id, unit_paths=(unit.path,))


def someone(tenant: Tenant) -> Fact:
    """Return a fact of somebody who has many."""
    found = Fact.objects.filter(tenant=tenant, person__isnull=False, amount__gt=0)
    return found.exclude(region="")[found.count() // 3]


def test_the_pipeline(maven_tenant: Tenant, engine_urls: Urls, settings: Settings) -> None:
    tenant, fact = maven_tenant, someone(maven_tenant)
    assert fact.unit is not None
    assert fact.person_id is not None
    metrics = [
        "won_amount",
        "won_count",
        "win_rate",
        "avg_deal",
        "big_deal_share",
        "discount_rate",
        "avg_cycle_days_won",
        "open_opportunities",
        "open_pipeline_amount",
        "buyers",
        "first_buys",
        "share_of_all_time",
    ]
    with catalogue_of(*FURTHER):
        asked = questions(
            metrics,
            scope=scope_over(tenant, fact.unit, fact.person_id),
            as_of_seq=half_of(tenant),
            region=fact.region,
        )
        assert compare(engine_urls, settings, tenant, list(asked)) > 5_000
        quarter = periods(date(2017, 4, 1), date(2017, 7, 1), Grain.QUARTER)[0]
        where = Where(person_id=fact.person_id)
        compare_behind(
            engine_urls,
            settings,
            tenant,
            [(name, quarter, where) for name in ("win_rate", "buyers", "avg_cycle_days_won")],
        )


def test_order_lines_of_a_year_that_starts_in_april(
    shared_data: Path, engine_urls: Urls, settings: Settings
) -> None:
    tenant = adventure_works.load(shared_data / "adventureworks_dw")
    fact = someone(tenant)
    assert fact.unit is not None
    assert fact.person_id is not None
    metrics = [
        "orders_amount",
        "orders_count",
        "net_sales",
        "units_sold",
        "discount_rate",
        "new_customers",
        "active_customers",
        "buyers_ever",
        "days_to_due",
        "share_of_all_time",
    ]
    with catalogue_of(*FURTHER):
        asked = questions(
            metrics,
            scope=scope_over(tenant, fact.unit, fact.person_id),
            as_of_seq=half_of(tenant),
            region=fact.region,
        )
        assert compare(engine_urls, settings, tenant, list(asked)) > 5_000
        span = Period("new year", date(2012, 12, 1), date(2013, 2, 1))
        where = Where(person_ids=(fact.person_id,))
        compare_behind(
            engine_urls,
            settings,
            tenant,
            [(name, span, where) for name in ("new_customers", "days_to_due", "discount_rate")],
        )


def test_the_demo_company(engine_urls: Urls, settings: Settings) -> None:
    tenant = build_demo(today=date(2026, 1, 12), seed=11, months=2, progress=lambda text: None)
    fact = someone(tenant)
    assert fact.unit is not None
    assert fact.person_id is not None
    metrics = [
        "signed_amount",
        "payment_to_signed",
        "on_time_payment_rate",
        "approval_days",
        "return_rate",
        "new_customers",
        "active_customers",
        "effective_rate",
        "night_claims",
        "open_pipeline_amount",
        "effective_renewal_amount",
    ]
    asked = questions(
        metrics,
        scope=scope_over(tenant, fact.unit, fact.person_id),
        as_of_seq=half_of(tenant),
        region=fact.region,
    )
    assert compare(engine_urls, settings, tenant, list(asked)) > 5_000
    span = Period("new year", date(2025, 12, 29), date(2026, 1, 5))
    compare_behind(
        engine_urls,
        settings,
        tenant,
        [(name, span, Where(unit_path="/")) for name in ("signed_amount", "active_customers")],
    )


def test_what_is_awkward(engine_urls: Urls, settings: Settings) -> None:
    tenant = trial.load()
    span = Period("all", date(2025, 11, 1), date(2026, 6, 1))
    metrics = ["orders_amount", "signed_amount", "night_claims", "effective_renewal_amount"]
    facts = Fact.objects.filter(tenant=tenant)
    with catalogue_of(*FURTHER):
        further = ["first_buys", "buyers", "first_regions", "anything"]
        asked = [
            Question(metric=name, by=by)
            for name in metrics + further
            for by in [("region",), ("category", "manager")]
        ]
        last = Ledger.objects.get(tenant=tenant).last_seq
        asked += [
            Question(metric="anything", by=("kind",), as_of_seq=n) for n in range(last - 6, last)
        ]
        asked += [Question(metric="orders_amount", where=Where(region=t)) for t in trial.AWKWARD]
        asked += [
            Question(metric="buyers", by=("account",), as_of_seq=last - 1),
            Question(metric="first_buys", by=("account",)),
        ]
        assert compare(engine_urls, settings, tenant, asked) > 500
    _compare_what_waits_and_what_moves(tenant, span, engine_urls, settings)
    for url in engine_urls.values():
        settings.ANALYTICS_URL = url
        found = {
            name: evaluate(tenant=tenant, metric=name, spans=[span], scope=None)[0]
            for name in metrics
        }
        # Twenty sums of nearly 64 bits each, exact; and the hours as New York has them.
        assert found["signed_amount"].value == trial.LARGE * trial.LARGE_COUNT
        zone = ZoneInfo("America/New_York")
        at = [fact.occurred_at.astimezone(zone).hour for fact in facts if fact.occurred_at]
        assert found["night_claims"].value == sum(hour >= 22 or hour < 6 for hour in at)
        assert found["effective_renewal_amount"].value == trial.LARGE * 2
        # In the order of bytes, whatever the language of the database.
        rows = evaluate(
            tenant=tenant, metric="orders_amount", by=["region"], spans=[span], scope=None
        )
        left = sorted(trial.AWKWARD[trial.SPOILT :], key=lambda text: text.strip().encode())
        assert [row.keys["region"] for row in rows if not row.is_total] == left
        whole = Decimal("0.0001") * sum(range(trial.SPOILT + 1, len(trial.AWKWARD) + 1))
        assert rows[-1].value == whole


def _compare_what_waits_and_what_moves(
    tenant: Tenant, span: Period, urls: Urls, settings: Settings
) -> None:
    gated = Asked(definition=built_in()["effective_renewal_amount"])
    plain = Asked(definition=built_in()["renewal_amount"])
    waiting, moved = {}, {}
    for name, url in urls.items():
        settings.ANALYTICS_URL = url
        waiting[name] = ask_waiting(tenant, gated, page=1, page_size=50)
        moved[name] = ask_moved(tenant, (plain, gated), span, page=1, page_size=50)
    sums, lines = waiting["duckdb"]
    assert sum(each.facts for each in sums) == len(lines) == trial.LARGE_COUNT - 2
    assert waiting["postgresql"] == waiting["spark"] == waiting["duckdb"]
    assert (moved["duckdb"].gone, moved["duckdb"].changed) == (trial.LARGE_COUNT - 2, 2)
    assert moved["postgresql"] == moved["spark"] == moved["duckdb"]


@pytest.mark.parametrize("engine", ["duckdb", "postgresql", "spark"])
def test_a_metric_equals_plain_sql_on_every_engine(
    engine: str, maven_tenant: Tenant, engine_urls: Urls, settings: Settings
) -> None:
    settings.ANALYTICS_URL = engine_urls[engine]
    for case in CASES:
        asked, expected = reckoned_by_sql(case, maven_tenant)
        assert asked == expected, case["name"]


def test_a_fact_is_seen_by_the_next_question_and_so_is_its_reversal(
    engine_urls: Urls, settings: Settings
) -> None:
    tenant = trial.load()
    span = Period("all", date(2025, 1, 1), date(2027, 1, 1))
    for url in engine_urls.values():
        settings.ANALYTICS_URL = url
        with transaction.atomic():
            before = _anything(tenant, span)
            trial.one_more(tenant)
            assert _anything(tenant, span) == before + 1
            trial.take_back_the_last(tenant)
            assert _anything(tenant, span) == before
            transaction.set_rollback(True)
        assert _anything(tenant, span) == before


def _anything(tenant: Tenant, span: Period) -> int:
    with catalogue_of(*FURTHER):
        found = facts_behind(
            tenant=tenant, metric="anything", span=span, where=Where(), scope=None, page_size=1
        )
    return found.count
