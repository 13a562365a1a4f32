"""Content: what a goal health report says, each figure exact.

It is kept as plain data, numbers as text, and read back without loss; its digest
names it. Two reports of the same figures have the same digest, whenever made.

>>> empty = Content(month="2026-10", start=date(2026, 10, 1), end=date(2026, 11, 1))
>>> read_content(content_as_data(empty)) == empty
True
>>> digest_of(content_as_data(empty)) == digest_of({**content_as_data(empty)})
True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pydantic import TypeAdapter

from bihuan.reports.domain.dead_target import Sign
from bihuan.reports.domain.reach import Reach, ratio_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricThen:
    """A metric as it was called and measured."""

    key: str
    name_zh: str
    name_en: str
    unit: str
    version: str

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReach:
    """What a unit was asked of one goal, and what the people below it carry of it."""

    unit: int
    name: str
    depth: int
    asked: Decimal | None
    """What the unit carries itself; nothing where it carries none."""
    carried: Decimal
    orphaned: Decimal
    carriers: int
    sellers: int
    growth: Decimal | None
    """By how much the target of the whole cycle lies above last year's actual."""

    @property
    def reach(self) -> Reach | None:
        if self.asked is None:
            return None
        return Reach(asked=self.asked, carried=self.carried, orphaned=self.orphaned)

    @property
    def is_vacant(self) -> bool:
        """Tell whether something is asked here and nobody below carries any of it."""
        return bool(self.asked) and self.carriers == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelGrowth:
    """All nodes of one level together: what arrives there, and what growth that means."""

    level: int
    is_people: bool
    nodes: int
    asked: Decimal | None
    growth: Decimal | None
    reach: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """The highest place that hands on less than it is asked."""

    unit: int
    name: str
    level: int
    gap: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalHealth:
    """One goal of a cycle in force: how far it reaches and how it thins out."""

    cycle: str
    cycle_id: int
    revision: int
    metric: str
    currency: str
    start: date
    end: date
    """The days of the periods of the cycle that the month touches."""
    asked: Decimal
    carried: Decimal
    orphaned: Decimal
    units: list[UnitReach]
    levels: list[LevelGrowth]
    leak: Leak | None

    @property
    def reach(self) -> Reach:
        return Reach(asked=self.asked, carried=self.carried, orphaned=self.orphaned)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIn:
    """A person with the unit they sat in."""

    person: int
    name: str
    unit: int | None
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """Targets of somebody who is not there any more."""

    who: PersonIn
    metric: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMoved:
    """How much of what people under a unit were asked was moved."""

    unit: int
    name: str
    moved: Decimal
    asked: Decimal
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalMoved:
    """How much of a goal a revision moved, and under which units."""

    metric: str
    moved: Decimal
    asked: Decimal
    people: int
    units: list[UnitMoved]

    @property
    def ratio(self) -> Decimal | None:
        return ratio_of(self.moved, self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionMade:
    """A revision published in the month."""

    revision_id: int
    cycle: str
    cycle_id: int
    number: int
    reason: str
    by: int
    by_name: str
    at: datetime
    goals: list[GoalMoved]

    @property
    def ratio(self) -> Decimal | None:
        """Return how much it moved of the goal that it moved most."""
        ratios = [each.ratio for each in self.goals if each.ratio is not None]
        return max(ratios, default=None)

    @property
    def is_first(self) -> bool:
        """Tell whether it asked for the first time, and so changed nothing."""
        return self.number == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsMade:
    """How often one person worked on a cycle in the month."""

    cycle: str
    cycle_id: int
    by: int
    by_name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """How important somebody said a goal of theirs is, beside the weight that was set."""

    cycle_id: int
    metric: str
    rating: int
    weight: int
    """In ten-thousandths of all that the person carries in the cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlated:
    """A correlation as it was reckoned, with its 95% interval, or why there is none."""

    n: int
    coefficient: Decimal | None
    low: Decimal | None
    high: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """How far ratings follow the weights: by rank, which is the main figure, and linear."""

    rank: Correlated
    linear: Correlated


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterLine:
    """What one person rated, and how far it follows the weights."""

    who: PersonIn
    rated: list[Rated]
    aligned: Aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTarget:
    """A target that nobody did anything for."""

    who: PersonIn
    is_unit: bool
    quota: int
    metric: str
    start: date
    end: date
    asked: Decimal
    currency: str
    achieved: Decimal | None
    signs: list[Sign]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A receipt that was asked for and is not there."""

    who: PersonIn
    cycle: str
    cycle_id: int
    revision: int
    asked_on: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCounts:
    """What was counted of those who sit in one unit."""

    unit: int | None
    sellers: int = 0
    """How many who sell were there on the last day of the month."""
    targets: int = 0
    """How many targets were looked at for a sign of life."""
    receipts_asked: int = 0
    receipts_given: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a report says of a month."""

    month: str
    start: date
    end: date
    metrics: list[MetricThen] = field(default_factory=list)
    goals: list[GoalHealth] = field(default_factory=list)
    counts: list[UnitCounts] = field(default_factory=list)
    idle: list[PersonIn] = field(default_factory=list)
    """Who sells without any target."""
    deserted: list[PersonIn] = field(default_factory=list)
    """Units without anybody, in the place of people."""
    orphans: list[Orphan] = field(default_factory=list)
    revisions: list[RevisionMade] = field(default_factory=list)
    edits: list[EditsMade] = field(default_factory=list)
    aligned: Aligned | None = None
    """All ratings together; nothing where nobody rated."""
    raters: list[RaterLine] = field(default_factory=list)
    could_rate: list[PersonIn] = field(default_factory=list)
    """Who carries a goal of a cycle in force, and so could say how important it is."""
    dead: list[DeadTarget] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def sellers(self) -> int:
        return sum(each.sellers for each in self.counts)

    @property
    def targets(self) -> int:
        return sum(each.targets for each in self.counts)

    @property
    def receipts_asked(self) -> int:
        return sum(each.receipts_asked for each in self.counts)

    @property
    def receipts_given(self) -> int:
        return sum(each.receipts_given for each in self.counts)

    @property
    def adjustments(self) -> list[RevisionMade]:
        return [each for each in self.revisions if not each.is_first]

    def metric(self, key: str) -> MetricThen:
        """Return a metric as it was called; one that is not known is called by its key."""
        for each in self.metrics:
            if each.key == key:
                return each
        return MetricThen(key=key, name_zh=key, name_en=key, unit="count", version="")


_CONTENT = TypeAdapter(Content)


def content_as_data(content: Content) -> dict[str, object]:
    """Return a content as it is kept."""
    found: dict[str, object] = _CONTENT.dump_python(content, mode="json")
    return found


def read_content(kept: object) -> Content:
    return _CONTENT.validate_python(kept)


def digest_of(kept: Mapping[str, object]) -> str:
    """Return what names a content: the same for the same figures."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
