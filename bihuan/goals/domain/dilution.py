"""Dilution: what becomes of a target on its way from the company to its people.

    growth of a node = asked / last year's actual - 1
    gap of a node    = what those directly below are asked together - asked
    total of a level = total of the level above + gaps of the nodes between them
    reach of a level = total of the level / what the root is asked
    growth of a level = total of the level / last year's actual of the root - 1

A node is asked what it carries itself, or else what those below are asked
together. It *leaks* where those below are asked less, and carries a *buffer*
where they are asked more. The first leak is the highest one, and the largest
among those equally high.

The company was told to grow by 22%, its regions by 18, its cities by 15, and its
twelve reps by 9.3. Each rep sold a million last year:

>>> def node(key, above, asked, before, **more):
...     thousand = Decimal(1000)
...     return Node(key=key, above=above, asked=asked * thousand, before=before * thousand, **more)
>>> nodes = [node("company", None, 14_640, 12_000)]
>>> for region in "ABC":
...     nodes.append(node(region, "company", 4_720, 4_000))
...     for city in (f"{region}1", f"{region}2"):
...         nodes.append(node(city, region, 2_300, 2_000))
...         for rep in (f"{city}x", f"{city}y"):
...             nodes.append(node(rep, city, 1_093, 1_000, is_person=True))
>>> found = dilution(nodes)
>>> [str(level.growth) for level in found.levels]
['0.2200', '0.1800', '0.1500', '0.0930']
>>> found.first_leak.key, found.first_leak.level, found.first_leak.gap
('company', 0, Decimal('-480000'))
>>> found.reach, [str(each.growth) for each in found.path("B2x")]
(Decimal('0.8959'), ['0.2200', '0.1800', '0.1500', '0.0930'])

Every level is measured by the same last year, that of the root, so that levels
can be compared: people who came or left do not change it. Hence the identity

    1 + growth of a level = reach * (1 + growth of the root)

People are one level, the last, however deep they sit: a unit without units below
it is carried along until then. A node that was not there last year has no growth.
A difference that the rounding of targets cut to the window can explain is none:
``slack`` says how much that is.

>>> tight = [Node(key="a", above=None, asked=Decimal("1.00"), before=Decimal(0)),
...          Node(key="b", above="a", asked=Decimal("0.99"), is_person=True, slack=Decimal("0.01"))]
>>> lost = dilution(tight)
>>> lost.root.growth, lost.root.gap, lost.root.state, lost.leaks
(None, Decimal('-0.01'), <State.EVEN: 'even'>, [])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bihuan.goals.domain.attainment import PRECISION
from bihuan.goals.domain.span import Span

NOTHING = Decimal(0)


class State(StrEnum):
    """What a node does with what it is asked."""

    EVEN = "even"
    LEAK = "leak"
    BUFFER = "buffer"
    STOPS = "stops"
    """Something is asked, and nothing of it is handed to anybody below."""
    OPEN = "open"
    """Nothing is asked here or below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A unit or a person, with what it carries itself and what it did last year."""

    key: str
    above: str | None
    asked: Decimal | None
    """What it carries itself; nothing where it takes what those below are asked."""
    before: Decimal | None = None
    is_person: bool = False
    slack: Decimal = NOTHING
    """By how much rounding may have moved the target, where the window cuts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a node stands: what it is asked, what it hands on, what that means."""

    key: str
    above: str | None
    level: int
    is_person: bool
    carries: bool
    """Whether it carries a target itself."""
    asked: Decimal | None
    passed: Decimal | None
    """What those directly below are asked together; nothing where nobody is."""
    before: Decimal | None
    slack: Decimal = NOTHING
    """By how much its own target may have been moved by rounding."""
    slack_below: Decimal = NOTHING

    @property
    def growth(self) -> Decimal | None:
        return growth(asked=self.asked, before=self.before)

    @property
    def gap(self) -> Decimal | None:
        """Return what is handed on above or below what is asked; people hand nothing on."""
        if self.is_person or self.asked is None:
            return None
        return (self.passed or NOTHING) - self.asked

    @property
    def state(self) -> State:
        gap = self.gap
        if self.asked is None:
            return State.OPEN
        if gap is None or abs(gap) <= self.slack + self.slack_below:
            return State.EVEN
        if self.passed is None:
            return State.STOPS
        return State.LEAK if gap < 0 else State.BUFFER

    @property
    def is_leaking(self) -> bool:
        return self.state in (State.LEAK, State.STOPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """All nodes of one level together: what arrives there of what the root is asked."""

    level: int
    is_people: bool
    nodes: int
    """How many of it are asked something."""
    carriers: int
    """How many of those carry a target themselves."""
    asked: Decimal | None
    growth: Decimal | None
    reach: Decimal | None
    lost: Decimal
    """What was lost since the level above, never above zero."""
    added: Decimal
    """What was asked in addition since the level above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """A tree of targets, checked."""

    root: Standing
    nodes: dict[str, Standing]
    below: dict[str, list[Standing]]
    levels: list[Level]
    leaks: list[Standing]
    """The nodes that hand on less than they are asked: the highest, then the largest, first."""

    @property
    def first_leak(self) -> Standing | None:
        return next(iter(self.leaks), None)

    @property
    def reach(self) -> Decimal | None:
        """Return the share of the root's target that is asked of people."""
        return self.levels[-1].reach if self.levels[-1].is_people else self._none_reached()

    def _none_reached(self) -> Decimal | None:
        return None if not self.root.asked else NOTHING

    @property
    def carried_levels(self) -> list[Level]:
        """Return the levels on which something is carried, with the first and that of people.

        A level that carries nothing takes what lies below, and says what the next one says;
        what is lost on the way to it counts as lost on the way to the next.
        """
        told: list[Level] = []
        lost = added = NOTHING
        for level in self.levels:
            lost, added = lost + level.lost, added + level.added
            if level.carriers or level.level == 0 or level.is_people:
                told.append(replace(level, lost=lost, added=added))
                lost = added = NOTHING
        return told

    def path(self, key: str) -> list[Standing]:
        """Return the way from the root down to a node."""
        way = [self.nodes[key]]
        while way[-1].above is not None:
            way.append(self.nodes[way[-1].above])
        return way[::-1]

    def first_leak_on(self, key: str) -> Standing | None:
        """Return the highest node above one that hands on less than it is asked."""
        return next((each for each in self.path(key) if each.is_leaking), None)

    def people(self) -> list[Standing]:
        """Return everybody with a target: the least growth first, unknown growth last."""
        found = [each for each in self.nodes.values() if each.is_person and each.asked is not None]
        return sorted(found, key=lambda each: (each.growth is None, each.growth or NOTHING))


