"""With whom customers and deals lie, since when they are known, and how far deals are.

A customer or deal lies with whoever is named by the latest fact of it that counts: the one
of the latest business day, and of that day the one recorded last. What this product
records of its own deeds does not count, and what names nobody leaves it where it lies. A
customer is one, whichever of its accounts a fact names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast

import pyarrow as pa

from bihuan.customers.queries import entity_map
from bihuan.facts import replica
from bihuan.facts.domain.kind import BUILT_IN
from bihuan.org.models import Tenant
from bihuan.rules.domain.subject import Subject

OWN_KINDS = tuple(sorted(kind.code for kind in BUILT_IN.values() if kind.source))
"""What the product records of its own deeds: it says nothing of who deals with a customer."""
OPEN = ("opportunity.opened", "opportunity.stage_entered")
STEPS = (*OPEN, "opportunity.won", "opportunity.lost")

STANDING = """
    SELECT *, (business_on - DATE '1970-01-01')::BIGINT * 1000000000000 + seq AS place
    FROM facts WHERE reverses_seq IS NULL {upto} AND business_on < '{last}'
        AND seq NOT IN (SELECT reverses_seq FROM facts WHERE reverses_seq IS NOT NULL {upto})
"""
"""Facts that count; ``place`` puts them in order."""
WHO = {
    Subject.PERSON: "person_id",
    Subject.ACCOUNT: "coalesce(customer, account_id)",
    Subject.OPPORTUNITY: "opportunity_id",
}
"""Whose a fact is."""
WITH_CUSTOMERS = "LEFT JOIN customers ON account = account_id"
JOINED = {**dict.fromkeys(WHO, ""), Subject.ACCOUNT: WITH_CUSTOMERS}
"""What facts are joined to, to know whose they are."""
HELD = """
    WITH holders AS (
        SELECT {who} AS member, {day} AS day, min(business_on) AS first_on,
            arg_max(struct_pack(person_id, unit_id), place) AS holder
        FROM ({standing}) {joined}
        WHERE person_id IS NOT NULL AND {who} IS NOT NULL AND kind NOT IN ({own})
        GROUP BY member {by}
    )
    SELECT member, day, first_on, holder.person_id, holder.unit_id FROM holders
    QUALIFY lag(holder) OVER (PARTITION BY member ORDER BY day) IS DISTINCT FROM holder
    ORDER BY member, day
"""
STEPPED = """
    SELECT opportunity_id, {day} AS day, arg_max(struct_pack(kind, stage), place) AS step,
        arg_max(amount, place) FILTER (WHERE amount IS NOT NULL), min(business_on)
    FROM ({standing}) WHERE opportunity_id IS NOT NULL AND kind IN ({steps})
    GROUP BY opportunity_id {by} ORDER BY opportunity_id, day
"""


class Held(NamedTuple):
    """From the day after a day on, somebody has a customer or deal, seen in a unit."""

    day: date
    person_id: int
    unit_id: int | None


class Stepped(NamedTuple):
    """How far a deal is from the day after a day on; its amount in ten-thousandths."""

    day: date
    kind: str
    stage: str
    amount: int | None

    @property
    def is_open(self) -> bool:
        return self.kind in OPEN


@dataclass
class Holding:
    """The customers, or the deals, of a company over some mornings."""

    held: dict[int, list[Held]] = field(default_factory=dict)
    first_on: dict[int, date] = field(default_factory=dict)
    """The day of the first fact of each."""
    steps: dict[int, list[Stepped]] = field(default_factory=dict)
    opened_on: dict[int, date] = field(default_factory=dict)
    """The day of the first step of each deal."""
    merged: Mapping[int, int] = field(default_factory=dict)
    """The customer of each account that was merged away."""

    def holder(self, member: int, on: date) -> Held | None:
        """Return with whom it lies on a morning: what happened before that day decides."""
        held = self.held.get(member, ())
        place = bisect_left(held, on, key=_day)
        return held[place - 1] if place else None

    def step(self, member: int, on: date) -> Stepped | None:
        """Return how far a deal is on a morning."""
        steps = self.steps.get(member, ())
        place = bisect_left(steps, on, key=_day)
        return steps[place - 1] if place else None


def _day(row: Held | Stepped) -> date:
    return row.day


def load_holding(
    tenant: Tenant, subject: Subject, mornings: Collection[date], as_of_seq: int | None = None
) -> Holding:
    """Return with whom the customers or deals lie on each of some mornings, in one question."""
    found = Holding(merged=entity_map(tenant, as_of_seq))
    if not mornings:
        return found
    standing = standing_sql(max(mornings), as_of_seq)
    # Of one morning the last is all there is to know: far less to keep than every day.
    is_one = len(set(mornings)) == 1
    by_day = {"day": "max(business_on)", "by": ""} if is_one else {"day": "business_on"}
    parts = {"by": ", business_on", "standing": standing, **by_day}

    def question(reading: replica.Reading) -> None:
        given = {"customers": customers_table(found.merged)}
        whose = {"who": WHO[subject], "joined": JOINED[subject], "own": quoted(OWN_KINDS)}
        held = HELD.format(**whose, **parts)
        _keep_held(found, cast("Sequence[tuple[Any, ...]]", reading.rows(held, given)))
        if subject is Subject.OPPORTUNITY:
            steps = STEPPED.format(steps=quoted(STEPS), **parts)
            _keep_steps(found, cast("Sequence[tuple[Any, ...]]", reading.rows(steps, given)))

    replica.answer(tenant, question)
    return found


def _keep_held(found: Holding, rows: Sequence[tuple[Any, ...]]) -> None:
    held: dict[int, list[Held]] = defaultdict(list)
    for member, day, first_on, person, unit in rows:
        held[member].append(Held(day, person, unit))
        found.first_on[member] = min(first_on, found.first_on.get(member, first_on))
    found.held = held


def _keep_steps(found: Holding, rows: Sequence[tuple[Any, ...]]) -> None:
    steps: dict[int, list[Stepped]] = defaultdict(list)
    for member, day, step, amount, first in rows:
        before = steps[member][-1].amount if steps[member] else None
        kept = before if amount is None else amount
        steps[member].append(Stepped(day, step["kind"], step["stage"] or "", kept))
        found.opened_on[member] = min(first, found.opened_on.get(member, first))
    found.steps = steps


def standing_sql(last: date, as_of_seq: int | None) -> str:
    """Return the statement of all facts that count before a day, as of a number where given."""
    upto = "" if as_of_seq is None else f"AND seq <= {int(as_of_seq)}"
    return STANDING.format(last=last, upto=upto)


def customers_table(merged: Mapping[int, int]) -> pa.Table:
    """Return the customers of accounts that were merged away, to be joined to facts."""
    return pa.table(
        {
            "account": pa.array(list(merged), pa.int64()),
            "customer": pa.array(list(merged.values()), pa.int64()),
        }
    )


def quoted(kinds: Collection[str]) -> str:
    """Return names as a list in a statement."""
    return ", ".join("'{}'".format(each.replace("'", "''")) for each in sorted(kinds))
