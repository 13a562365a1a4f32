"""Figures of a public data set against figures that somebody reckoned apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from bihuan.facts.models import Fact, Ledger, Member
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.queries import MetricRow, Where, evaluate, facts_behind
from bihuan.metrics.tests import maven
from bihuan.org.models import Person, Tenant

YEAR = Period("2017", date(2017, 1, 1), date(2018, 1, 1))
QUARTERS = periods(YEAR.start, YEAR.end, Grain.QUARTER)
FIGURES = {
    "won_amount": "revenue_won",
    "won_count": "won",
    "lost_count": "lost",
    "win_rate": "win_rate",
    "avg_deal": "avg_deal",
    "avg_cycle_days_won": "avg_cycle_days_won",
    "avg_cycle_days_lost": "avg_cycle_days_lost",
}
BY = {"person": "agent", "manager": "manager", "region": "region", "product": "product"}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "maven_crm"


@pytest.fixture(scope="module")
def loaded(
    folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    """Load the pipeline once for all tests of this file, and take it back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        company = maven.load(folder)
        connection.check_constraints()  # Once; left open, each test would check every row.
        yield company
        transaction.set_rollback(True)


@pytest.fixture
def tenant(loaded: Tenant, db: None) -> Tenant:
    return loaded


@pytest.fixture(scope="module")
def oracle(folder: Path) -> dict[str, Any]:
    return maven.oracle_of(folder)


def named(dimension: str, row: MetricRow) -> str:
    """Return the name behind a row's id."""
    key = row.keys[dimension]
    assert key is not None
    if dimension == "product":
        return Member.objects.get(pk=key).name
    return key if isinstance(key, str) else Person.objects.get(pk=key).name


def as_reckoned_there(row: MetricRow) -> Decimal | None:
    """Return a row's figure rounded as the oracle was: half to even, where ours is half up."""
    if not row.denominator or row.numerator is None or row.value is None:
        return row.value
    return (row.numerator / row.denominator).quantize(row.value, ROUND_HALF_EVEN)


def quarter(row: MetricRow) -> str:
    assert row.period is not None
    return row.period.key.replace("-", "")


def test_the_company_over_all_and_by_quarter(tenant: Tenant, oracle: dict[str, Any]) -> None:
    for metric, figure in FIGURES.items():
        [overall] = evaluate(tenant=tenant, metric=metric, spans=[YEAR], scope=None)
        assert overall.value == Decimal(oracle["overall"][figure])
        by_quarter = evaluate(tenant=tenant, metric=metric, spans=QUARTERS, scope=None)
        assert {quarter(row): row.value for row in by_quarter} == {
            name: Decimal(figures[figure]) for name, figures in oracle["by_quarter"].items()
        }


@pytest.mark.parametrize("dimension", BY)
def test_every_breakdown_over_all(dimension: str, tenant: Tenant, oracle: dict[str, Any]) -> None:
    for metric, figure in FIGURES.items():
        rows = evaluate(tenant=tenant, metric=metric, by=[dimension], spans=[YEAR], scope=None)
        asked = {named(dimension, row): row.value for row in rows if not row.is_total}
        assert asked == {
            name: Decimal(figures[figure])
            for name, figures in oracle[f"by_{BY[dimension]}"].items()
        }


@pytest.mark.parametrize("dimension", ["person", "manager", "region"])
def test_every_breakdown_by_quarter(dimension: str, tenant: Tenant, oracle: dict[str, Any]) -> None:
    for metric, figure in FIGURES.items():
        rows = evaluate(tenant=tenant, metric=metric, by=[dimension], spans=QUARTERS, scope=None)
        asked = {
            (named(dimension, row), quarter(row)): as_reckoned_there(row)
            for row in rows
            if not row.is_total and row.value is not None
        }
        assert asked == {
            (name, quarter): Decimal(figures[figure])
            for name, quarters in oracle[f"{BY[dimension]}_by_quarter"].items()
            for quarter, figures in quarters.items()
            if _has_facts(metric, figures)
        }


