"""Importing the Maven pipeline again, corrected and taken back."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.facts.models import Fact, Ledger
from bihuan.integrations.actions import claim_import, revert_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.integrations.models import Import
from bihuan.kernel.period import Period
from bihuan.metrics.queries import evaluate
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant

ROOT = Path(__file__).resolve().parents[3]
MAPPING = (ROOT / "docs/examples/maven_crm.yaml").read_text(encoding="utf-8")
YEAR = Period("2017", date(2017, 1, 1), date(2018, 1, 1))
ALL_WON = Decimal("10005534")


@pytest.fixture
def folder(shared_data: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "maven_crm"
    shutil.copytree(shared_data / "maven_crm", copy)
    for file in copy.iterdir():
        file.chmod(0o644)
    return copy


@pytest.fixture
def tenant(db: None) -> Tenant:
    return found_tenant(
        code="maven", name="Maven", currency="USD", time_zone="UTC", day_count="plain"
    )


def bring(tenant: Tenant, folder: Path) -> Import:
    robot = robot_of(tenant)
    begun = begin_here(label="maven", mapping=MAPPING, by=robot)
    return run_import(import_=claim_import(import_=begun, by=robot), path=folder, by=robot)


def won(tenant: Tenant, as_of_seq: int | None = None) -> Decimal | None:
    [row] = evaluate(
        tenant=tenant, metric="won_amount", spans=[YEAR], scope=None, as_of_seq=as_of_seq
    )
    return row.value


def test_the_pipeline_is_corrected_and_taken_back(tenant: Tenant, folder: Path) -> None:
    first = bring(tenant, folder)
    assert first.state == "done", first.problems
    assert won(tenant) == ALL_WON

    again = bring(tenant, folder)
    assert (again.counts["new"], again.counts["corrected"]) == (0, 0)
    assert again.counts["unchanged"] == first.counts["new"]

    before = Ledger.objects.get(tenant=tenant).last_seq
    pipeline = folder / "sales_pipeline.csv"
    text = pipeline.read_text(encoding="utf-8")
    was = "1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054"
    assert was in text
    pipeline.write_text(text.replace(was, was.replace(",1054", ",2054.50")), encoding="utf-8")
    corrected = bring(tenant, folder)

    assert corrected.counts["corrected"] == 1
    assert corrected.counts["new"] == corrected.counts["withdrawn"] == 0
    added = list(Fact.objects.filter(tenant=tenant, seq__gt=before).order_by("seq"))
    assert [(fact.reverses_id is not None, fact.amount) for fact in added] == [
        (True, Decimal(1054)),
        (False, Decimal("2054.50")),
    ]
    assert won(tenant) == ALL_WON + Decimal("1000.50")
    assert won(tenant, as_of_seq=before) == ALL_WON

    revert_import(import_=corrected, by=robot_of(tenant))
    assert won(tenant) == ALL_WON
    revert_import(import_=again, by=robot_of(tenant))
    revert_import(import_=first, by=robot_of(tenant))
    assert won(tenant) is None
    assert bring(tenant, folder).counts["new"] == first.counts["new"]
    assert won(tenant) == ALL_WON + Decimal("1000.50"), "the file still says the corrected amount"


def test_a_deal_that_is_won_after_all_loses_its_lost_fact(tenant: Tenant, folder: Path) -> None:
    bring(tenant, folder)
    pipeline = folder / "sales_pipeline.csv"
    text = pipeline.read_text(encoding="utf-8")
    lost = next(line for line in text.splitlines() if ",Lost," in line)
    mended = lost.replace(",Lost,", ",Won,").rpartition(",")[0] + ",77"
    pipeline.write_text(text.replace(lost, mended), encoding="utf-8")

    counts = bring(tenant, folder).counts

    assert (counts["new"], counts["withdrawn"], counts["corrected"]) == (1, 1, 0)
    assert won(tenant) == ALL_WON + 77


def test_an_opportunity_that_lost_its_day_loses_its_fact(tenant: Tenant, folder: Path) -> None:
    bring(tenant, folder)
    pipeline = folder / "sales_pipeline.csv"
    text = pipeline.read_text(encoding="utf-8")
    engaging = next(line for line in text.splitlines() if ",Engaging," in line)
    cells = engaging.split(",")
    cells[4], cells[5] = "Prospecting", ""
    pipeline.write_text(text.replace(engaging, ",".join(cells)), encoding="utf-8")

    counts = bring(tenant, folder).counts

    assert (counts["new"], counts["withdrawn"], counts["corrected"]) == (0, 1, 0)
