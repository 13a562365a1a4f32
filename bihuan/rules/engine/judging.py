"""Judging: one step for every subject of a rule on a morning, or all steps of a span."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from bihuan.rules.domain.condition import Tree
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.replay import Ask, Episode, Standing, Step, replay, step
from bihuan.rules.domain.verdict import Given, Truth, demanded, holds
from bihuan.rules.engine.board import Board, Known
from bihuan.rules.engine.figures import Lines
from bihuan.rules.engine.seating import Key

Place = tuple[Key, str]
"""A subject and the key metric it is judged for."""
FRESH = Standing()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a look brought about for one subject."""

    key: Key
    metric: str
    unit_id: int
    standing: Standing
    step: Step


def _ask(tree: Tree, given: Given, *, staying: bool) -> Ask:
    def asked(on: date) -> Truth:
        return holds(tree, given, on, staying=staying)

    return asked


@dataclass(frozen=True, slots=True)
class Look:
    """A rule that looks on a morning: at whom, and where it stands with them.

    ``standings`` are those of places that have or had an alert; all others are fresh.
    """

    rule: RuleDefinition
    covered: Mapping[Key, int]
    standings: Mapping[Place, Standing]


def judge(board: Board, on: date, looks: Sequence[Look]) -> list[list[Judged]]:
    """Return what each rule's look on a morning brings about, where it brings anything about.

    All rules judge one subject before they come to the next: what one has read of it
    the others need not read again, and nobody keeps what was read of ten thousand.
    """
    found: list[list[Judged]] = [[] for _ in looks]
    looked_at = [_looked_at(board, on, look) for look in looks]
    for key in sorted(set().union(*looked_at)):
        known: dict[Lines, Known] = {}
        for look, keys, brought in zip(looks, looked_at, found, strict=True):
            if key in keys:
                lines = look.rule.cover.product_lines
                given = known.setdefault(lines, board.of(key, lines))
                brought += _judged(look, given, key, on)
    return found


def _looked_at(board: Board, on: date, look: Look) -> set[Key]:
    """Return whom a rule must judge: whoever it stands with, and those who can be hit."""
    found: set[Key] = set()
    for _, tree in look.rule.judged:
        found.update(board.roster.saying(look.covered, demanded(tree), on))
    return found | {key for key, _ in look.standings}


def _judged(look: Look, given: Known, key: Key, on: date) -> Iterator[Judged]:
    for metric, tree in look.rule.judged:
        standing = look.standings.get((key, metric), FRESH)
        after, brought = step(
            standing,
            on,
            met=_ask(tree, given, staying=False),
            stays=_ask(tree, given, staying=True),
            policy=look.rule.policy,
            is_covered=key in look.covered,
        )
        if after != standing:
            yield Judged(key, metric, look.covered.get(key, 0), after, brought)


def replayed(
    board_on: Callable[[date], Board],
    rule: RuleDefinition,
    mornings: Sequence[date],
    covered: Mapping[date, Mapping[Key, int]],
) -> Iterator[tuple[Key, str, Episode]]:
    """Yield every alert that a rule would have seen on these mornings.

    ``board_on`` gives what was known on a morning: one and the same board, or one for each.
    """
    for key in sorted(_ever_looked_at(board_on, rule, covered)):
        known: dict[int, Known] = {}

        def given(on: date, key: Key = key, known: dict[int, Known] = known) -> Known:
            board = board_on(on)
            if id(board) not in known:
                known[id(board)] = board.of(key, rule.cover.product_lines)
            return known[id(board)]

        for metric, tree in rule.judged:
            episodes = replay(
                mornings,
                partial(_truth, tree, given, staying=False),
                partial(_truth, tree, given, staying=True),
                rule.policy,
                partial(_is_covered, covered, key),
            )
            for episode in episodes:
                yield key, metric, episode


def _ever_looked_at(
    board_on: Callable[[date], Board],
    rule: RuleDefinition,
    covered: Mapping[date, Mapping[Key, int]],
) -> set[Key]:
    """Return whoever can be hit on any of some mornings."""
    found: set[Key] = set()
    for on, of_morning in covered.items():
        for _, tree in rule.judged:
            wanted = demanded(tree)
            found.update(board_on(on).roster.saying(of_morning, wanted, on))
    return found


def _truth(tree: Tree, given: Callable[[date], Known], on: date, *, staying: bool) -> Truth:
    return holds(tree, given(on), on, staying=staying)


def _is_covered(covered: Mapping[date, Mapping[Key, int]], key: Key, on: date) -> bool:
    return key in covered[on]
