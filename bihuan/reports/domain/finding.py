"""Finding: what is off in a report, why, and what to do now, the gravest first.

Findings follow from the figures of a report and nothing else, so whoever sees a part of
it reads what holds for that part.

>>> from datetime import date
>>> empty = Content(month="2026-10", start=date(2026, 10, 1), end=date(2026, 11, 1))
>>> [each.code for each in findings(empty)]
['no_cycle']
>>> SAYS["idle"] % {"count": 3}
'3 people who sell have no target at all.'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bihuan.kernel.errors import gettext_noop
from bihuan.reports.domain.content import Content
from bihuan.reports.domain.reach import ratio_of

FAR_SHORT = Decimal("0.95")
MUCH_MOVED = Decimal("0.1")
OFTEN = 2
WEAK = Decimal("0.3")
FEW_RATED = Decimal("0.5")
LONG_DAYS = 7


class Gravity(StrEnum):
    BAD = "bad"
    WARN = "warn"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to be said of a month, with what its sentence is filled with."""

    code: str
    gravity: Gravity
    metric: str = ""
    name: str = ""
    count: int = 0
    of: int = 0
    days: int = 0
    ratio: Decimal | None = None
    amount: Decimal | None = None


SAYS = {
    "no_cycle": gettext_noop("No cycle of targets was in force in this month."),
    "short": gettext_noop(
        "%(metric)s: people carry %(ratio)s of what is asked; %(amount)s reach nobody."
    ),
    "orphans": gettext_noop("%(count)s people who are gone still carry targets."),
    "idle": gettext_noop("%(count)s people who sell have no target at all."),
    "vacant": gettext_noop(
        "%(count)s units are asked something that nobody in them carries, first %(name)s."
    ),
    "leak": gettext_noop("%(metric)s thins out first at %(name)s, by %(amount)s."),
    "often": gettext_noop(
        "The plan was revised %(count)s times; the largest revision moved %(ratio)s."
    ),
    "misaligned": gettext_noop(
        "What people hold important hardly follows the weights: rank correlation %(ratio)s."
    ),
    "few_rated": gettext_noop(
        "%(count)s of %(of)s people said how important their goals are to them."
    ),
    "dead": gettext_noop("Nobody did anything for %(count)s of %(of)s targets."),
    "waiting": gettext_noop(
        "%(count)s people have not acknowledged their targets, some for %(days)s days."
    ),
    "well": gettext_noop("Every target reaches somebody, lives, and was acknowledged."),
}
"""What is off, in English."""

NOW = {
    "no_cycle": gettext_noop("Open a cycle and publish it, so that targets reach everybody."),
    "short": gettext_noop("Open the board and share out again what is missing."),
    "orphans": gettext_noop("Let the cycle follow the organisation, then publish a revision."),
    "idle": gettext_noop("Give each of them a target, or say that they carry none."),
    "vacant": gettext_noop("Put somebody there, or move the target to another unit."),
    "leak": gettext_noop("Ask who leads that unit for what is not handed on."),
    "often": gettext_noop("Look at the reasons, and plan for them in the next cycle."),
    "misaligned": gettext_noop("Talk about why goals weigh what they weigh, or weigh them anew."),
    "few_rated": gettext_noop("Ask for ratings before the next report."),
    "dead": gettext_noop("Ask each of them what stands in the way, or end the target."),
    "waiting": gettext_noop("Remind them: a target that was not read is not agreed."),
    "well": gettext_noop("Nothing needs to be done."),
}
"""What to do now."""

ORDER = {Gravity.BAD: 0, Gravity.WARN: 1, Gravity.GOOD: 2}


def findings(content: Content) -> list[Finding]:
    """Return what is to be said of a month, the gravest first."""
    found = [
        *_of_coverage(content),
        *_of_people(content),
        *_of_adjustment(content),
        *_of_alignment(content),
        *_of_life(content),
    ]
    if not found:
        return [Finding(code="well", gravity=Gravity.GOOD)]
    return sorted(found, key=lambda each: ORDER[each.gravity])


def _of_coverage(content: Content) -> Iterator[Finding]:
    if not content.goals:
        yield Finding(code="no_cycle", gravity=Gravity.WARN)
    for goal in content.goals:
        reach = goal.reach
        if not reach.is_whole:
            is_far = reach.ratio is not None and reach.ratio < FAR_SHORT
            yield Finding(
                code="short",
                gravity=Gravity.BAD if is_far else Gravity.WARN,
                metric=goal.metric,
                ratio=reach.ratio,
                amount=reach.missing,
            )
        if goal.leak is not None:
            yield Finding(
                code="leak",
                gravity=Gravity.WARN,
                metric=goal.metric,
                name=goal.leak.name,
                amount=-goal.leak.gap,
            )


def _of_people(content: Content) -> Iterator[Finding]:
    gone = {each.who.person for each in content.orphans}
    if gone:
        yield Finding(code="orphans", gravity=Gravity.BAD, count=len(gone))
    if content.idle:
        yield Finding(code="idle", gravity=Gravity.WARN, count=len(content.idle))
    vacant = {
        each.unit: each.name for goal in content.goals for each in goal.units if each.is_vacant
    }
    if vacant:
        yield Finding(
            code="vacant",
            gravity=Gravity.BAD,
            count=len(vacant),
            name=next(iter(vacant.values())),
        )


def _of_adjustment(content: Content) -> Iterator[Finding]:
    made = content.adjustments
    largest = max((each.ratio for each in made if each.ratio is not None), default=None)
    if len(made) >= OFTEN or (largest is not None and largest > MUCH_MOVED):
        yield Finding(code="often", gravity=Gravity.WARN, count=len(made), ratio=largest)


def _of_alignment(content: Content) -> Iterator[Finding]:
    coefficient = None if content.aligned is None else content.aligned.rank.coefficient
    if coefficient is not None and coefficient < WEAK:
        yield Finding(code="misaligned", gravity=Gravity.WARN, ratio=coefficient)
    rated, could = len(content.raters), len(content.could_rate)
    share = ratio_of(Decimal(rated), Decimal(could))
    if share is not None and share < FEW_RATED:
        yield Finding(code="few_rated", gravity=Gravity.WARN, count=rated, of=could)


def _of_life(content: Content) -> Iterator[Finding]:
    if content.dead:
        yield Finding(
            code="dead", gravity=Gravity.WARN, count=len(content.dead), of=content.targets
        )
    waited = {each.who.person for each in content.waiting}
    if waited:
        longest = max(each.days for each in content.waiting)
        gravity = Gravity.BAD if longest > LONG_DAYS else Gravity.WARN
        yield Finding(code="waiting", gravity=gravity, count=len(waited), days=longest)
