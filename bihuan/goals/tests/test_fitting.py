"""Fitted tables add up to the unit, keep what is held and are the nearest there are.

What they are held against is reckoned otherwise: small tables by trying all
there are, fits by the odds ratios that no other table has, and by plain turns
of scaling in many digits.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bihuan.goals.domain.fitting import (
    CannotFit,
    ColumnOver,
    ColumnShort,
    MarginsDisagree,
    RowOver,
    RowShort,
    fit,
)
from bihuan.goals.domain.fitting.scaling import ONE, scaled
from bihuan.goals.domain.fitting.transport import CLOSED, SEED, carried
from bihuan.goals.tests.tables import (
    Case,
    Table,
    by_turns,
    cases,
    lacking,
    made_to_take,
    nearest,
    off,
    tables,
    totals,
)
from tests.examples import examples

pytestmark = pytest.mark.properties
tried = settings(max_examples=examples(200), deadline=None)

MARGIN = Fraction(1, 10**6)
"""Below this, two differences from a fit that has no last digit are the same."""


little = cases(largest=7, seeds=st.integers(0, 3))
large = cases(largest=10**16, seeds=st.integers(0, 10**16), size=7, holding=False)
positive = cases(largest=10**12, seeds=st.integers(1, 10**9), size=4, holding=False)


def assert_adds_up(case: Case, table: Table) -> None:
    assert [sum(line) for line in table] == case.rows
    assert [sum(line) for line in zip(*table, strict=True)] == case.columns
    assert min(cell for line in table for cell in line) >= 0
    assert {place: table[place[0]][place[1]] for place in case.held} == case.held


@tried
@given(case=large)
def test_rows_and_columns_add_up_whatever_the_seeds(case: Case) -> None:
    assert_adds_up(case, case.fit())


@tried
@given(case=large, data=st.data())
def test_what_is_held_is_kept_to_the_unit(case: Case, data: st.DataObject) -> None:
    """Cells of a table that adds up can be held in any number: it is an answer itself."""
    table = case.fit()
    places = [(r, c) for r in range(len(case.rows)) for c in range(len(case.columns))]
    chosen = data.draw(st.sets(st.sampled_from(places)))
    again = Case(case.rows, case.columns, case.seeds, {p: table[p[0]][p[1]] for p in chosen})
    assert_adds_up(again, again.fit())


@tried
@given(case=little)
def test_a_fit_is_refused_exactly_where_there_is_none(case: Case) -> None:
    possible = list(tables(case))
    try:
        table = case.fit()
    except CannotFit:
        assert possible == []
        return
    assert_adds_up(case, table)
    assert table in possible


@tried
@given(case=little)
def test_a_cell_without_a_seed_takes_no_more_than_it_must(case: Case) -> None:
    possible = list(tables(case))
    assume(possible)
    least = min(made_to_take(case, table) for table in possible)
    assert made_to_take(case, case.fit()) == least


@tried
@given(case=little)
def test_a_refusal_names_a_place_and_by_how_much(case: Case) -> None:
    try:
        case.fit()
    except CannotFit as found:
        refusal = found
    else:
        return
    if isinstance(refusal, RowShort | ColumnShort):
        assert refusal.units == lacking(case, refusal) > 0
        return
    is_row = isinstance(refusal, RowOver)
    (place,) = refusal.indexes
    kept = sum(a for p, a in case.held.items() if p[0 if is_row else 1] == place)
    assert refusal.units == kept - (case.rows if is_row else case.columns)[place] > 0


@tried
@given(case=positive)
def test_a_fit_has_the_odds_ratios_of_its_seeds(case: Case) -> None:
    """With its margins there is only one such table, so nothing else needs to be known."""
    assume(all(case.rows) and all(case.columns))
    cells = scaled(rows=case.rows, columns=case.columns, seeds=case.seeds, is_regular=True)
    assert cells is not None
    off = Fraction(1, 2**26)
    exact = [[Fraction(cell, ONE) for cell in line] for line in cells]
    for total, line in zip(case.rows, exact, strict=True):
        assert abs(sum(line, -Fraction(total))) < off
    for total, column in zip(case.columns, zip(*exact, strict=True), strict=True):
        assert abs(sum(column, -Fraction(total))) < off
    for (r, s), (c, d) in product(
        [(0, each) for each in range(1, len(case.rows))],
        [(0, each) for each in range(1, len(case.columns))],
    ):
        one = (exact[r][c], exact[s][d], case.seeds[r][d] * case.seeds[s][c])
        two = (exact[r][d], exact[s][c], case.seeds[r][c] * case.seeds[s][d])
        assert least(*one, off) <= most(*two, off)
        assert least(*two, off) <= most(*one, off)


def least(one: Fraction, other: Fraction, seeds: int, off: Fraction) -> Fraction:
    return max(one - off, Fraction(0)) * max(other - off, Fraction(0)) * seeds


def most(one: Fraction, other: Fraction, seeds: int, off: Fraction) -> Fraction:
    return (one + off) * (other + off) * seeds


@tried
@given(case=cases(largest=10**9, seeds=st.integers(1, 1000), holding=False))
@example(case=Case([1, 1, 1], [1, 1, 1], [[1] * 3] * 3))
def test_a_fit_is_the_nearest_table_of_whole_neighbours(case: Case) -> None:
    exact = by_turns(case)
    assume(exact is not None)
    assert exact is not None
    table = case.fit()
    best = nearest(case, exact)
    assert table in best
    assert off(table, exact) - off(best[0], exact) < MARGIN


@tried
@given(case=cases(largest=10**9, seeds=st.integers(1, 1000), holding=False), data=st.data())
def test_the_order_of_rows_and_columns_does_not_matter(case: Case, data: st.DataObject) -> None:
    exact = by_turns(case)
    assume(exact is not None)
    assert exact is not None
    best = nearest(case, exact)
    assume(len(best) == 1 or off(best[1], exact) - off(best[0], exact) > MARGIN)
    down = data.draw(st.permutations(range(len(case.rows))))
    across = data.draw(st.permutations(range(len(case.columns))))
    moved = Case(
        [case.rows[r] for r in down],
        [case.columns[c] for c in across],
        [[case.seeds[r][c] for c in across] for r in down],
    )
    table = case.fit()
    assert moved.fit() == [[table[r][c] for c in across] for r in down]


@tried
@given(case=large)
def test_a_table_turned_round_adds_up_to_the_same(case: Case) -> None:
    turned = Case(case.columns, case.rows, [list(line) for line in zip(*case.seeds, strict=True)])
    assert_adds_up(turned, turned.fit())


@tried
@given(
    down=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    across=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    data=st.data(),
)
def test_seeds_in_proportion_give_each_cell_its_share(
    down: list[int], across: list[int], data: st.DataObject
) -> None:
    whole = data.draw(st.integers(1, 10**12))
    rows, columns = data.draw(totals(whole, len(down))), data.draw(totals(whole, len(across)))
    case = Case(rows, columns, [[r * c for c in across] for r in down])
    for row, line in zip(rows, case.fit(), strict=True):
        for column, cell in zip(columns, line, strict=True):
            assert abs(cell - Fraction(row * column, whole)) < 1


@tried
@given(case=positive)
def test_what_adds_up_already_stays(case: Case) -> None:
    rows = [sum(line) for line in case.seeds]
    columns = [sum(line) for line in zip(*case.seeds, strict=True)]
    assert Case(rows, columns, case.seeds).fit() == case.seeds


@tried
@given(
    shape=st.sampled_from([(2, 2), (3, 3), (5, 3), (3, 7)]),
    own=st.integers(10**6, 10**16),
    data=st.data(),
)
def test_teams_that_sell_almost_only_their_own_line(
    shape: tuple[int, int], own: int, data: st.DataObject
) -> None:
    height, width = shape
    whole = data.draw(st.integers(height * width, 10**16))
    rows, columns = data.draw(totals(whole, height)), data.draw(totals(whole, width))
    seeds = [[own if r % width == c % height else 1 for c in range(width)] for r in range(height)]
    case = Case(rows, columns, seeds)
    assert_adds_up(case, case.fit())


def test_a_new_team_and_a_new_line_take_the_mix_of_the_others() -> None:
    seeds = [[30, 10, 0], [60, 20, 0], [0, 0, 0]]
    table = fit(rows=[400, 400, 200], columns=[600, 200, 200], seeds=seeds, held={})
    assert table == [[240, 80, 80], [240, 80, 80], [120, 40, 40]]


def test_nobody_has_a_seed() -> None:
    zeros = [[0, 0], [0, 0]]
    assert fit(rows=[60, 40], columns=[25, 75], seeds=zeros, held={}) == [[15, 45], [10, 30]]
    assert fit(rows=[0, 0], columns=[0, 0], seeds=zeros, held={}) == zeros


def test_seeds_that_no_table_can_use_have_no_share() -> None:
    seeds = [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    table = fit(rows=[50, 30, 20], columns=[50, 30, 20], seeds=seeds, held={})
    assert table == [[50, 0, 0], [0, 30, 0], [0, 0, 20]]


def test_all_that_is_held_may_be_the_whole_answer() -> None:
    held = {(0, 0): 10, (0, 1): 20, (1, 0): 30, (1, 1): 40}
    case = Case([30, 70], [40, 60], [[1, 1], [1, 1]], held)
    assert case.fit() == [[10, 20], [30, 40]]


def test_margins_that_differ_are_refused_with_both_totals() -> None:
    with pytest.raises(MarginsDisagree) as refusal:
        fit(rows=[100], columns=[60, 41], seeds=[[1, 1]], held={})
    assert refusal.value.code == "goals.margins_disagree"
    assert refusal.value.params == {"rows_total": 100, "columns_total": 101}


@pytest.mark.parametrize(
    ("held", "kind", "indexes", "units"),
    [
        ({(0, 0): 40, (0, 1): 30}, RowOver, (0,), 10),
        ({(0, 1): 35, (1, 1): 20}, ColumnOver, (1,), 5),
        ({(0, 0): 20, (0, 1): 25, (0, 2): 10}, RowShort, (0,), 5),
        ({(0, 2): 1, (1, 2): 2}, ColumnShort, (2,), 7),
        ({(0, 0): 0, (0, 2): 3}, RowShort, (0,), 7),
    ],
)
def test_what_is_held_too_much_is_refused_with_its_place(
    held: dict[tuple[int, int], int], kind: type[CannotFit], indexes: tuple[int, ...], units: int
) -> None:
    case = Case([60, 40], [40, 50, 10], [[1, 1, 1], [1, 1, 1]], held)
    with pytest.raises(kind) as refusal:
        case.fit()
    assert (refusal.value.indexes, refusal.value.units) == (indexes, units)


def test_what_is_no_table_is_a_fault() -> None:
    with pytest.raises(ValueError, match="a seed for each row and column"):
        fit(rows=[1], columns=[1], seeds=[[1, 2]], held={})
    with pytest.raises(ValueError, match="not negative"):
        fit(rows=[1], columns=[1], seeds=[[-1]], held={})
    with pytest.raises(ValueError, match="stands in the table"):
        fit(rows=[1], columns=[1], seeds=[[1]], held={(1, 0): 1})


def test_a_table_beyond_all_digits_still_adds_up() -> None:
    """What remains where seeds lie too far apart to be scaled: any table that adds up."""
    states = [[SEED, CLOSED, SEED], [SEED, SEED, SEED]]
    table = carried(rows=[5, 9], columns=[4, 7, 3], states=states)
    assert [sum(line) for line in table] == [5, 9]
    assert [sum(line) for line in zip(*table, strict=True)] == [4, 7, 3]
    assert table[0][1] == 0
