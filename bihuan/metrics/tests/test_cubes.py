"""A figure that begins from a cube is the figure that all facts give, and so is a board's."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.facts import replica
from bihuan.facts.actions import record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.metrics.engine import asking, cubes, is_added
from bihuan.metrics.engine.tallies import CUBE
from bihuan.metrics.queries import (
    board,
    build_cube,
    evaluate,
    evaluate_levels,
    evaluate_many,
    forget_versions,
)
from bihuan.metrics.tests.company import START, Company
from bihuan.metrics.tests.test_figures import METRICS, WORDS, catalogue_of
from bihuan.org.domain.scope import Scope

DAYS = 40
FEWEST = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Happened = tuple[str, int, str, int]
"""A kind, a day, a person, and an amount in hundredths."""
HAPPENED = st.tuples(
    st.sampled_from(["opportunity.won", "order.placed", "order.returned", "visit.logged"]),
    st.integers(0, DAYS - 1),
    st.sampled_from(["boss", "lin", "wang", "zhao"]),
    st.integers(0, 9999),
)
BYS: list[tuple[str, ...]] = [(), ("person",), ("unit",), ("manager",), ("person", "manager")]


NOT_CUBED = (1, 2, 7)
"""Which of those below begin from no cube: a few people are looked up by index, and
kinds are not told apart in a cube. A board begins from it for people too.
"""


def wheres(company: Company) -> list[Where]:
    lin = company.people["lin"].pk
    return [
        Where(),
        Where(person_ids=(lin, company.people["zhao"].pk)),
        Where(person_id=lin),
        Where(unit_path=company.east.path),
        Where(unit_depth=1),
        Where(manager_id=company.people["boss"].pk),
        Where(without=("manager",)),
        Where(kind="order.placed"),
    ]


def scopes(company: Company) -> list[Scope | None]:
    lead = Scope(
        tenant_id=company.tenant.pk,
        person_id=company.people["wang"].pk,
        unit_paths=(company.inner.path,),
    )
    return [None, lead]


def record(company: Company, happened: Sequence[Happened], first: int) -> None:
    """Put what happened into the ledger, numbered from a number on."""
    drafts = [
        Draft(
            kind=kind,
            business_on=START + timedelta(days=day),
            source_ref=str(number),
            person_id=company.people[person].pk,
            opportunity_id=company.members["opportunity", "A"] if kind.startswith("opp") else None,
            amount=None if kind == "visit.logged" else Decimal(cents) / 100,
        )
        for number, (kind, day, person, cents) in enumerate(happened, first)
    ]
    record_many(drafts=drafts, source=company.source, by=company.robot)


def take_back(company: Company, places: Sequence[int]) -> None:
    for fact in Fact.objects.filter(
        tenant=company.tenant, source_ref__in=map(str, places), reverses__isnull=True
    ):
        if not Fact.objects.filter(reverses=fact).exists():
            reverse(fact=fact, reason="trial", by=company.robot)


@contextmanager
def from_cubes(*, least: int) -> Iterator[list[str]]:
    """Take cubes of ledgers of any size, or of none; tell which were taken."""
    taken: list[str] = []
    take = cubes.cube_of

    def told(*args: object) -> cubes.Taken:
        found = take(*args)  # type: ignore[arg-type]  # Whatever it was called with.
        taken.append(found.cube)
        return found

    with (
        patch.object(cubes, "LEAST", least),
        patch("bihuan.metrics.queries.cubes.keep_up"),
        patch("bihuan.metrics.engine.adding.cube_of", told),
    ):
        yield taken


@contextmanager
def from_facts() -> Iterator[None]:
    """Reckon from the facts that count, each looked up, as what does not add up is."""
    with patch.object(asking, "is_added", return_value=False):
        yield


def spans() -> list[Period]:
    weeks = [START + timedelta(days=7 * week) for week in range(6)]
    return [
        *(Period(str(day), day, day + timedelta(days=7)) for day in weeks),
        Period("all", START, START + timedelta(days=DAYS)),
    ]


@FEWEST
@given(
    before=st.lists(HAPPENED, min_size=1, max_size=14),
    after=st.lists(HAPPENED, max_size=6),
    taken_back=st.lists(st.integers(0, 20), max_size=5),
    taken_back_later=st.lists(st.integers(0, 20), max_size=5),
    by=st.sampled_from(BYS),
    where=st.integers(0, 7),
    scope=st.integers(0, 1),
)
def test_a_cube_and_what_came_after_it_are_all_facts(  # noqa: PLR0913 - hypothesis'
    own_database: str,
    before: list[Happened],
    after: list[Happened],
    taken_back: list[int],
    taken_back_later: list[int],
    by: tuple[str, ...],
    where: int,
    scope: int,
) -> None:
    with catalogue_of(*METRICS):
        company = Company()
        record(company, before, 0)
        take_back(company, taken_back)
        replica.catch_up(company.tenant, after=1)
        build_cube(company.tenant)
        record(company, after, len(before))
        take_back(company, taken_back_later)
        asked = {"by": by, "where": wheres(company)[where], "scope": scopes(company)[scope]}
        with from_cubes(least=0) as taken:
            cubed = figures(company, asked)
        assert any(taken) is (where not in NOT_CUBED)
        with from_cubes(least=1 << 60) as taken:
            summed = figures(company, asked)
        assert not any(taken)
        with from_facts():
            looked_up = figures(company, asked)
        assert cubed == summed == looked_up
        with from_cubes(least=0):
            assert boarded(company, asked) == cubed
            assert_levels_are_boards(company, scopes(company)[scope])


def assert_levels_are_boards(company: Company, scope: Scope | None) -> None:
    """Check that all levels at once are what each level is when it is asked for."""
    keys = [metric.key for metric in METRICS if is_added(metric)]
    words = {"tenant": company.tenant, "metrics": keys, "spans": spans(), "scope": scope}
    levels = evaluate_levels(**words, levels=(0, 1, 2))  # type: ignore[arg-type]  # As above.
    for level, found in enumerate(levels):
        alone = evaluate_many(**words, by=("unit",), where=Where(unit_depth=level))  # type: ignore[arg-type]  # As above.
        assert {key: found.rows(key) for key in keys} == {key: alone.rows(key) for key in keys}


Asked = dict[str, object]


def figures(company: Company, asked: Asked) -> dict[str, list[MetricRow]]:
    return {
        metric.key: evaluate(
            tenant=company.tenant,
            metric=metric.key,
            spans=spans(),
            **asked,  # type: ignore[arg-type]  # The same words for each.
        )
        for metric in METRICS
    }


def boarded(company: Company, asked: Asked) -> dict[str, list[MetricRow]]:
    keys = [metric.key for metric in METRICS]
    found = evaluate_many(tenant=company.tenant, metrics=keys, spans=spans(), **asked)  # type: ignore[arg-type]  # As above.
    assert 0 < len(found.columns) < len(keys), "some add up and some do not"
    return {key: found.rows(key) for key in keys}


@pytest.fixture
def company(own_database: str) -> Company:
    found = Company()
    record(found, [("order.placed", day, "lin", 100 * day) for day in range(8)], 0)
    replica.catch_up(found.tenant, after=1)
    return found


ORDERS = {"sum": "amount", "where": {"field": "kind", "op": "eq", "value": "order.placed"}}


def metric(**words: object) -> MetricDefinition:
    return read_definition(
        {"key": "trial_of_cubes", "unit": "money", **WORDS, "measure": [{**ORDERS, **words}]}
    )


def total(company: Company) -> Decimal | None:
    [row] = evaluate(tenant=company.tenant, metric="trial_of_cubes", spans=spans()[-1:], scope=None)
    return row.value


def test_a_metric_that_changes_is_not_read_from_the_cube_of_what_it_was(company: Company) -> None:
    with catalogue_of(metric()):
        build_cube(company.tenant)
        with from_cubes(least=0) as taken:
            assert total(company) == 28
        assert taken == ["unit_day"]
    large = {"field": "amount", "op": "gte", "value": 5}
    changed = metric(where={"all": [ORDERS["where"], large]})
    forget_versions(company.tenant.pk)
    with catalogue_of(changed):
        with from_cubes(least=0) as taken:
            assert total(company) == 18
        assert taken == [""]
        build_cube(company.tenant)
        with from_cubes(least=0) as taken:
            assert total(company) == 18
        assert taken == ["unit_day"]


def test_a_cube_of_another_ledger_is_not_taken(company: Company) -> None:
    with catalogue_of(metric()):
        build_cube(company.tenant)
        path = replica.folder_of(company.tenant) / "cube.json"
        known = replica.derived_of(company.tenant, CUBE)
        assert known is not None
        path.write_text(path.read_text("utf-8").replace(known.last_fact, "7:x"), "utf-8")
        with from_cubes(least=0) as taken:
            assert total(company) == 28
        assert taken == [""]


@pytest.mark.parametrize("is_cut", [True, False], ids=["cut", "rotten"])
def test_a_cube_that_cannot_be_read_is_done_without(company: Company, *, is_cut: bool) -> None:
    with catalogue_of(metric()):
        build_cube(company.tenant)
        known = replica.derived_of(company.tenant, CUBE)
        assert known is not None
        base = replica.base_of(company.tenant)
        path = replica.folder_of(company.tenant) / known.file
        if is_cut:
            os.truncate(path, 4096)
        else:
            content = bytearray(path.read_bytes())
            content[4096::64] = bytes(each ^ 255 for each in content[4096::64])
            path.write_bytes(content)
            os.utime(path, ns=(known.written_ns, known.written_ns))
        with from_cubes(least=0):
            assert total(company) == 28
        assert replica.base_of(company.tenant) == base, "the base is innocent"
        build_cube(company.tenant)
        with from_cubes(least=0) as taken:
            assert total(company) == 28
        assert taken == ["unit_day"]


def test_one_older_cube_is_kept_and_no_more(company: Company) -> None:
    kept = []
    for place in range(8, 12):
        record(company, [("order.placed", 1, "lin", 100)], place)
        replica.catch_up(company.tenant, after=1)
        build_cube(company.tenant)
        found = replica.derived_of(company.tenant, CUBE)
        assert found is not None
        kept.append(found.file)
    there = replica.folder_of(company.tenant).glob("*cube*.duckdb*")
    assert {path.name for path in there} == set(kept[-2:])


def test_a_cube_is_built_behind_the_answer_when_it_is_due(company: Company) -> None:
    with catalogue_of(metric()), patch.object(cubes, "LEAST", 1), patch.object(cubes, "PAUSE", 0):
        assert total(company) == 28
        for thread in threading.enumerate():
            if thread.name == "cube-builder":
                thread.join()
        built = replica.derived_of(company.tenant, CUBE)
        assert built is not None
        assert built.upto == 8
        assert total(company) == 28
        for thread in threading.enumerate():
            assert thread.name != "cube-builder", "it is there and holds all that is known"


def test_a_board_is_what_each_metric_gives_alone(company: Company) -> None:
    keys = ["orders_amount", "orders_count", "return_rate", "new_customers", "open_opportunities"]
    words = {"tenant": company.tenant, "spans": spans(), "by": ("person",), "scope": None}
    found = evaluate_many(metrics=keys, **words)  # type: ignore[arg-type]  # The same words for each.
    assert set(found.columns) == {"orders_amount", "orders_count", "return_rate"}
    for key in keys:
        assert found.rows(key) == evaluate(metric=key, **words)  # type: ignore[arg-type]  # As above.


def test_a_board_over_closed_days_reads_each_metric_as_it_was_closed(company: Company) -> None:
    words = {"tenant": company.tenant, "spans": spans(), "by": ("person",), "scope": None}
    with patch.object(board, "_touches_closed", return_value=True):
        found = evaluate_many(metrics=["orders_amount"], **words)  # type: ignore[arg-type]  # As above.
    assert found.columns == {}
    assert found.rows("orders_amount") == evaluate(metric="orders_amount", **words)  # type: ignore[arg-type]  # As above.
