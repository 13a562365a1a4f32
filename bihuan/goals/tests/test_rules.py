"""The rules of targets hold for any amounts, spans and trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bihuan.goals.domain.attainment import attainment
from bihuan.goals.domain.deviation import State, bin_of, judge
from bihuan.goals.domain.pacing import Quoted, due, part
from bihuan.goals.domain.placement import home, placed
from bihuan.goals.domain.quota import Asked, QuotaOverlaps, check
from bihuan.goals.domain.rollup import Source, own, rolled
from bihuan.goals.domain.span import Span, overlap, without
from bihuan.kernel.calendar import DayCount

FIRST = date(2023, 11, 1)
days = st.integers(0, 900).map(lambda count: FIRST + timedelta(days=count))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(days)
    return Span(start, start + timedelta(days=draw(st.integers(1, 400))))


amounts = st.decimals(0, 10**9, places=4)
units = st.sampled_from([Decimal("0.0001"), Decimal("0.01"), Decimal(1)])
quoted = st.builds(Quoted, amounts, spans(), st.sampled_from(DayCount), units)


Days = dict[date, list[int]]


def add(to: Days, on: Iterable[date], quota: int) -> None:
    for day in on:
        to[day].append(quota)


def counted(sources: list[Source], path: str) -> Days:
    """Reckon naively, day by day, which quotas make up the target of a unit."""
    below: Days = defaultdict(list)
    for source in sources:
        if source.person is not None and source.path == path:
            add(below, dates_of(source.span), source.quota)
    steps = path.count("/") + 1
    for child in {"/".join(each.path.split("/")[:steps]) + "/" for each in sources}:
        if child.startswith(path) and child != path:
            for day, quotas in counted(sources, child).items():
                below[day].extend(quotas)
    found: Days = defaultdict(list)
    for row in own(sources, path):
        add(found, dates_of(row.spans[0]), row.source.quota)
    return {**below, **found}


def dates_of(span: Span) -> set[date]:
    return {span.start + timedelta(days=count) for count in range(span.days)}


@given(quoted, st.lists(days, max_size=12))
def test_the_parts_of_any_partition_add_up_to_the_quota(asked: Quoted, cuts: list[date]) -> None:
    inside = sorted({cut for cut in cuts if asked.span.start < cut < asked.span.end})
    edges = [asked.span.start - timedelta(days=3), *inside, asked.span.end + timedelta(days=3)]
    pieces = [Span(one, two) for one, two in pairwise(edges)]
    assert sum(part(asked, within=piece) for piece in pieces) == asked.amount


@example(
    Quoted(
        Decimal("0.5042"), Span(date(2023, 11, 1), date(2024, 3, 1)), DayCount.PLAIN, Decimal(1)
    ),
    date(2024, 2, 29),
    date(2024, 3, 1),
)
@given(quoted, days, days)
def test_what_is_due_never_falls_and_never_passes_the_quota(
    asked: Quoted, one: date, other: date
) -> None:
    earlier, later = sorted((one, other))
    assert due(asked, by=earlier) <= due(asked, by=later)
    assert due(asked, by=asked.span.start) == 0
    assert due(asked, by=asked.span.end) == asked.amount


@given(spans(), st.lists(spans(), max_size=4))
def test_what_is_left_of_a_span_is_what_was_not_taken(whole: Span, taken: list[Span]) -> None:
    left = without(whole, taken)
    gone = {day for each in taken for day in dates_of(each)}
    assert sorted(day for piece in left for day in dates_of(piece)) == sorted(
        dates_of(whole) - gone
    )
    assert left == sorted(left)


@given(spans(), spans())
def test_an_overlap_is_the_days_of_both(one: Span, other: Span) -> None:
    shared = overlap(one, other)
    assert (dates_of(shared) if shared else set()) == dates_of(one) & dates_of(other)


@given(spans(), st.lists(st.tuples(spans(), st.integers(1, 4)), max_size=5))
def test_a_placed_quota_covers_its_span_once(whole: Span, held: list[tuple[Span, int]]) -> None:
    seats = [(span.start, span.end, unit) for span, unit in held]
    pieces = placed(whole, seats)
    covered = [day for span, _ in pieces for day in sorted(dates_of(span))]
    assert covered == (sorted(dates_of(whole)) if seats else [])
    assert home(whole, seats) == (pieces[0][1] if pieces else None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/1/", "/1/2/", "/1/3/", "/1/2/4/", "/1/2/4/5/"]),
            st.booleans(),
            spans(),
        ),
        max_size=8,
    )
)
def test_each_day_of_a_target_counts_once_on_its_way_up(rows: list[tuple[str, bool, Span]]) -> None:
    """What comes up to the root is what its branches have, and each of them likewise."""
    sources = [
        Source(number, path, None if is_unit else number, span)
        for number, (path, is_unit, span) in enumerate(rows)
    ]

    mine = {day for row in own(sources, "/1/") for day in dates_of(row.spans[0])}
    came: Days = defaultdict(list)
    for row in rolled(sources, above="/1/"):
        add(came, (day for span in row.spans for day in dates_of(span) - mine), row.source.quota)
    expected = counted(sources, "/1/")
    below = {day: sorted(quotas) for day, quotas in expected.items() if day not in mine}
    assert {day: sorted(quotas) for day, quotas in came.items()} == below


@given(st.integers(-200, 200))
def test_bins_mirror_each_other(percent: int) -> None:
    ratio = Decimal(percent) / 100
    assert bin_of(ratio) == 6 - bin_of(-ratio) == bin_of(-ratio, lower_is_better=True)


@pytest.mark.parametrize(
    ("actual", "due_by_then", "state"),
    [
        (None, None, State.NO_TARGET),
        (Decimal(1), None, State.NO_TARGET),
        (None, Decimal(1), State.NO_DATA),
        (None, Decimal(0), State.NOT_DUE),
        (Decimal(0), Decimal(1), State.ZERO),
        (Decimal("-3"), Decimal(1), State.VALUE),
    ],
)
def test_no_target_no_data_and_zero_are_told_apart(
    actual: Decimal | None, due_by_then: Decimal | None, state: State
) -> None:
    said = judge(actual=actual, due=due_by_then)
    assert said.state is state
    assert (said.bin is None) == (state not in (State.VALUE, State.ZERO))


def test_attainment_is_never_capped() -> None:
    assert attainment(quota=Decimal(1), achieved=Decimal(250)) == Decimal("250.0000")


@given(spans(), spans())
def test_a_quota_is_refused_exactly_when_it_shares_days_with_another_span(
    one: Span, other: Span
) -> None:
    asked = Asked("visits", ("person", 1), one, Decimal(1))
    reason = check(asked, others=[asked._replace(span=other)])
    is_refused = one != other and overlap(one, other) is not None
    assert isinstance(reason, QuotaOverlaps) == is_refused
