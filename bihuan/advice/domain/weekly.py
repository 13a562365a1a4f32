"""Weekly: what the weekly report of a unit holds, frozen on a Monday morning.

    for the unit   the landing in each metric, what the last week brought and the one before
    below it       what will be missed, the most money first
    advice         the lever that gives most in each metric that will be missed

>>> week = Weekly(week="2026-W47", unit="华东", moved=(Moved("visits", Decimal(9), Decimal(12)),))
>>> read_weekly(weekly_as_data(week)) == week
True
>>> week.moved[0].difference
Decimal('-3')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.advice.domain.line import Line, line_as_data, read_line
from bihuan.advice.domain.words import read_words, words_as_data
from bihuan.goals.domain.reason.said import Said


@dataclass(frozen=True, slots=True)
class Moved:
    """What a metric brought in the week that is over, and in the one before it."""

    metric: str
    came: Decimal
    before: Decimal

    @property
    def difference(self) -> Decimal:
        return self.came - self.before


@dataclass(frozen=True, slots=True)
class Advised:
    """The lever of one metric in words."""

    metric: str
    said: Said
    basis: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Everything a weekly report says."""

    week: str
    unit: str
    own: tuple[Line, ...] = ()
    moved: tuple[Moved, ...] = ()
    advised: tuple[Advised, ...] = ()
    off: tuple[Line, ...] = ()
    off_count: int = 0
    landings: int = 0

    def moved_of(self, metric: str) -> Moved | None:
        return next((each for each in self.moved if each.metric == metric), None)

    def advised_of(self, metric: str) -> Advised | None:
        return next((each for each in self.advised if each.metric == metric), None)


def weekly_as_data(weekly: Weekly) -> dict[str, object]:
    """Return a report in the form in which it is frozen."""
    return {
        "week": weekly.week,
        "unit": weekly.unit,
        "own": [line_as_data(each) for each in weekly.own],
        "moved": [[each.metric, f"{each.came:f}", f"{each.before:f}"] for each in weekly.moved],
        "advised": [
            [each.metric, words_as_data(each.said), words_as_data(each.basis)]
            for each in weekly.advised
        ],
        "off": [line_as_data(each) for each in weekly.off],
        "off_count": weekly.off_count,
        "landings": weekly.landings,
    }


def read_weekly(kept: Mapping[str, object]) -> Weekly:
    """Return the report that was frozen."""
    return Weekly(
        week=str(kept["week"]),
        unit=str(kept["unit"]),
        own=tuple(read_line(_mapping(each)) for each in _listed(kept["own"])),
        moved=tuple(
            Moved(str(metric), Decimal(str(came)), Decimal(str(before)))
            for metric, came, before in map(_listed, _listed(kept["moved"]))
        ),
        advised=tuple(
            Advised(str(metric), read_words(_mapping(said)), read_words(_mapping(basis)))
            for metric, said, basis in map(_listed, _listed(kept["advised"]))
        ),
        off=tuple(read_line(_mapping(each)) for each in _listed(kept["off"])),
        off_count=int(str(kept["off_count"])),
        landings=int(str(kept["landings"])),
    )


def _listed(kept: object) -> Sequence[object]:
    assert isinstance(kept, Sequence), "a list is kept as one"
    return kept


def _mapping(kept: object) -> Mapping[str, object]:
    assert isinstance(kept, Mapping), "a line is kept by the names of its fields"
    return kept
