"""Back-test: whom a rule would have hit over a past span, and what that would have meant.

It takes the very steps that the engine takes each morning, over facts and targets as they
are known today. ``as_known_then`` reads on each morning only the facts that had been
recorded by then; targets are those of today either way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from statistics import median_low
from zoneinfo import ZoneInfo

from bihuan.facts.models import Member
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain, period_of, periods
from bihuan.metrics.queries import seq_at
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.replay import Episode, mornings
from bihuan.rules.domain.subject import Subject
from bihuan.rules.engine import Board, Key, Roster, Seating, board_of, replayed
from bihuan.rules.queries.addressing import About, Addressing

Boards = Callable[[date], Board]
Covered = Mapping[date, Mapping[Key, int]]

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

    subject: tuple[str, int]
    """Of what kind, and which, the one is that it would have been about."""
    name: str
    code: str
    pinyin: str
    responsible: Person | None
    """The person it would have been about, or the owner."""
    unit: Unit
    metric: str
    fired_on: date
    recovered_on: date | None
    gone_on: date | None

    @property
    def person(self) -> Person | None:
        """Return the person it would have been about; nobody where it is about something else."""
        return self.responsible if self.subject[0] == Subject.PERSON.value else None

    @property
    def account(self) -> int | None:
        return self.subject[1] if self.subject[0] == Subject.ACCOUNT.value else None

    @property
    def opportunity(self) -> int | None:
        return self.subject[1] if self.subject[0] == Subject.OPPORTUNITY.value else None

    @property
    def owner(self) -> Person | None:
        return None if self.person is not None else self.responsible

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
        return len({hit.subject for hit in self.hits})

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
    boards = _boards(tenant, definition, days, as_known_then=as_known_then)
    covered = {on: boards(on).roster.covered(definition, on) for on in days}
    addressing = Addressing(tenant)
    found = list(replayed(boards, definition, days, covered))
    naming = _Naming(tenant, definition, boards, {key for key, _, _ in found}, addressing)
    hits = sorted((naming.hit(covered, *each) for each in found), key=_in_order)
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


class _Naming:
    """Says of whom or what the hits are, in one question for all of them."""

    def __init__(
        self,
        tenant: Tenant,
        definition: RuleDefinition,
        boards: Boards,
        keys: Collection[Key],
        addressing: Addressing,
    ) -> None:
        self._definition, self._boards, self._addressing = definition, boards, addressing
        held = [pk for _, pk in keys] if definition.subject.is_held else []
        self._members = Member.objects.filter(tenant=tenant).in_bulk(held)

    def hit(self, covered: Covered, key: Key, metric: str, each: Episode) -> Hit:
        on = each.opened_on
        roster = self._boards(on).roster
        unit = roster.units[covered[on][key]]
        person = self._responsible(roster, key, on)
        subject: Person | Unit | Member = unit
        if key[0] == Subject.PERSON.value:
            subject = self._addressing.people[key[1]]
        elif key[1] in self._members:
            subject = self._members[key[1]]
        return Hit(
            subject=key,
            name=subject.name,
            code=subject.code,
            pinyin=subject.pinyin,
            responsible=person,
            unit=unit,
            metric=metric or self._definition.main_metric,
            fired_on=on,
            recovered_on=each.recovered_on,
            gone_on=each.gone_on,
        )

    def _responsible(self, roster: Roster, key: Key, on: date) -> Person | None:
        if self._definition.subject.is_held:
            owner = roster.owner(self._definition.subject, self._definition.cover, key[1], on)
            return None if owner is None else self._addressing.people[owner]
        return self._addressing.people[key[1]] if key[0] == Subject.PERSON.value else None


def _in_order(hit: Hit) -> tuple[date, str, str, int]:
    return (hit.fired_on, hit.pinyin, hit.metric, hit.subject[1])


def _boards(
    tenant: Tenant,
    definition: RuleDefinition,
    days: Sequence[date],
    *,
    as_known_then: bool,
) -> Boards:
    """Return what gives the board of a morning: one for all, or each with its own knowledge."""
    if not as_known_then:
        board = board_of(tenant, {on: [definition] for on in days})
        return lambda on: board
    zone, seating = ZoneInfo(tenant.time_zone), Seating(tenant)
    each = {}
    for on in days:
        asked, seq = {on: [definition]}, seq_at(tenant, datetime.combine(on, time(), zone))
        roster = Roster(tenant, asked, seating=seating, as_of_seq=seq)
        each[on] = board_of(tenant, asked, roster=roster, as_of_seq=seq)
    return each.__getitem__


def _loads(
    definition: RuleDefinition, hits: Sequence[Hit], addressing: Addressing
) -> Iterator[Load]:
    """Yield what each addressee would have had to do, the most burdened first."""
    weeks: dict[tuple[int, str], Counter[date]] = defaultdict(Counter)
    for hit in hits:
        about = About(None if hit.responsible is None else hit.responsible.pk, hit.unit.path)
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
