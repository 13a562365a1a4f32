"""Narrowing: what of a report those see who lead a part of the company.

Lines stay that are of their units and of the people in them. Figures of the company
become those of the highest units they lead: sums are added from these, correlations are
reckoned from their people's ratings alone, and what can only be said of the whole is
left out, such as growth by level, and who worked on a cycle how often.

>>> from datetime import date
>>> unit = UnitReach(unit=2, name="East", depth=1, asked=Decimal(300), carried=Decimal(190),
...                  orphaned=Decimal(110), carriers=2, sellers=2, growth=None)
>>> goal = GoalHealth(cycle="Q4", cycle_id=1, revision=1, metric="signed", currency="CNY",
...                   start=date(2026, 10, 1), end=date(2026, 11, 1), asked=Decimal(400),
...                   carried=Decimal(290), orphaned=Decimal(110), units=[unit], levels=[],
...                   leak=None)
>>> whole = Content(month="2026-10", start=goal.start, end=goal.end, goals=[goal])
>>> seen = narrowed(whole, Part(units=frozenset({2, 5}), tops=frozenset({2})))
>>> seen.goals[0].asked, seen.goals[0].reach.ratio
(Decimal('300'), Decimal('0.6333'))
>>> narrowed(whole, Part(units=frozenset({9}), tops=frozenset({9}))).goals
[]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bihuan.reports.domain.aligned import aligned
from bihuan.reports.domain.basis import Basis
from bihuan.reports.domain.content import (
    Content,
    GoalHealth,
    GoalMoved,
    RevisionMade,
    UnitReach,
)

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the tree: its units, and those of them that no other of them lies above."""

    units: frozenset[int]
    tops: frozenset[int]


def part_of(basis: Basis, units: frozenset[int]) -> Part:
    """Return the part of a tree as it was that these units make."""
    seen = [unit for unit in basis.units if unit.id in units]
    return Part(
        units=frozenset(unit.id for unit in seen),
        tops=frozenset(unit.id for unit in seen if unit.above not in units),
    )


def narrowed(content: Content, part: Part) -> Content:
    """Return what a report says of a part of the company."""
    units = part.units
    raters = [(each.who, each.rated) for each in content.raters if each.who.unit in units]
    together, lines = aligned(raters)
    goals = [_goal(each, part) for each in content.goals]
    return replace(
        content,
        goals=[each for each in goals if each is not None],
        counts=[each for each in content.counts if each.unit in units],
        idle=[each for each in content.idle if each.unit in units],
        deserted=[each for each in content.deserted if each.unit in units],
        orphans=[each for each in content.orphans if each.who.unit in units],
        revisions=[made for each in content.revisions if (made := _revision(each, part))],
        edits=[],
        aligned=together,
        raters=lines,
        could_rate=[each for each in content.could_rate if each.unit in units],
        dead=[each for each in content.dead if each.who.unit in units],
        waiting=[each for each in content.waiting if each.who.unit in units],
    )


def _goal(goal: GoalHealth, part: Part) -> GoalHealth | None:
    lines = [each for each in goal.units if each.unit in part.units]
    tops = [each for each in lines if each.unit in part.tops]
    if not tops:
        return None
    return replace(
        goal,
        asked=sum((_asked(each) for each in tops), NOTHING),
        carried=sum((each.carried for each in tops), NOTHING),
        orphaned=sum((each.orphaned for each in tops), NOTHING),
        units=lines,
        levels=[],
        leak=None,
    )


def _asked(line: UnitReach) -> Decimal:
    """Return what a unit is asked: what it carries itself, or what people there are asked."""
    return line.carried + line.orphaned if line.asked is None else line.asked


def _revision(made: RevisionMade, part: Part) -> RevisionMade | None:
    """Return a revision with what it moved in a part; nothing where it moved nothing there."""
    goals = [goal for each in made.goals if (goal := _moved(each, part))]
    return replace(made, by=0, by_name="", goals=goals) if goals else None


def _moved(goal: GoalMoved, part: Part) -> GoalMoved | None:
    lines = [each for each in goal.units if each.unit in part.units]
    tops = [each for each in lines if each.unit in part.tops]
    if not tops:
        return None
    return replace(
        goal,
        moved=sum((each.moved for each in tops), NOTHING),
        asked=sum((each.asked for each in tops), NOTHING),
        people=sum(each.people for each in tops),
        units=lines,
    )
