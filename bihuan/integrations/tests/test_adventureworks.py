"""The AdventureWorks files through their example mapping."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from bihuan.integrations.domain.landing import Landing, land
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.reader import read_path

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "adventureworks.yaml"
MOST_SECONDS = 15


@pytest.fixture(scope="module")
def landing(shared_data: Path) -> Landing:
    mapping = load_mapping(EXAMPLE.read_text(encoding="utf-8"))
    reading = read_path(shared_data / "adventureworks_dw", mapping.wanted())
    assert reading.problems == ()
    begun = time.process_time()
    landed = land(mapping, reading.tables)
    assert time.process_time() - begun < MOST_SECONDS
    return landed


def test_every_line_and_every_quota_lands(landing: Landing) -> None:
    assert landing.problem_count == 0
    assert (len(landing.facts), len(landing.quotas)) == (60_855, 163)
    assert sum((fact.amount or Decimal() for fact in landing.facts), Decimal()) == Decimal(
        "80450596.9823"
    )


def test_lookups_go_three_files_far(landing: Landing) -> None:
    lines = Counter(fact.product_line for fact in landing.facts)
    assert set(lines) == {"Bikes", "Components", "Clothing", "Accessories"}
    assert lines.total() == 60_855


def test_sellers_sit_in_the_teams_of_their_managers(landing: Landing) -> None:
    assert [(unit.name, unit.parent) for unit in landing.units] == [
        ("Brian Welcker team", ""),
        ("Stephen Jiang team", "team-277"),
        ("Amy Alberts team", "team-277"),
        ("Syed Abbas team", "team-277"),
    ]
    seats = Counter(person.seats[0].unit for person in landing.people)
    assert seats == {"team-277": 1, "team-272": 11, "team-290": 4, "team-294": 2}
    assert {fact.person for fact in landing.facts} <= {person.code for person in landing.people}


def test_quotas_run_to_the_next_ones_date(landing: Landing) -> None:
    linda = [quota for quota in landing.quotas if quota.person == "282"]
    assert [quota.start for quota in linda][:2] == [date(2010, 12, 29), date(2011, 3, 31)]
    assert all(one.end == after.start for one, after in pairwise(linda))
    assert linda[-1].end == date(2013, 12, 29)


def test_nobody_has_a_figure_before_their_seat(landing: Landing) -> None:
    begins = {person.code: person.seats[0].valid_from for person in landing.people}
    for code, day in [(q.person, q.start) for q in landing.quotas] + [
        (f.person, f.business_on) for f in landing.facts
    ]:
        begun = begins[code]
        assert begun is not None
        assert begun <= day
    assert [
        note.params["name"] for note in landing.notes if note.code == "mapping.seat_stretched"
    ] == ["Tete Mensa-Annan"]
