"""Back-test: whom a rule would have hit over a past span, and what that would have meant.

It takes the very steps that the engine takes each morning, over facts and targets as they
are known today. ``as_known_then`` reads on each morning only the facts that had been
recorded by then; targets are those of today either way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from statistics import median_low
from zoneinfo import ZoneInfo

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain, period_of, periods
from bihuan.metrics.queries import seq_at
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules.domain.cover import Subject
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.replay import mornings
from bihuan.rules.engine import Board, Seating, board_of, replayed
from bihuan.rules.queries.addressing import About, Addressing

LONGEST_DAYS = 800
MOST_MORNINGS = 400


class SpanUnfit(Invalid):
    code = "rules.span_unfit"
    says = gettext_noop("A back-test reaches over at most %(days)s days, and %(looks)s looks.")


class NotAsKnownThen(Invalid):
    code = "rules.not_as_known_then"
    says = gettext_noop("Rules of units are tried on facts as they are known today only.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An alert that there would have been."""

    person: Person | None
    unit: Unit
    metric: str
    fired_on: date
    recovered_on: date | None
    gone_on: date | None

    @property
    def days(self) -> int | None:
        """Return after how many days it recovered."""
        return None if self.recovered_on is None else (self.recovered_on - self.fired_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a rule would have asked of one person: how much in all, and in the worst week."""

    person: Person
    kind: str
    total: int
    most: int


@dataclass(frozen=True, kw_only=True)
class BackTest:
    """What a rule would have done over a span."""

    definition: RuleDefinition
    start: date
    end: date
    mornings: Sequence[date]
    subjects: int
    """How many were covered at any time."""
    hits: Sequence[Hit]
    loads: Sequence[Load]
    as_known_then: bool = False

    @cached_property
    def recovered(self) -> int:
        """Return how many came back by themselves: nobody was told of them."""
        return sum(hit.recovered_on is not None for hit in self.hits)

    @cached_property
    def hit_subjects(self) -> int:
        return len({(hit.person.pk if hit.person else None, hit.unit.pk) for hit in self.hits})

    @cached_property
    def recovered_ratio(self) -> Decimal | None:
        if not self.hits:
            return None
        share = Decimal(self.recovered) / len(self.hits)
        return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)

    @cached_property
    def median_days(self) -> int | None:
        """Return after how many days half of those that recovered had."""
        days = [hit.days for hit in self.hits if hit.days is not None]
        return median_low(days) if days else None

    @cached_property
    def by_week(self) -> list[tuple[str, int]]:
        """Return how many alerts would have opened in each week."""
        count = Counter(period_of(hit.fired_on, Grain.WEEK).key for hit in self.hits)
        weeks = periods(self.start, self.end, Grain.WEEK)
        return [(week.key, count[week.key]) for week in weeks]

    @property
    def most_in_a_week(self) -> int:
        return max((count for _, count in self.by_week), default=0)


def back_test(
    tenant: Tenant,
    definition: RuleDefinition,
    *,
    start: date,
    end: date,
    as_known_then: bool = False,
) -> BackTest:
    """Return what a rule would have done on the mornings of ``[start, end)``."""
    days = mornings(start, end, definition.every) if start < end else []
    if (end - start).days > LONGEST_DAYS or len(days) > MOST_MORNINGS or not start < end:
        raise SpanUnfit(days=LONGEST_DAYS, looks=MOST_MORNINGS)
    if as_known_then and definition.subject is Subject.UNIT:
        raise NotAsKnownThen()
    seating = Seating(tenant)
    covered = {on: seating.covered(definition.subject, definition.cover, on) for on in days}
    boards = _boards(tenant, definition, days, seating, as_known_then=as_known_then)
    addressing = Addressing(tenant)
    hits = []
    for key, metric, each in replayed(boards, definition, days, covered):
        hits.append(
            Hit(
                person=addressing.people[key[1]] if key[0] == "person" else None,
                unit=seating.units[covered[each.opened_on][key]],
                metric=metric or definition.main_metric,
                fired_on=each.opened_on,
                recovered_on=each.recovered_on,
                gone_on=each.gone_on,
            )
        )
    hits.sort(key=_in_order)
    return BackTest(
        definition=definition,
        start=start,
        end=end,
        mornings=days,
        subjects=len({key for each in covered.values() for key in each}),
        hits=hits,
        loads=list(_loads(definition, hits, addressing)),
        as_known_then=as_known_then,
    )


def _in_order(hit: Hit) -> tuple[date, str, str, int]:
    name = hit.person.pinyin if hit.person is not None else hit.unit.pinyin
    return (hit.fired_on, name, hit.metric, hit.person.pk if hit.person else hit.unit.pk)


def _boards(
    tenant: Tenant,
    definition: RuleDefinition,
    days: Sequence[date],
    seating: Seating,
    *,
    as_known_then: bool,
) -> Callable[[date], Board]:
    """Return what gives the board of a morning: one for all, or each with its own knowledge."""
    if not as_known_then:
        board = board_of(tenant, {on: [definition] for on in days}, seating=seating)
        return lambda on: board
    zone = ZoneInfo(tenant.time_zone)
    each = {
        on: board_of(
            tenant,
            {on: [definition]},
            seating=seating,
            as_of_seq=seq_at(tenant, datetime.combine(on, time(), zone)),
        )
        for on in days
    }
    return each.__getitem__


def _loads(
    definition: RuleDefinition, hits: Sequence[Hit], addressing: Addressing
) -> Iterator[Load]:
    """Yield what each addressee would have had to do, the most burdened first."""
    weeks: dict[tuple[int, str], Counter[date]] = defaultdict(Counter)
    for hit in hits:
        about = About(hit.person.pk if hit.person is not None else None, hit.unit.path)
        for response in definition.responses:
            for person in addressing.find(response, about, hit.fired_on):
                week = hit.fired_on - timedelta(days=hit.fired_on.weekday())
                weeks[person.pk, response.kind.value][week] += 1
    found = [
        Load(
            person=addressing.people[pk],
            kind=kind,
            total=sum(of_week.values()),
            most=max(of_week.values()),
        )
        for (pk, kind), of_week in weeks.items()
    ]
    yield from sorted(found, key=lambda load: (-load.most, -load.total, load.person.pinyin))
