"""Properties of consent and of recasting: whatever is answered, everything adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.goals.domain.consent import agreed, passed_down
from bihuan.goals.domain.market import (
    Handling,
    Kind,
    Parameters,
    days_to_come,
    demand_change,
    touched,
)
from bihuan.goals.domain.recasting import below, changes_of, fork, recast
from bihuan.goals.domain.refitting import Axis, refitted, shifted
from bihuan.goals.domain.sharing import Share
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.spreading import PERIOD, by_period
from bihuan.goals.domain.tree import LocksDisagree, Tree, asked
from bihuan.goals.models import Goal
from bihuan.goals.queries.market.reckoning import GoalReckoned
from bihuan.goals.queries.market.settling import Said, groups_of, root_periods, settled
from bihuan.metrics.queries.versions import built_in
from tests.examples import examples

CHANGES = st.dictionaries(
    st.sampled_from("abcdefg"), st.integers(min_value=-(10**9), max_value=10**9), min_size=1
)
QUARTERS = ("q1", "q2", "q3", "q4")


@given(CHANGES, st.integers(min_value=-(10**9), max_value=10**9))
def test_nobody_is_moved_beyond_what_they_agreed_to(changes: dict[str, int], net: int) -> None:
    moved = agreed(changes, net=net)
    assert min(net, 0) <= sum(moved.values()) <= max(net, 0)
    for key, change in changes.items():
        assert min(change, 0) <= moved[key] <= max(change, 0)


@given(CHANGES)
def test_what_all_agree_to_happens_whole(changes: dict[str, int]) -> None:
    assert agreed(changes, net=sum(changes.values())) == changes


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=7),
    st.integers(0, 10**10),
)
def test_children_make_up_whatever_their_parent_became(
    pairs: list[tuple[int, int]], whole: int
) -> None:
    before = {f"p{place}": was for place, (was, _) in enumerate(pairs)}
    after = {f"p{place}": would for place, (_, would) in enumerate(pairs)}
    found = passed_down(before=before, after=after, whole=whole)
    assert sum(found.values()) == whole
    assert min(found.values()) >= 0


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw a tree of regions, teams and people."""
    weight = st.integers(1, 10**6)
    org: dict[str, dict[str, Share]] = {"u0": {}}
    people = 0
    for region in range(1, draw(st.integers(1, 4)) + 1):
        node = f"u{region}"
        org["u0"][node] = Share(draw(weight))
        org[node] = {}
        for team in range(draw(st.integers(1, 3))):
            name = f"u{region}0{team}"
            org[node][name] = Share(draw(weight))
            org[name] = {}
            for _ in range(draw(st.integers(1, 3))):
                people += 1
                org[name][f"p{people}"] = Share(draw(weight))
    return Tree(total=draw(st.integers(10_000, 10**10)), root="u0", org=org)


SHARES = st.fractions(min_value=0, max_value=1, max_denominator=20)


