"""The engine against a plain reckoning over raw facts, on rules and histories drawn at random."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import GRAINS
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.domain.replay import mornings
from bihuan.rules.engine import Roster, board_of, replayed
from bihuan.rules.tests import drawing
from bihuan.rules.tests.reference import World, alerts
from tests.examples import examples

pytestmark = pytest.mark.django_db

OF_A_COMPANY = 50
FIRST = drawing.START.replace(year=2026, month=2, day=2)


Found = set[tuple[int, str, date, date | None]]


def engine_says(tenant: Tenant, rules: list[RuleDefinition]) -> list[Found]:
    every = {grain: mornings(FIRST, drawing.END, grain) for grain in GRAINS}
    asked = {on: [rule for rule in rules if on in every[rule.every]] for on in every[GRAINS[0]]}
    roster = Roster(tenant, asked)
    board = board_of(tenant, asked, roster=roster)
    found: list[Found] = []
    for rule in rules:
        days = every[rule.every]
        covered = {on: roster.covered(rule, on) for on in days}
        found.append(
            {
                (key[1], metric, each.opened_on, each.recovered_on)
                for key, metric, each in replayed(lambda _on: board, rule, days, covered)
            }
        )
    return found


def reference_says(world: World, rule: dict[str, object]) -> Found:
    people = sorted({seat.person for seat in world.seats})
    return {
        (person, *each)
        for person in people
        for each in alerts(world, rule, person, FIRST, drawing.END)
    }


def compare(seed: int, count: int) -> tuple[int, int, int]:
    """Compare on one company; returns how many alerts there were, how many had recovered,
    and how many were about customers or deals.
    """
    tenant, worlds = drawing.company(seed)
    chance = Random(seed * 7919)
    raw = [drawing.rule(chance, worlds) for _ in range(count)]
    said = engine_says(tenant, [read_definition(each) for each in raw])
    for rule, found in zip(raw, said, strict=True):
        assert found == reference_says(worlds[str(rule["subject"])], rule), (seed, rule)
    everything = [each for found in said for each in found]
    held = sum(
        len(found)
        for rule, found in zip(raw, said, strict=True)
        if rule["subject"] in ("account", "opportunity")
    )
    return len(everything), sum(each[-1] is not None for each in everything), held


@pytest.mark.parametrize("seed", [1])
def test_engine_and_reference_agree(seed: int) -> None:
    found, recovered, held = compare(seed, 24)
    assert found > 20
    assert recovered > 3
    assert held > 10


@pytest.mark.properties
@pytest.mark.parametrize("seed", range(2, 2 + min(100, max(1, examples(2) // OF_A_COMPANY))))
def test_engine_and_reference_agree_on_many(seed: int) -> None:
    compare(seed, OF_A_COMPANY if examples(1) > 1 else 5)
