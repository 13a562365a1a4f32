"""The Maven files through their example mapping, against the oracle reckoned apart."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bihuan.integrations.domain.landing import Landing, land
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.reader import read_path

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "maven_crm.yaml"


@pytest.fixture(scope="module")
def landing(shared_data: Path) -> Landing:
    mapping = load_mapping(EXAMPLE.read_text(encoding="utf-8"))
    reading = read_path(shared_data / "maven_crm", mapping.wanted())
    assert reading.problems == ()
    return land(mapping, reading.tables)


@pytest.fixture(scope="module")
def oracle(shared_data: Path) -> dict[str, Any]:
    text = (shared_data / "maven_crm" / "oracle.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_everything_lands(landing: Landing, oracle: dict[str, Any]) -> None:
    kinds = Counter(fact.kind for fact in landing.facts)
    overall = oracle["overall"]
    assert landing.problem_count == 0
    assert kinds["opportunity.won"] == overall["won"] == 4_238
    assert kinds["opportunity.lost"] == overall["lost"] == 2_473
    assert kinds["opportunity.opened"] == 8_800 - oracle["data_quality"]["engage_date_missing"]
    assert Counter(member.dimension for member in landing.members) == {
        "account": 85,
        "product": 7,
        "opportunity": 8_800,
    }
    assert len(landing.people) == 35 + 6
    assert [unit.kind for unit in landing.units] == ["region"] * 3 + ["team"] * 6


def test_amounts_by_person_and_list_prices_equal_the_oracle(
    landing: Landing, oracle: dict[str, Any]
) -> None:
    won: defaultdict[str, Decimal] = defaultdict(Decimal)
    listed = Decimal()
    for fact in landing.facts:
        if fact.kind == "opportunity.won":
            won[fact.person] += fact.amount or 0
            price = fact.attributes["list_amount"]
            assert isinstance(price, Decimal)
            listed += price
    assert listed == Decimal(oracle["overall"]["list_price_of_won"])
    assert dict(won) == {
        name: Decimal(each["revenue_won"]) for name, each in oracle["by_agent"].items()
    }


def test_what_is_odd_is_handled_and_reported(landing: Landing, oracle: dict[str, Any]) -> None:
    odd = oracle["data_quality"]
    counts = {(note.code, note.column): note.count for note in landing.notes}
    assert counts == {
        ("mapping.value_mapped", "product"): odd["product_name_GTXPro"],
        ("mapping.value_mapped", "sector"): odd["sector_technolgy"],
        ("mapping.value_mapped", "office_location"): odd["office_Philipines"],
        ("mapping.left_empty", "account"): odd["account_missing"],
        ("mapping.held", "engage_date"): odd["engage_date_missing"],
    }


def test_a_fact_leads_back_to_its_row(landing: Landing) -> None:
    won = next(
        fact for fact in landing.facts if fact.source_ref == "Z063OYW0" and fact.part == "won"
    )
    assert won.product == "GTX Pro"
    assert landing.content(won.origin)["product"] == "GTXPro"
    assert won.origin.line == 3
