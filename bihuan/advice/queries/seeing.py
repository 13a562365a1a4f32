"""What periods looked like on the same morning: figures of people, or of the units of a level.

Two questions to the replica give the past of everybody of a kind in all metrics, one
of them only where opportunities in hand matter; a third gives the present as
somebody may see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.advice.domain.glimpse import Glimpse
from bihuan.advice.queries.asking import Question
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricRow, Where, evaluate, evaluate_many
from bihuan.org.domain.scope import Scope

IN_HAND = "open_opportunities"
WITH_HAND = frozenset({"won_amount", "won_count", "signed_amount", "contracts_count"})
"""Metrics that what lies in hand turns into."""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Kind:
    """Who is projected together: some people, or all units of one level of the tree."""

    people: tuple[int, ...] = ()
    depth: int | None = None

    @property
    def by(self) -> str:
        return "unit" if self.depth is not None else "person"

    @property
    def where(self) -> Where:
        if self.depth is not None:
            return Where(unit_depth=self.depth)
        return Where(person_ids=self.people)


Figures = dict[tuple[int, str], tuple[Decimal, int]]
"""Value and facts of each subject in each span, by the span's key."""


def past(asked: Question, kind: Kind) -> dict[str, list[Glimpse]]:
    """Return what everybody of a kind had at this point of past periods, by metric."""
    board = evaluate_many(
        tenant=asked.tenant,
        metrics=asked.keys,
        spans=[span for place in range(len(asked.before)) for span in _cut(asked, place)],
        scope=None,
        by=(kind.by,),
        where=kind.where,
        as_of_seq=asked.as_of_seq,
    )
    hand = _in_hand(asked, kind, list(zip(asked.before, asked.mornings, strict=True)))
    found = {}
    for key in asked.keys:
        figures = _figures(board.rows(key))
        found[key] = _glimpses(asked, figures, hand if key in WITH_HAND else {})
    return found


def present(asked: Question, kind: Kind, scope: Scope | None) -> dict[str, dict[int, Glimpse]]:
    """Return what everybody of a kind has by now, as far as it may be seen, by metric."""
    span = Period("now", asked.period.start, asked.morning)
    board = evaluate_many(
        tenant=asked.tenant,
        metrics=asked.keys,
        spans=[span],
        scope=scope,
        by=(kind.by,),
        where=kind.where,
        as_of_seq=asked.as_of_seq,
    )
    hand = _in_hand(asked, kind, [(asked.period, asked.morning)])
    place = len(asked.before)
    found: dict[str, dict[int, Glimpse]] = {}
    for key in asked.keys:
        figures = _figures(board.rows(key))
        open_now = hand if key in WITH_HAND else {}
        found[key] = {
            subject: Glimpse(
                subject=subject,
                place=place,
                days=asked.days,
                done=value,
                pieces=pieces,
                open=open_now.get((subject, asked.period.key), 0),
            )
            for (subject, _), (value, pieces) in figures.items()
        }
    return found


def nothing_yet(asked: Question, subject: int) -> Glimpse:
    """Return what is seen of somebody who has nothing in the period that runs."""
    return Glimpse(subject=subject, place=len(asked.before), days=asked.days, done=ZERO)


def _cut(asked: Question, place: int) -> Iterable[Period]:
    """Yield the parts of a past period: before the morning, from it, and its first fifth."""
    period = asked.before[place]
    morning = asked.mornings[place]
    if period.start < morning:
        yield Period(f"{place}:done", period.start, morning)
    if morning < period.end:
        yield Period(f"{place}:rest", morning, period.end)
    yield Period(f"{place}:first", period.start, period.start + timedelta(days=period.days // 5))


def _figures(rows: Iterable[MetricRow]) -> Figures:
    found: Figures = {}
    for row in rows:
        subject = None if row.is_total else next(iter(row.keys.values()))
        if subject is not None and row.period is not None and row.value is not None:
            found[int(subject), row.period.key] = (row.value, row.facts)
    return found


def _in_hand(
    asked: Question, kind: Kind, mornings: Sequence[tuple[Period, date]]
) -> dict[tuple[int, str], int]:
    """Return how many opportunities each had in hand on the morning of each period."""
    if not WITH_HAND & set(asked.keys):
        return {}
    rows = evaluate(
        tenant=asked.tenant,
        metric=IN_HAND,
        spans=[Period(each.key, day - timedelta(days=1), day) for each, day in mornings],
        scope=None,
        by=(kind.by,),
        where=kind.where,
        as_of_seq=asked.as_of_seq,
        with_total=False,
    )
    return {key: int(value) for key, (value, _) in _figures(rows).items()}


def _glimpses(
    asked: Question, figures: Figures, hand: Mapping[tuple[int, str], int]
) -> list[Glimpse]:
    """Return a glimpse of each subject in each past period from its own first one on."""
    subjects: dict[int, int] = {}
    brought: dict[int, set[str]] = defaultdict(set)
    for (subject, key), (_, pieces) in figures.items():
        place, _, part = key.partition(":")
        if pieces:
            brought[int(place)].add(part)
            subjects[subject] = min(int(place), subjects.get(subject, int(place)))
    first = _first_whole(brought)
    return [
        _glimpse(asked, figures, hand, (subject, place))
        for place in range(first, len(asked.before))
        for subject, begins in subjects.items()
        if begins <= place
    ]


def _first_whole(brought: Mapping[int, set[str]]) -> int:
    """Return the first period that counts: of the very first, half may lie before the records."""
    first = min(brought, default=0)
    return first if "first" in brought.get(first, ()) else first + 1


def _glimpse(
    asked: Question,
    figures: Figures,
    hand: Mapping[tuple[int, str], int],
    which: tuple[int, int],
) -> Glimpse:
    subject, place = which
    period = asked.before[place]
    done, before = figures.get((subject, f"{place}:done"), (ZERO, 0))
    rest, after = figures.get((subject, f"{place}:rest"), (ZERO, 0))
    return Glimpse(
        subject=subject,
        place=place,
        days=asked.days_before[place],
        done=done,
        rest=rest,
        pieces=before + after,
        open=hand.get((subject, period.key), 0),
    )
