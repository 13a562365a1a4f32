"""The days on which things happened, as rules ask for them: one statement for all mornings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

import pyarrow as pa

from bihuan.facts import replica
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import MOST_DAYS

STANDING = """
    SELECT seq, kind, business_on, person_id, opportunity_id, stage FROM facts
    WHERE reverses_seq IS NULL AND person_id IS NOT NULL AND kind IN ({kinds})
        AND business_on < '{last}' AND business_on >= '{first}' {upto}
        AND seq NOT IN (SELECT reverses_seq FROM facts WHERE reverses_seq IS NOT NULL {upto})
"""
LAST = """
    WITH days AS (SELECT person_id, kind, {days} AS business_on FROM ({standing}) GROUP BY ALL)
    SELECT m.place, kind, person_id, max(business_on)
    FROM days JOIN mornings m ON business_on < m.morning GROUP BY ALL
"""
EACH_DAY, LAST_DAY = "business_on", "max(business_on)"
"""Of one morning the last day is all there is to know: far less to keep than every day."""
WAITING = """
    WITH steps AS ({standing}),
    latest AS (
        SELECT m.place, opportunity_id,
            arg_max(struct_pack(kind, business_on, person_id, stage),
                    (business_on - DATE '1970-01-01')::BIGINT * 1000000000000 + seq) AS step
        FROM steps JOIN mornings m ON business_on < m.morning
        WHERE opportunity_id IS NOT NULL GROUP BY ALL
    )
    SELECT place, step.person_id, step.stage, min(step.business_on) FROM latest
    WHERE step.kind IN ('opportunity.opened', 'opportunity.stage_entered') GROUP BY ALL
"""
STEPS = ("opportunity.opened", "opportunity.stage_entered", "opportunity.won", "opportunity.lost")


@dataclass
class Events:
    """When each person last did something of a kind, and how long their deals have waited."""

    last: dict[tuple[date, str], dict[int, date]] = field(default_factory=dict)
    waiting: dict[tuple[date, int], dict[str, date]] = field(default_factory=dict)

    def last_on(self, kinds: Sequence[str], person: int, before: date) -> date | None:
        days = [self.last.get((before, kind), {}).get(person) for kind in kinds]
        return max((each for each in days if each is not None), default=None)

    def waiting_since(self, stages: Collection[str], person: int, before: date) -> date | None:
        mine = self.waiting.get((before, person), {})
        days = [since for stage, since in mine.items() if not stages or stage in stages]
        return min(days, default=None)


def load_events(
    tenant: Tenant,
    kinds: Collection[str],
    mornings: Sequence[date],
    *,
    has_deals: bool,
    as_of_seq: int | None = None,
) -> Events:
    """Return the last days of some kinds before each morning, and the deals that waited then."""
    events = Events()
    if not mornings or not (kinds or has_deals):
        return events
    table = pa.table({"place": pa.array(range(len(mornings))), "morning": pa.array(list(mornings))})
    limits = {
        "last": max(mornings),
        "first": min(mornings) - timedelta(days=MOST_DAYS),
        "upto": "" if as_of_seq is None else f"AND seq <= {int(as_of_seq)}",
    }

    def question(reading: replica.Reading) -> None:
        given = {"mornings": table}
        if kinds:
            standing = STANDING.format(kinds=_quoted(kinds), **limits)
            days = LAST_DAY if len(mornings) == 1 else EACH_DAY
            sql = LAST.format(standing=standing, days=days)
            of_morning: dict[tuple[date, str], dict[int, date]] = defaultdict(dict)
            rows = cast("Sequence[tuple[int, str, int, date]]", reading.rows(sql, given))
            for place, kind, person, day in rows:
                of_morning[mornings[place], kind][person] = day
            events.last = of_morning
        if has_deals:
            sql = WAITING.format(standing=STANDING.format(kinds=_quoted(STEPS), **limits))
            of_person: dict[tuple[date, int], dict[str, date]] = defaultdict(dict)
            waits = cast("Sequence[tuple[int, int, str, date]]", reading.rows(sql, given))
            for place, person, stage, day in waits:
                of_person[mornings[place], person][stage] = day
            events.waiting = of_person

    replica.answer(tenant, question)
    return events


def _quoted(kinds: Collection[str]) -> str:
    return ", ".join("'{}'".format(each.replace("'", "''")) for each in sorted(kinds))