def growth(*, asked: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return by how much a target lies above last year's actual, to four digits."""
    if asked is None or not before or before < 0:
        return None
    return (asked / before - 1).quantize(PRECISION, ROUND_HALF_UP)


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part as a share of a whole, to four digits."""
    if part is None or not whole:
        return None
    return (part / whole).quantize(PRECISION, ROUND_HALF_UP)


def year_before(span: Span) -> Span:
    """Return the same days a year before; 29 February becomes the 28th.

    >>> print(year_before(Span(date(2024, 2, 29), date(2024, 4, 1))))
    2023-02-28..2023-04-01
    """
    return Span(_year_before(span.start), _year_before(span.end))


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def dilution(nodes: Iterable[Node]) -> Dilution:
    """Return the tree with what each node hands on, and the total of each level.

    A node comes after the one above it; the first is the root.
    """
    given = list(nodes)
    below: dict[str, list[Node]] = defaultdict(list)
    depth: dict[str, int] = {}
    for node in given:
        depth[node.key] = 0 if node.above is None else depth[node.above] + 1
        if node.above is not None:
            below[node.above].append(node)
    made: dict[str, Standing] = {}
    for node in reversed(given):
        made[node.key] = _standing(node, depth[node.key], [made[n.key] for n in below[node.key]])
    found = {node.key: made[node.key] for node in given}
    root = found[given[0].key]
    children = {key: [found[node.key] for node in under] for key, under in below.items()}
    leaks = [each for each in found.values() if each.is_leaking]
    return Dilution(
        root=root,
        nodes=found,
        below=children,
        levels=_levels(root, found, children),
        leaks=sorted(leaks, key=lambda each: (each.level, each.gap or NOTHING)),
    )


def _standing(node: Node, level: int, below: Sequence[Standing]) -> Standing:
    asked = [each.asked for each in below if each.asked is not None]
    passed = sum(asked, NOTHING) if asked else None
    slack_below = sum((each.slack for each in below), NOTHING)
    return Standing(
        key=node.key,
        above=node.above,
        level=level,
        is_person=node.is_person,
        carries=node.asked is not None,
        asked=passed if node.asked is None else node.asked,
        passed=passed,
        before=node.before,
        slack=slack_below if node.asked is None else node.slack,
        slack_below=slack_below,
    )


def _levels(
    root: Standing, nodes: dict[str, Standing], below: dict[str, list[Standing]]
) -> list[Level]:
    """Return the levels of units, then the one of people, each from the one above."""
    units = [each for each in nodes.values() if not each.is_person]
    people = [each for each in nodes.values() if each.is_person]
    deepest = max((each.level for each in units), default=0)
    has_units = {each.above for each in units}
    made = [_level(root, None, units=[root], gaps=[])]
    for number in range(1, deepest + 1):
        here = [each for each in units if each.level == number]
        between = [each for each in units if each.level == number - 1 and each.key in has_units]
        made.append(_level(root, made[-1], units=here, gaps=_gaps(between)))
    if people:
        between = [each for each in units if each.key not in has_units]
        made.append(_level(root, made[-1], units=people, gaps=_gaps(between)))
    return made


def _gaps(between: Iterable[Standing]) -> list[Decimal]:
    return [each.gap for each in between if each.gap is not None]


def _level(
    root: Standing, above: Level | None, *, units: Sequence[Standing], gaps: Sequence[Decimal]
) -> Level:
    lost = sum((gap for gap in gaps if gap < 0), NOTHING)
    added = sum((gap for gap in gaps if gap > 0), NOTHING)
    so_far = root.asked if above is None else above.asked
    asked = None if so_far is None else so_far + lost + added
    return Level(
        level=0 if above is None else above.level + 1,
        is_people=units[0].is_person,
        nodes=sum(each.asked is not None for each in units),
        carriers=sum(each.carries for each in units),
        asked=asked,
        growth=growth(asked=asked, before=root.before),
        reach=share(asked, root.asked),
        lost=lost,
        added=added,
    )
