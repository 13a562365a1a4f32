"""The rule of dilution: the article's company, and what holds for every tree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.goals.domain.dilution import Dilution, Node, State, dilution, year_before
from bihuan.goals.domain.rollup import Source, climb, own, rolled
from bihuan.goals.domain.span import Span

AMOUNTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
MAYBE = st.none() | AMOUNTS


@st.composite
def trees(draw: st.DrawFn) -> list[Node]:
    """Return a tree of up to five levels; units carry or not, people always do."""
    nodes = [Node(key="0", above=None, asked=draw(MAYBE), before=draw(MAYBE))]
    units = ["0"]
    for number in range(draw(st.integers(0, 8))):
        above = draw(st.sampled_from(units))
        if above.count(".") < 4:
            units.append(f"{above}.{number}")
            nodes.append(Node(key=units[-1], above=above, asked=draw(MAYBE), before=draw(MAYBE)))
    for number in range(draw(st.integers(0, 10))):
        above = draw(st.sampled_from(units))
        nodes.append(
            Node(
                key=f"{above}#{number}",
                above=above,
                asked=draw(AMOUNTS),
                before=draw(MAYBE),
                is_person=True,
            )
        )
    return nodes


def asked_of(nodes: list[Node], node: Node) -> Decimal | None:
    if node.asked is not None:
        return node.asked
    below = [asked_of(nodes, each) for each in nodes if each.above == node.key]
    known = [each for each in below if each is not None]
    return sum(known, Decimal(0)) if known else None


def cut(nodes: list[Node], node: Node, depth: int) -> Decimal:
    """Return what arrives at a depth: what is there, and what ends before it."""
    below = [each for each in nodes if each.above == node.key]
    has_units = any(not each.is_person for each in below)
    if depth == 0 or node.is_person or not has_units:
        return asked_of(nodes, node) or Decimal(0)
    return sum((cut(nodes, each, depth - 1) for each in below), Decimal(0))


@given(trees())
def test_every_level_is_what_a_cut_through_the_tree_gives(nodes: list[Node]) -> None:
    found = dilution(nodes)
    if found.root.asked is None:
        assert {level.asked for level in found.levels} == {None}
        return
    for level in found.levels:
        if level.is_people:
            people = [each.asked for each in nodes if each.is_person]
            assert level.asked == sum((each for each in people if each is not None), Decimal(0))
        else:
            assert level.asked == cut(nodes, nodes[0], level.level)


@given(trees())
def test_levels_follow_from_each_other_by_what_is_lost_and_added(nodes: list[Node]) -> None:
    found = dilution(nodes)
    for above, level in zip(found.levels, found.levels[1:], strict=False):
        if above.asked is not None:
            assert level.asked == above.asked + level.lost + level.added
        assert level.lost <= 0 <= level.added


@given(trees())
def test_growth_is_reach_times_the_growth_of_the_root(nodes: list[Node]) -> None:
    found = dilution(nodes)
    whole = found.root.growth
    for level in found.levels:
        if whole is None or level.growth is None or level.reach is None:
            continue
        # Each of the three is rounded to four digits.
        rounding = Decimal("0.00005") * (2 + whole + level.reach + 1)
        assert abs(1 + level.growth - level.reach * (1 + whole)) <= rounding


@given(trees())
def test_no_leak_means_that_everything_arrives(nodes: list[Node]) -> None:
    found = dilution(nodes)
    if found.root.asked is not None and not found.leaks:
        assert (found.levels[-1].asked or 0) >= found.root.asked
    for leak in found.leaks:
        assert found.first_leak is not None
        assert leak.level >= found.first_leak.level
        assert leak.gap is not None
        assert leak.gap < 0


def tree(*nodes: tuple[str, str | None, int | None, int | None]) -> Dilution:
    """Return a tree of nodes told by key, above, target and last year; ``#`` marks people."""
    return dilution(
        Node(
            key=key,
            above=above,
            asked=None if asked is None else Decimal(asked),
            before=None if before is None else Decimal(before),
            is_person="#" in key,
        )
        for key, above, asked, before in nodes
    )


