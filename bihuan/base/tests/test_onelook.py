from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from bihuan.base.onelook import one_look, seen_once


def look(numbers: Iterator[int]) -> int:
    return seen_once("number", lambda: next(numbers))


def test_outside_of_a_look_everything_is_asked_anew() -> None:
    numbers = count()
    assert [look(numbers), look(numbers)] == [0, 1]


def test_within_one_look_a_thing_is_asked_once_and_the_next_look_asks_anew() -> None:
    numbers = count()
    with one_look():
        assert [look(numbers), look(numbers)] == [0, 0]
        with one_look():
            assert look(numbers) == 0
        assert look(numbers) == 0
    with one_look():
        assert look(numbers) == 1


def test_what_could_not_be_seen_is_looked_at_again() -> None:
    answers = iter([None, 7])

    def once() -> int:
        found = next(answers)
        if found is None:
            raise ConnectionError
        return found

    with one_look():
        try:
            seen_once("number", once)
        except ConnectionError:
            assert seen_once("number", once) == 7