@settings(max_examples=examples(150))
@given(st.data(), trees(), st.sampled_from(Handling), SHARES, st.integers(0, 3))
def test_sums_hold_whatever_is_answered_and_days_that_are_over_stay(
    data: st.DataObject, tree: Tree, handling: Handling, change: Fraction, over: int
) -> None:
    made = reckoned(data, tree, handling, change, over)
    parts = list(tree.org[made.fork])
    yes = frozenset(data.draw(st.lists(st.sampled_from(parts), unique=True)))
    put = {
        part: data.draw(st.integers(made.after[part] * 3 // 4, made.whole[part] * 5 // 4))
        for part in yes
        if data.draw(st.booleans()) and made.after[part] * 3 // 4 <= made.whole[part] * 5 // 4
    }
    floors = {node: sum(mix[q] for q in QUARTERS[:over]) for node, mix in made.spread.items()}
    put = {part: amount for part, amount in put.items() if amount >= floors[part]}
    may = made.after["u0"] if data.draw(st.booleans()) else None
    found = settled(made, Said(yes, put, may), handling)
    final, whole = found.final, made.whole
    for node, level in tree.org.items():
        assert sum(final[child] for child in level) == final[node]
    for part in parts:
        bound = put.get(part, made.after[part])
        assert min(bound, whole[part]) <= final[part] <= max(bound, whole[part])
        if part not in yes:
            assert all(final[node] == whole[node] for node in below(tree, part))
    if handling is Handling.KEEP or may is None:
        assert final["u0"] == whole["u0"]
    else:
        assert min(may, whole["u0"]) <= final["u0"] <= max(may, whole["u0"])
    periods = {node: level for axis, node, level in groups_of(found, {}) if axis == PERIOD}
    for node, level in periods.items():
        amounts = {key: share.weight for key, share in level.items()}
        assert sum(amounts.values()) == final[node]
        assert all(amounts[q] == made.spread[node][q] for q in QUARTERS[:over])
    company = root_periods(found)
    assert sum(company) == final["u0"]
    assert company[:over] == [made.spread["u0"][q] for q in QUARTERS[:over]]


def reckoned(
    data: st.DataObject, tree: Tree, handling: Handling, change: Fraction, over: int
) -> GoalReckoned:
    """Return what an event makes of a tree; ``over`` of its four quarters are."""
    whole = asked(tree)
    spread = {
        node: dict(zip(QUARTERS, each, strict=True))
        for node, each in by_period(tree, dict.fromkeys(QUARTERS, 1), whole).items()
    }
    ratios = {q: Fraction(int(place >= over)) for place, q in enumerate(QUARTERS)}
    leaves = [node for node in whole if node not in tree.org]
    hit = changes_of(
        tree,
        whole,
        shares={node: data.draw(SHARES) for node in leaves},
        open_ratios={
            node: Fraction(sum(spread[node][q] for q in QUARTERS[over:]), whole[node] or 1)
            for node in leaves
        },
        change=-change,
    )
    return GoalReckoned(
        goal=Goal(),
        metric=built_in()["signed_amount"],
        tree=tree,
        whole=whole,
        spread=spread,
        ratios=ratios,
        change=-change,
        split={},
        hit=hit,
        after=recast(tree, whole, hit, handling=handling),
    )


def test_who_is_alone_below_the_root_is_passed_by_to_where_it_is_shared() -> None:
    tree = Tree(
        total=9,
        root="u1",
        org={"u1": {"u2": Share(1)}, "u2": {"p1": Share(1), "p2": Share(1)}},
    )
    assert fork(tree) == "u2"
    assert fork(Tree(total=9, root="u1", org={"u1": {"p1": Share(1)}})) == "u1"


def test_each_kind_changes_demand_as_its_sentence_says() -> None:
    halves = Parameters(
        elasticity=Decimal("0.8"),
        stock_weight=Decimal("0.5"),
        delay_weight=Decimal("0.5"),
        policy_weight=Decimal("0.5"),
    )
    for kind, size, expected in (
        (Kind.COMPETITOR_PRICE_CUT, "0.25", Fraction(-1, 5)),
        (Kind.CHANNEL_STOCK, "4", Fraction(-14, 100)),
        (Kind.LAUNCH_DELAY, "30", Fraction(-15, 100)),
        (Kind.POLICY, "-0.1", Fraction(-1, 20)),
        (Kind.OTHER, "0.1", Fraction(1, 20)),
    ):
        found = demand_change(kind=kind, size=Decimal(size), days=100, parameters=halves)
        assert found == expected


def test_an_event_lasts_only_while_the_cycle_does_and_from_its_first_day_on() -> None:
    year = Span(date(2027, 1, 1), date(2028, 1, 1))
    event = Span(date(2026, 6, 1), date(2027, 3, 1))
    assert days_to_come(event, year, date(2026, 12, 1)) == Span(date(2027, 1, 1), event.end)
    assert days_to_come(event, year, date(2027, 3, 1)) is None
    assert touched(Span(date(2027, 4, 1), date(2027, 5, 1)), event) == 0


def test_what_cannot_move_for_lack_of_days_goes_where_days_are_left() -> None:
    ratios = {"a": Fraction(0), "b": Fraction(1), "c": Fraction(1, 2)}
    assert shifted({"a": 10, "b": 0, "c": 9}, change=-4, ratios=ratios) == {"a": 10, "b": 0, "c": 5}
    with pytest.raises(LocksDisagree):
        shifted({"a": 10, "b": 0}, change=-4, ratios={"a": Fraction(0), "b": Fraction(1)})
    tree = Tree(total=10, root="u1", org={"u1": {"p1": Share(1)}})
    axis = Axis(name=PERIOD, depth=9, before={"u1": {"a": 10}, "p1": {"a": 10}}, root={"a": 10})
    assert refitted(tree, {"u1": 10, "p1": 10}, axis) == {}
