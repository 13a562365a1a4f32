"""Escalation: the rule equals a replay day by day, whatever sleeps and whenever it is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.inbox.domain.escalation import (
    Count,
    Deed,
    Ladder,
    Step,
    StepsTooMany,
    StepUnfit,
    check_ladder,
    is_due,
    next_step_on,
    read_ladder,
    sleeps_told,
    waited,
)
from bihuan.inbox.tests.replay import DAYS, Life, steps_taken_on
from bihuan.kernel.calendar import DayCount
from tests.examples import examples

FIRST = date(2026, 1, 20)
"""Spring Festival of 2026 lies within the days after it."""


@st.composite
def lives(draw: st.DrawFn) -> Life:
    since = FIRST + timedelta(days=draw(st.integers(0, 20)))
    after = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))
    numbers = draw(st.lists(st.integers(0, DAYS - 1), unique=True, max_size=4))
    notes = {
        since + timedelta(days=number): draw(
            st.none() | st.integers(1, 12).map(lambda ahead, n=number: since + timedelta(n + ahead))  # type: ignore[misc]
        )
        for number in numbers
    }
    missed = draw(st.sets(st.integers(0, DAYS - 1)) | st.just(set[int]()))
    return Life(
        since=since,
        calendar=draw(st.sampled_from(DayCount)),
        after=tuple(after),
        notes=notes,
        runs={since + timedelta(days=n) for n in range(DAYS) if n not in missed},
    )


def count_on(life: Life, day: date, last_on: date | None) -> Count:
    """Return what is known of a task on a day."""
    known = sorted((at, until) for at, until in life.notes.items() if at <= day)
    sleeps = sleeps_told((at, until) for at, until in known)
    return Count(since=life.since, calendar=life.calendar, sleeps=sleeps, last_on=last_on)


def ladder_of(life: Life) -> Ladder:
    return Ladder(tuple(Step(after, Deed.REMIND) for after in life.after))


@pytest.mark.properties
@settings(max_examples=examples(150), deadline=None)
@given(life=lives())
def test_steps_are_taken_as_in_a_replay_day_by_day(life: Life) -> None:
    ladder, taken = ladder_of(life), list[date]()
    for day in life.days:
        count = count_on(life, day, taken[-1] if taken else None)
        if day in life.runs and is_due(ladder, taken=len(taken), count=count, today=day):
            taken.append(day)
    assert taken == steps_taken_on(life)


@pytest.mark.properties
@settings(max_examples=examples(100), deadline=None)
@given(life=lives())
def test_the_next_step_is_on_the_first_day_on_which_it_is_due(life: Life) -> None:
    ladder = ladder_of(life)
    day = max([life.since, *life.notes])
    count = count_on(life, day, None)
    found = next_step_on(ladder, taken=0, count=count)
    assert found is not None
    assert is_due(ladder, taken=0, count=count, today=found)
    before = [life.since + timedelta(days=n) for n in range((found - life.since).days)]
    assert not [each for each in before if is_due(ladder, taken=0, count=count, today=each)]
    assert waited(count, found) >= life.after[0]


def test_after_the_last_step_there_is_none() -> None:
    ladder = Ladder((Step(1, Deed.REMIND),))
    count = Count(since=FIRST, calendar=DayCount.PLAIN, last_on=FIRST + timedelta(days=1))
    assert next_step_on(ladder, taken=1, count=count) is None
    assert not is_due(ladder, taken=1, count=count, today=FIRST + timedelta(days=90))


def test_a_ladder_has_few_steps_within_a_year() -> None:
    many = Ladder(tuple(Step(after, Deed.REMIND) for after in range(1, 8)))
    with pytest.raises(StepsTooMany):
        check_ladder(many)
    for after in (0, 366):
        with pytest.raises(StepUnfit):
            check_ladder(Ladder((Step(after, Deed.REMIND),)))
    check_ladder(Ladder(()))
    assert read_ladder(many.as_data()) == many
