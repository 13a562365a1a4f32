"""The days on which things happened, as rules ask for them: one statement for all mornings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

import pyarrow as pa

from bihuan.customers.queries import entity_map
from bihuan.facts import replica
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import MOST_DAYS
from bihuan.rules.domain.subject import Subject
from bihuan.rules.engine.holding import (
    JOINED,
    OPEN,
    STEPS,
    WHO,
    customers_table,
    quoted,
    standing_sql,
)
from bihuan.rules.engine.seating import Key

STANDING = """
    SELECT seq, place, kind, business_on, {who} AS who, opportunity_id, stage
    FROM ({standing}) {joined}
    WHERE kind IN ({kinds}) AND business_on >= '{first}'
"""
LAST = """
    WITH days AS (
        SELECT who, kind, {days} AS business_on FROM ({standing}) WHERE who IS NOT NULL
        GROUP BY ALL
    )
    SELECT m.place, kind, who, max(business_on)
    FROM days JOIN mornings m ON business_on < m.morning GROUP BY ALL
"""
EACH_DAY, LAST_DAY = "business_on", "max(business_on)"
"""Of one morning the last day is all there is to know: far less to keep than every day."""
WAITING = """
    WITH steps AS ({standing}),
    latest AS (
        SELECT m.place, opportunity_id,
            arg_max(struct_pack(kind, business_on, stage), steps.place) AS step,
            arg_max(who, steps.place) FILTER (WHERE who IS NOT NULL) AS who
        FROM steps JOIN mornings m ON business_on < m.morning
        WHERE opportunity_id IS NOT NULL GROUP BY ALL
    )
    SELECT place, who, step.stage, min(step.business_on) FROM latest
    WHERE who IS NOT NULL AND step.kind IN ({open}) GROUP BY ALL
"""
"""A deal waits with whoever the latest of its steps names that names anybody."""


@dataclass
class Watched:
    """What rules look for in the facts of one kind of subject."""

    subject: Subject
    kinds: set[str] = field(default_factory=set)
    has_deals: bool = False


@dataclass
class Events:
    """When each subject last had a fact of a kind, and how long its deals have waited."""

    last: dict[tuple[str, date, str], dict[int, date]] = field(default_factory=dict)
    waiting: dict[tuple[date, Key], dict[str, date]] = field(default_factory=dict)

    def last_on(self, kinds: Sequence[str], key: Key, before: date) -> date | None:
        days = [self.last.get((key[0], before, kind), {}).get(key[1]) for kind in kinds]
        return max((each for each in days if each is not None), default=None)

    def waiting_since(self, stages: Collection[str], key: Key, before: date) -> date | None:
        mine = self.waiting.get((before, key), {})
        days = [since for stage, since in mine.items() if not stages or stage in stages]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One kind of subject, the mornings, and how its facts are found."""

    watched: Watched
    mornings: Sequence[date]
    as_of_seq: int | None

    def standing(self, kinds: Collection[str]) -> str:
        return STANDING.format(
            who=WHO[self.watched.subject],
            joined=JOINED[self.watched.subject],
            standing=standing_sql(max(self.mornings), self.as_of_seq),
            kinds=quoted(kinds),
            first=min(self.mornings) - timedelta(days=MOST_DAYS),
        )


def load_events(
    tenant: Tenant,
    watched: Sequence[Watched],
    mornings: Sequence[date],
    *,
    as_of_seq: int | None = None,
) -> Events:
    """Return the last days of some kinds before each morning, and the deals that waited then."""
    events = Events()
    asked = [each for each in watched if each.subject in WHO and (each.kinds or each.has_deals)]
    if not mornings or not asked:
        return events
    has_customers = any(each.subject is Subject.ACCOUNT for each in asked)
    given = {
        "mornings": pa.table(
            {"place": pa.array(range(len(mornings))), "morning": pa.array(list(mornings))}
        ),
        "customers": customers_table(entity_map(tenant, as_of_seq) if has_customers else {}),
    }

    def question(reading: replica.Reading) -> None:
        for each in asked:
            asking = _Asking(each, mornings, as_of_seq)
            if each.kinds:
                _load_last(events, reading, asking, given)
            if each.has_deals and each.subject is not Subject.OPPORTUNITY:
                _load_waiting(events, reading, asking, given)

    replica.answer(tenant, question)
    return events


def _load_last(
    events: Events, reading: replica.Reading, asking: _Asking, given: dict[str, pa.Table]
) -> None:
    subject = asking.watched.subject.value
    days = LAST_DAY if len(asking.mornings) == 1 else EACH_DAY
    sql = LAST.format(standing=asking.standing(asking.watched.kinds), days=days)
    found: dict[tuple[str, date, str], dict[int, date]] = defaultdict(dict)
    rows = cast("Sequence[tuple[int, str, int, date]]", reading.rows(sql, given))
    for place, kind, who, day in rows:
        found[subject, asking.mornings[place], kind][who] = day
    events.last |= found


def _load_waiting(
    events: Events, reading: replica.Reading, asking: _Asking, given: dict[str, pa.Table]
) -> None:
    subject = asking.watched.subject.value
    sql = WAITING.format(standing=asking.standing(STEPS), open=quoted(OPEN))
    found: dict[tuple[date, Key], dict[str, date]] = defaultdict(dict)
    rows = cast("Sequence[tuple[int, int, str, date]]", reading.rows(sql, given))
    for place, who, stage, day in rows:
        found[asking.mornings[place], (subject, who)][stage] = day
    events.waiting |= found