def test_a_unit_that_carries_none_takes_what_is_below() -> None:
    found = tree(
        ("a", None, 100, 50), ("b", "a", None, 50), ("#1", "b", 60, 25), ("#2", "b", 40, 25)
    )
    assert found.nodes["b"].asked == 100
    assert not found.nodes["b"].carries
    assert found.leaks == []
    assert found.reach == 1


def test_a_buffer_is_no_leak_and_does_not_hide_one_elsewhere() -> None:
    found = tree(
        ("a", None, 100, 100),
        ("b", "a", 60, 50),
        ("c", "a", 40, 50),
        ("#1", "b", 80, 50),
        ("#2", "c", 30, 50),
    )
    states = {key: found.nodes[key].state for key in "abc"}
    assert states == {"a": State.EVEN, "b": State.BUFFER, "c": State.LEAK}
    assert found.reach == Decimal("1.1")
    assert [each.key for each in found.leaks] == ["c"]
    assert found.levels[-1].lost == -10
    assert found.levels[-1].added == 20


def test_the_first_leak_is_the_highest_and_then_the_largest() -> None:
    found = tree(
        ("a", None, 100, 100),
        ("b", "a", 50, 50),
        ("c", "a", 50, 50),
        ("d", "b", 45, 50),
        ("e", "c", 20, 50),
        ("#1", "d", 1, 50),
        ("#2", "e", 20, 50),
    )
    assert [each.key for each in found.leaks] == ["c", "b", "d"]
    leak = found.first_leak_on("#1")
    assert leak is not None
    assert leak.key == "b"


def test_a_target_that_nobody_below_is_asked_stops() -> None:
    found = tree(("a", None, 100, 0), ("b", "a", 100, None), ("c", "b", None, None))
    assert found.nodes["b"].state is State.STOPS
    assert found.nodes["c"].state is State.OPEN
    assert found.reach == 0
    assert found.root.growth is None


@pytest.mark.parametrize(("slack", "state"), [("0", State.LEAK), ("0.01", State.EVEN)])
def test_what_rounding_explains_is_no_leak(slack: str, state: State) -> None:
    nodes = [
        Node(key="a", above=None, asked=Decimal("33.34"), slack=Decimal(slack)),
        Node(key="b", above="a", asked=Decimal("33.33"), is_person=True),
    ]
    assert dilution(nodes).root.state is state


def test_a_year_before_a_leap_day() -> None:
    assert year_before(Span(date(2024, 2, 29), date(2024, 3, 1))) == Span(
        date(2023, 2, 28), date(2023, 3, 1)
    )


DAYS = [date(2026, month, 1) for month in range(1, 8)]


@st.composite
def sources(draw: st.DrawFn) -> list[Source]:
    paths = ["/1/", "/1/2/", "/1/2/3/", "/1/2/3/4/", "/1/5/", "/1/5/6/"]
    made = []
    for number in range(draw(st.integers(1, 12))):
        start, end = sorted(
            draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True))
        )
        person = draw(st.none() | st.integers(1, 4))
        made.append(Source(number, draw(st.sampled_from(paths)), person, Span(start, end)))
    return made


@given(sources())
def test_the_way_up_says_what_each_unit_alone_is_told(made: list[Source]) -> None:
    steps = list(zip(made, climb(made), strict=True))
    for path in {source.path for source in made} | {"/1/"}:
        told = {
            source.quota: step.comes for source, way in steps for step in way if step.path == path
        }
        assert told == {row.source.quota: row.spans for row in rolled(made, above=path)}
        carried = [row.source.span for row in own(made, path)]
        stays = [step.stays for _, way in steps for step in way if step.path == path]
        for span in (span for spans in stays for span in spans):
            assert not any(span.start < each.end and each.start < span.end for each in carried)
