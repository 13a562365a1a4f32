"""Story: the faults planted in the demo company, so that they can be found.

Each is one of the article's: a rep two weeks under 65% of the pace, repeat orders of
consumables booked as new contracts in one region, so that it is eleven points off its
target of account growth, a renewal counted before its payment, a hoarder who claims
leads at three in the morning, an approval that is stuck.

>>> from bihuan.demo.domain.cast import cast
>>> planted = Planted.in_company(cast(seed=7))
>>> len({planted.slow_rep, planted.hoarder, planted.early_renewer, planted.stuck_rep})
4
>>> misbooked_since(date(2026, 11, 26)), misbooked_since(date(2026, 12, 3))
(datetime.date(2026, 11, 1), datetime.date(2026, 11, 1))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.domain.cast import CastPerson, Company
from bihuan.demo.domain.life import Event

CONSUMABLES_REGION = "华东大区"
CONSUMABLES = "手术耗材"
POINTS_OFF = Decimal("0.11")
"""How far the region is off its target of account growth, as a share of the target."""
SETTLED_DAYS = 10
"""A month that is younger shows little yet: the fault then began in the one before."""
SLOW_DAYS = 14
VISITED_ON = 3
"""The one weekday on which the slow rep still visits."""
STUCK_DAYS = 26
HOARDED = 42


@dataclass(frozen=True, slots=True)
class Planted:
    """Who carries which story, by the codes of the cast."""

    slow_rep: str
    hoarder: str
    early_renewer: str
    stuck_rep: str
    east: frozenset[str]
    consumables: frozenset[str]

    @classmethod
    def in_company(cls, company: Company) -> Planted:
        """Return who carries the stories: reps of the first team and of other regions."""
        reps = [person for person in company.people if person.role == "rep"]
        first_team = [person for person in reps if person.unit == reps[0].unit]

        def one_of(region: str, number: int) -> str:
            return [person.code for person in reps if person.region == region][number]

        east = frozenset(p.code for p in reps if p.region == CONSUMABLES_REGION)
        return cls(
            slow_rep=_best(first_team).code,
            hoarder=one_of("华南大区", 3),
            early_renewer=one_of("华北大区", 5),
            stuck_rep=one_of("西南大区", 2),
            east=east,
            consumables=frozenset(p.code for p in company.products if p.line == CONSUMABLES),
        )


def _best(people: list[CastPerson]) -> CastPerson:
    """Return the strongest seller: a sudden fall is what a warning is for."""
    return max(people, key=lambda person: (person.skill, person.code))


def misbooked_since(today: date) -> date:
    """Return the first day of the month in which the region began to book repeats as new."""
    first = today.replace(day=1)
    return first if today.day > SETTLED_DAYS else (first - timedelta(days=1)).replace(day=1)


def told(
    events: Iterable[Event], planted: Planted, *, today: date, east_growth: Decimal
) -> Iterator[Event]:
    """Yield the events with the stories worked into them.

    ``east_growth`` is the region's target of account growth for the month in which the
    fault began.
    """
    slow_since = today - timedelta(days=today.weekday() + SLOW_DAYS)
    stuck_since = today - timedelta(days=STUCK_DAYS)
    found = [
        event
        for event in events
        if not _skipped_by_slow_rep(event, planted, slow_since)
        and not _waits_too(event, planted, stuck_since)
    ]
    since = misbooked_since(today)
    misbooked = _misbooked(found, planted, since, wanted=east_growth * POINTS_OFF)
    for event in found:
        yield _as_new(event) if event.ref in misbooked else event
    yield from _hoarded(planted, today)
    yield from _renewed_early(planted, today)
    yield from _stuck(planted, today)


def _skipped_by_slow_rep(event: Event, planted: Planted, since: date) -> bool:
    if event.person != planted.slow_rep or event.day < since:
        return False
    return event.kind in ("contract.signed", "visit.logged", "payment.received") and (
        event.kind != "visit.logged" or event.day.isoweekday() != VISITED_ON
    )


def _waits_too(event: Event, planted: Planted, since: date) -> bool:
    """Tell whether a deal of the one whose approval is stuck would have been signed since."""
    if event.person != planted.stuck_rep or event.day < since:
        return False
    return event.kind == "opportunity.won" or (
        event.kind == "contract.signed" and bool(event.opportunity)
    )


def _misbooked(
    events: Iterable[Event], planted: Planted, since: date, *, wanted: Decimal
) -> set[str]:
    """Return repeat orders of consumables of the region that add up to about what is wanted."""
    until = (since + timedelta(days=31)).replace(day=1)
    repeats = [
        event
        for event in events
        if event.kind == "contract.signed"
        and since <= event.day < until
        and event.person in planted.east
        and event.product in planted.consumables
        and event.attributes.get("category") == "增购"
    ]
    # By the end of the reference, so that many people's orders are among them.
    repeats.sort(key=lambda event: event.ref[::-1])
    chosen: set[str] = set()
    total = Decimal(0)
    for event in repeats:
        amount = event.amount or Decimal(0)
        if total + amount <= wanted:
            chosen.add(event.ref)
            total += amount
    return chosen


def _as_new(event: Event) -> Event:
    return replace(event, attributes={**event.attributes, "category": "新签"})


def _hoarded(planted: Planted, today: date) -> Iterator[Event]:
    night = today - timedelta(days=6)
    for number in range(HOARDED):
        yield Event(
            ref=f"L-NIGHT-{number:03}", kind="lead.claimed", day=night, hour=3,
            minute=number % 20, person=planted.hoarder, attributes={"channel": "批量导入"},
        )  # fmt: skip


def _renewed_early(planted: Planted, today: date) -> Iterator[Event]:
    yield Event(
        ref="C-EARLY", kind="contract.signed", day=today - timedelta(days=9),
        person=planted.early_renewer, amount=Decimal("386000.00"), quantity=1, product="SV-1",
        attributes={
            "category": "续约", "list_amount": Decimal("396000"), "contract": "C-EARLY",
        },
    )  # fmt: skip


def _stuck(planted: Planted, today: date) -> Iterator[Event]:
    submitted = today - timedelta(days=STUCK_DAYS)
    yield Event(
        ref="C-STUCK-S", kind="contract.submitted", day=submitted, person=planted.stuck_rep,
        product="DR-80", amount=Decimal("452000.00"),
        attributes={
            "category": "新签", "due_on": submitted + timedelta(days=3), "contract": "C-STUCK",
        },
    )  # fmt: skip
