"""Lineage of the demo company, both ways, against a plain reading of the definitions."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact
from bihuan.goals.models import Quota
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.lineage.queries import company_asked, every_line, fact_lineage, number_lineage
from bihuan.lineage.queries.up import CellMoved, FactLineage
from bihuan.metrics.actions import reopen_period
from bihuan.metrics.models import Closing
from bihuan.metrics.queries import Defined, Where, metric_as, metrics_of
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant, Unit
from tests.stories.conftest import TODAY
from tests.stories.plainly import Books, Place

SEED = 20261126
NUMBERS = 200
FACTS = (70, pytest.param(200, marks=pytest.mark.slow))
"""Each fact is taken out of some forty figures by hand, so all of them take minutes."""
GRAINS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER)


@pytest.fixture(scope="module")
def books(few_months: Tenant) -> Books:
    """Two months of the demo company, with some facts taken back, and all of it read plainly."""
    tenant, robot = few_months, robot_of(few_months)
    # What is recorded after a closing changes nothing in it; bihuan.lineage.tests.test_closed
    # has that. Here every figure is read as things stand.
    for closing in reversed(Closing.objects.standing().filter(tenant=tenant)):
        reopen_period(closing=closing, reason="trial", by=robot)
    chance = random.Random(SEED)
    facts = list(Fact.objects.filter(tenant=tenant).order_by("seq"))
    for fact in chance.sample(facts, 40):
        reverse(fact=fact, reason="trial", by=robot)
    metrics = [metric_as(tenant, metric.key, Defined.THEN) for metric in metrics_of(tenant)]
    return Books(tenant, metrics)


@pytest.fixture
def tenant(books: Books, db: None) -> Tenant:
    return Tenant.objects.get(code="demo")


def some_place(books: Books, chance: random.Random, key: str) -> Place:
    """Return a place to look at a metric: mostly one that has facts of it, sometimes any."""
    counted = [fact for name, facts in books.met.items() if name[0] == key for fact in facts]
    pool = counted if counted and chance.random() < 0.9 else books.everything
    fact = chance.choice(pool)
    period = period_of(fact.business_on, chance.choice(GRAINS))
    units = books.lines.get(fact.unit_id or 0, ())
    if fact.person_id is None or (units and chance.random() < 0.6):
        return Place(None, chance.choice(units or tuple(books.lines)), period)
    return Place(fact.person_id, None, period)


def test_two_hundred_numbers_are_made_of_the_facts_that_one_finds_by_hand(
    books: Books, tenant: Tenant
) -> None:
    chance = random.Random(SEED)
    paths = dict(Unit.objects.filter(tenant=tenant).values_list("pk", "path"))
    filled = 0
    for _ in range(NUMBERS):
        key = chance.choice(sorted(books.metrics))
        place = some_place(books, chance, key)
        where = (
            Where(unit_path=paths[place.unit_id])
            if place.unit_id is not None
            else Where(person_ids=(place.person_id or 0,))
        )
        asked = company_asked(tenant, books.metrics[key], place.period, where, "somebody")
        found = number_lineage(asked, language="en", size=7)
        sums = books.sums(key, place)
        lines = every_line(asked, limit=100_000)
        about = f"{key} of {place}"
        assert found.row is not None
        assert found.facts is not None
        assert found.row.value == sums.value(books.metrics[key]), about
        assert {line.fact.seq for line in lines} == sums.seqs, about
        assert len(lines) == len(sums.seqs) == found.facts.count, about
        assert sum(line.line.numerator for line in lines) == sums.numerator, about
        assert sum(line.line.denominator or 0 for line in lines) == sums.denominator, about
        assert [line.fact.seq for line in found.facts.lines] == [
            line.fact.seq for line in lines[:7]
        ]
        filled += bool(lines)
    assert filled > NUMBERS // 2


def some_facts(books: Books, chance: random.Random, many: int) -> list[Fact]:
    """Return facts of all kinds, those taken back and those that take back among them."""
    everything = books.everything
    back = [fact for fact in everything if fact.reverses_id is not None]
    taken = [books.by_pk[fact.reverses_id or 0] for fact in back]
    kinds: dict[str, list[Fact]] = {}
    for fact in everything:
        kinds.setdefault(fact.kind, []).append(fact)
    one_of_each = [chance.choice(facts) for facts in kinds.values()]
    firsts = books.met["new_customers", 0]
    chosen = [*chance.sample(back, 10), *chance.sample(taken, 5), *one_of_each]
    chosen += chance.sample(firsts, 30)
    return [*chosen, *chance.sample(everything, max(0, many - len(chosen)))]


def places_of(books: Books, fact: Fact, chance: random.Random) -> set[Place]:
    """Return the places to look at: the fact's own, those of facts about the same customer,
    and a few that have nothing to do with it.
    """
    alike = books.of_account.get(fact.account_id, [])
    near = chance.sample(alike, min(len(alike), 3)) if fact.account_id is not None else []
    strangers = [chance.choice(books.everything)]
    found = set()
    for each in (fact, *near, *strangers):
        own = [each.person_id] if each.person_id is not None else []
        units = books.lines.get(each.unit_id or 0, ())
        periods = [period_of(each.business_on, grain) for grain in GRAINS]
        found |= {Place(person, None, period) for person in own for period in periods}
        found |= {Place(None, unit, period) for unit in units for period in periods}
    return found


def listed(found: FactLineage) -> dict[tuple[str, Place], list[CellMoved]]:
    """Return what the lineage of a fact says, by metric and place."""
    said: dict[tuple[str, Place], list[CellMoved]] = {}
    for moved in found.metrics:
        for line in moved.lines:
            for cell in line.cells:
                place = Place(cell.place.person_id, cell.place.unit_id, cell.place.period)
                said.setdefault((moved.definition.key, place), []).append(cell)
    return said


def stays_from(found: FactLineage, key: str) -> list[date]:
    return [
        line.counted.day
        for moved in found.metrics
        if moved.definition.key == key
        for line in moved.lines
        if line.counted.is_stock
    ]


@pytest.mark.parametrize("many", FACTS)
def test_facts_move_the_numbers_that_are_others_without_them(
    books: Books, tenant: Tenant, many: int
) -> None:
    chance = random.Random(SEED + 1)
    moved_something = kept_another_out = 0
    for fact in some_facts(books, chance, many):
        found = fact_lineage(tenant=tenant, seq=fact.seq, scope=None)
        said = listed(found)
        places = places_of(books, fact, chance) | {place for _, place in said}
        met = books.touched_by(fact)
        assert {key for key, _ in said} <= met
        for key in met:
            metric = books.metrics[key]
            stock = stays_from(found, key)
            for place in places:
                here = said.get((key, place), [])
                there = books.sums(key, place)
                without = books.sums(key, place, without=fact)
                counts = fact.seq in there.seqs
                changes = (there.numerator, there.denominator, there.seqs) != (
                    without.numerator,
                    without.denominator,
                    without.seqs,
                )
                about = f"{key} of {place} without #{fact.seq}"
                is_told = bool(here) or any(day < place.period.end for day in stock)
                assert is_told or not (counts or changes), about
                assert counts or changes or not here, about
                if here and not stock:
                    gained = sum(cell.numerator for cell in here)
                    assert gained == there.numerator - without.numerator, about
                if here and not stock and metric.is_ratio:
                    below = sum(cell.denominator or 0 for cell in here)
                    assert below == there.denominator - without.denominator, about
        moved_something += bool(said)
        roles = {line.role for moved in found.metrics for line in moved.lines}
        kept_another_out += "keeps_out" in roles
    assert moved_something > many // 2
    assert kept_another_out > 0


def test_a_fact_moves_the_targets_whose_days_hold_it(books: Books, tenant: Tenant) -> None:
    chance = random.Random(SEED + 2)
    quotas = list(Quota.objects.live().filter(tenant=tenant))
    moved = 0
    for fact in some_facts(books, chance, 80):
        found = fact_lineage(tenant=tenant, seq=fact.seq, scope=None)
        for each in found.metrics:
            expected = {
                quota.pk
                for quota in quotas
                for line in each.lines
                if quota.metric == each.definition.key
                and quota.start <= line.counted.day < quota.end
                and (
                    quota.person_id == line.counted.person_id is not None
                    or quota.unit_id in books.lines.get(line.counted.unit_id or 0, ())
                )
            }
            assert {target.pk for target in each.moved} == expected
            moved += len(expected)
    assert moved > 0


def test_a_stock_stays_moved_on_every_later_day(books: Books, tenant: Tenant) -> None:
    chance = random.Random(SEED + 3)
    fact = chance.choice(books.met["open_opportunities", 0])
    found = fact_lineage(tenant=tenant, seq=fact.seq, scope=None)
    [day] = stays_from(found, "open_opportunities")
    assert day == fact.business_on
    later = Period("later", TODAY, TODAY + timedelta(days=1))
    place = Place(fact.person_id, None, later)
    there = books.sums("open_opportunities", place)
    without = books.sums("open_opportunities", place, without=fact)
    assert there.numerator - without.numerator == 1
