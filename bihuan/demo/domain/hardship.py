"""Hardship: why some reps of the demo company are behind, so that the reason can be found.

One loses every deal on price, one because the people who decide have left, one opens no
deals at all, and one is asked for renewals that are signed and not paid yet.

>>> from bihuan.demo.domain.cast import cast
>>> struck = Struck.in_company(cast(seed=7))
>>> len({struck.on_price, struck.left_alone, struck.without_deals})
3
>>> [asked] = renewals_asked("HC0100", date(2026, 11, 26))
>>> asked.metric, asked.start.isoformat(), asked.end.isoformat(), asked.amount
('effective_renewal_amount', '2026-11-01', '2026-12-01', Decimal('420000'))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.domain.cast import Company
from bihuan.demo.domain.life import Event, Said
from bihuan.demo.domain.plan import PlannedQuota

PRICE, LEFT = "价格偏高", "决策人变动"
LOST_DAYS = (19, 14, 8, 3)
"""Days before today on which a planted deal is lost."""
HARD_DAYS = 100
"""For so long it has been hard: long enough that no deal of before is still being won."""
RENEWALS = Decimal(420_000)


@dataclass(frozen=True, slots=True)
class Struck:
    """Who is behind for which reason, by the codes of the cast."""

    on_price: str
    left_alone: str
    without_deals: str

    @classmethod
    def in_company(cls, company: Company) -> Struck:
        reps = [person for person in company.people if person.role == "rep"]

        def one_of(region: str, number: int) -> str:
            return [person.code for person in reps if person.region == region][number]

        return cls(
            on_price=one_of("华南大区", 11),
            left_alone=one_of("华北大区", 14),
            without_deals=one_of("西南大区", 9),
        )


def struck_by(events: Iterable[Event], struck: Struck, *, today: date) -> Iterator[Event]:
    """Yield the events with the hardships worked into them."""
    since = today - timedelta(days=HARD_DAYS)
    losing = {struck.on_price: PRICE, struck.left_alone: LEFT}
    known = list(events)
    hard = {_deal(event) for event in known if event.day >= since} - {""}
    for event in known:
        is_hard = _deal(event) in hard
        if event.person == struck.without_deals and is_hard:
            continue
        if event.person not in losing or not is_hard:
            yield event
        elif event.kind in ("opportunity.lost", "opportunity.won"):
            yield _lost_for(event, losing[event.person])
        elif event.kind in ("opportunity.opened", "opportunity.stage_entered"):
            yield event
    for person, outcome in losing.items():
        yield from _lost_one_by_one(person, outcome, today)


def _deal(event: Event) -> str:
    """Return the deal that something belongs to, as its contract and its payments do."""
    return "-".join(event.ref.split("-")[:3]) if event.ref.startswith("O-") else ""


def _lost_for(event: Event, outcome: str) -> Event:
    why = {**event.attributes, "outcome": outcome}
    return replace(event, kind="opportunity.lost", amount=None, attributes=why)


def _lost_one_by_one(person: str, outcome: str, today: date) -> Iterator[Event]:
    """Yield some deals that were lost for one reason, and one that is still open."""
    for number, before in enumerate((*LOST_DAYS, None)):
        ref = f"O-{person}-HARD-{number}"
        opened = today - timedelta(days=60 if before is not None else 12)
        listed = Decimal(486_000)
        deal = Event(
            ref=f"{ref}-0",
            kind="opportunity.opened",
            day=opened,
            person=person,
            opportunity=ref,
            product="DR-80",
            amount=listed,
            attributes={"stage": "需求确认", "list_amount": listed},
        )
        yield deal
        if before is not None:
            why: Said = {"opened_on": opened, "list_amount": listed, "outcome": outcome}
            day = today - timedelta(days=before)
            yield replace(
                deal,
                ref=f"{ref}-X",
                kind="opportunity.lost",
                day=day,
                amount=None,
                attributes=why,
            )


def renewals_asked(person: str, today: date) -> list[PlannedQuota]:
    """Return what the one whose renewal waits for its payment is asked for this month."""
    start = today.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1)
    return [PlannedQuota("effective_renewal_amount", person, start, end, RENEWALS)]