def _has_facts(metric: str, figures: dict[str, Any]) -> bool:
    """Tell whether there is anything to count: nothing won is no figure here, and 0 there."""
    counts = {"won": figures["won"], "lost": figures["lost"]}
    if metric in ("lost_count", "avg_cycle_days_lost"):
        return bool(counts["lost"])
    return bool(counts["won"] if metric != "win_rate" else sum(counts.values()))


def test_the_facts_behind_every_manager_add_up_to_the_figure(tenant: Tenant) -> None:
    for metric in ("won_amount", "win_rate", "avg_cycle_days_won", "won_count"):
        rows = evaluate(
            tenant=tenant, metric=metric, by=["manager"], spans=QUARTERS[1:3], scope=None
        )
        for row in rows:
            if not row.is_total:
                _check_behind(tenant, metric, row)


def _check_behind(tenant: Tenant, metric: str, row: MetricRow) -> None:
    manager = row.keys["manager"]
    assert isinstance(manager, int)
    assert row.period is not None
    behind = facts_behind(
        tenant=tenant,
        metric=metric,
        span=row.period,
        where=Where(manager_id=manager),
        scope=None,
        page_size=10_000,
    )
    assert (behind.count, behind.total_value) == (row.facts, row.value)
    assert len(behind.lines) == row.facts
    assert sum(line.numerator for line in behind.lines) == row.numerator
    if row.denominator is not None:
        assert sum(line.denominator or 0 for line in behind.lines) == row.denominator


Keyed = dict[tuple[object, ...], Decimal | None]
CASES = yaml.safe_load((Path(__file__).parent / "cases/deals.yaml").read_text("utf-8"))
LIVE = """
WITH live AS (
    SELECT * FROM facts_fact f WHERE tenant_id = %(tenant)s AND reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM facts_fact r WHERE r.reverses_id = f.id)
)
"""


def reckoned_by_sql(case: dict[str, Any], tenant: Tenant) -> tuple[Keyed, Keyed]:
    """Return the values of a case, by their keys, as the metric and as plain SQL give them."""
    start, after = case["span"]
    rows = evaluate(
        tenant=tenant,
        metric=case["metric"],
        by=case["by"],
        spans=[Period("span", start, after)],
        scope=None,
        with_total=False,
    )
    asked: Keyed = {tuple(row.keys[name] for name in case["by"]): row.value for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(LIVE + case["sql"], {"tenant": tenant.pk, "start": start, "after": after})
        expected = {tuple(keys): value for *keys, value in cursor.fetchall()}
    assert len(asked) > 1
    return asked, expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_metric_equals_plain_sql_on_the_ledger(case: dict[str, Any], tenant: Tenant) -> None:
    asked, expected = reckoned_by_sql(case, tenant)
    assert asked == expected


def test_a_corrected_row_moves_the_figure_and_the_old_one_can_still_be_asked_for(
    tenant: Tenant, folder: Path
) -> None:
    before = Ledger.objects.get(tenant=tenant).last_seq
    [old] = evaluate(tenant=tenant, metric="won_amount", spans=[YEAR], scope=None)
    rows = maven.rows_of(folder / "sales_pipeline.csv")
    changed = next(row for row in rows if row["deal_stage"] == "Won")
    changed["close_value"] = str(int(changed["close_value"]) + 7)
    people = {person.name: person for person in Person.objects.filter(tenant=tenant)}
    with transaction.atomic():
        maven.reconcile_pipeline(tenant, rows, folder, people)
        assert Fact.objects.filter(tenant=tenant, seq__gt=before).count() == 2
        [new] = evaluate(tenant=tenant, metric="won_amount", spans=[YEAR], scope=None)
        assert old.value is not None
        assert new.value == old.value + 7
        [then] = evaluate(
            tenant=tenant, metric="won_amount", spans=[YEAR], scope=None, as_of_seq=before
        )
        assert then == old
        transaction.set_rollback(True)
    [again] = evaluate(tenant=tenant, metric="won_amount", spans=[YEAR], scope=None)
    assert again == old
