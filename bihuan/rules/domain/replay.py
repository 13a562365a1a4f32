"""Replay: what a rule makes of one subject, morning by morning.

    nothing open   the condition is met, and the cool-down is over      → it opens
    open           it is known not to stay, so many looks in a row      → it recovers
    open           it stays, or cannot be told                          → counting starts anew
    open           the subject is covered no more, or has left          → it is over

There is at most one open alert of a rule and a subject. After one has ended, recovered
or closed by somebody, none opens for the days of the cool-down.

The engine takes one step each morning and keeps where it stands; the back-test takes
all steps of a span at once. Both take this one.

>>> monday = date(2026, 11, 2)
>>> mornings = [monday + timedelta(weeks=n) for n in range(8)]
>>> low = dict(zip(mornings, [False, True, True, True, False, True, True, True]))
>>> stays = {each: truth for each, truth in low.items()}
>>> policy = Policy(back_looks=1, cooldown_days=14)
>>> for each in replay(mornings, low.__getitem__, stays.__getitem__, policy):
...     print(each.opened_on, each.recovered_on)
2026-11-09 2026-11-30
2026-12-14 None

On the 7th of December it is low again, within the two weeks after it had recovered.
Two good looks in a row, when two are asked for, are more than one:

>>> strict = Policy(back_looks=2, cooldown_days=0)
>>> seen = replay(mornings, low.__getitem__, stays.__getitem__, strict)
>>> [str(each.recovered_on) for each in seen]
['None']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bihuan.kernel.period import Grain, period_of
from bihuan.rules.domain.verdict import Truth

Ask = Callable[[date], Truth]
"""Whether something holds on a morning; asked only where it matters."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How an alert ends, and how long none opens after."""

    back_looks: int = 1
    cooldown_days: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rule stands with a subject."""

    opened_on: date | None = None
    well: int = 0
    """How many looks in a row it was known not to stay."""
    ended_on: date | None = None
    """When the last one ended."""

    @property
    def is_open(self) -> bool:
        return self.opened_on is not None


class Step(StrEnum):
    """What a look brings about."""

    OPENED = "opened"
    RECOVERED = "recovered"
    WELL = "well"
    """It is better, but not for long enough."""
    GONE = "gone"
    """The subject is not looked at any more."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert from the morning it opened to the one on which it had recovered or was over."""

    opened_on: date
    recovered_on: date | None = None
    gone_on: date | None = None


def looks(on: date, every: Grain) -> bool:
    """Return whether a rule looks on a morning: the first of each of its periods.

    >>> looks(date(2026, 11, 30), Grain.WEEK), looks(date(2026, 11, 30), Grain.MONTH)
    (True, False)
    """
    return period_of(on, every).start == on


def mornings(start: date, end: date, every: Grain) -> list[date]:
    """Return the mornings of ``[start, end)`` on which a rule looks."""
    days = (start + timedelta(days=n) for n in range((end - start).days))
    return [day for day in days if looks(day, every)]


def step(
    standing: Standing, on: date, *, met: Ask, stays: Ask, policy: Policy, is_covered: bool = True
) -> tuple[Standing, Step]:
    """Return where it stands after a look, and what that look brought about."""
    if not is_covered:
        gone = Step.GONE if standing.is_open else Step.NOTHING
        return closed(standing, on), gone
    if not standing.is_open:
        return _closed_step(standing, on, met, policy)
    if stays(on) is not False:
        return replace(standing, well=0), Step.NOTHING
    if standing.well + 1 < policy.back_looks:
        return replace(standing, well=standing.well + 1), Step.WELL
    return Standing(ended_on=on), Step.RECOVERED


def _closed_step(standing: Standing, on: date, met: Ask, policy: Policy) -> tuple[Standing, Step]:
    over = standing.ended_on
    if over is not None and on < over + timedelta(days=policy.cooldown_days):
        return standing, Step.NOTHING
    if met(on) is True:
        return Standing(opened_on=on, ended_on=over), Step.OPENED
    return standing, Step.NOTHING


def closed(standing: Standing, on: date) -> Standing:
    """Return where it stands after what was open has ended."""
    return Standing(ended_on=on) if standing.is_open else standing


def replay(
    days: Iterable[date],
    met: Ask,
    stays: Ask,
    policy: Policy,
    is_covered: Callable[[date], bool] = lambda on: True,
) -> list[Episode]:
    """Return every alert that these mornings, in order, would have seen."""
    at = Standing()
    found: list[Episode] = []
    for on in days:
        at, brought = step(at, on, met=met, stays=stays, policy=policy, is_covered=is_covered(on))
        if brought is Step.OPENED:
            found.append(Episode(on))
        elif brought is Step.RECOVERED:
            found[-1] = replace(found[-1], recovered_on=on)
        elif brought is Step.GONE:
            found[-1] = replace(found[-1], gone_on=on)
    return found
