"""A renewal counts once it is signed, paid and filed: in every order, with everything reversed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.facts.actions import record, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.period import Grain, periods
from bihuan.metrics.queries import evaluate
from bihuan.metrics.queries.pending import Pending, pending
from bihuan.metrics.tests.company import Company
from bihuan.org.access import scope_of

pytestmark = pytest.mark.django_db
KEY = "effective_renewal_amount"
FIRST = date(2026, 9, 1)
KINDS = {"signed": "contract.signed", "paid": "payment.received", "filed": "contract.filed"}
CONTRACTS = {"XY-1": Decimal("386000.00"), "XY-2": Decimal("12.3456")}


@dataclass
class Event:
    """A step of a story: a fact that comes, or, with ``undoes``, one that is taken back."""

    gate: str
    contract: str
    day: int
    undoes: int | None = None


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """Draw facts of two contracts in any order, with some taken back and come again."""
    events: list[Event] = []
    for _ in range(draw(st.integers(3, 9))):
        standing = [
            place
            for place, event in enumerate(events)
            if event.undoes is None and all(other.undoes != place for other in events)
        ]
        if standing and draw(st.integers(0, 3)) == 0:
            place = draw(st.sampled_from(standing))
            events.append(Event(events[place].gate, events[place].contract, 0, undoes=place))
            continue
        events.append(
            Event(
                draw(st.sampled_from(sorted(KINDS))),
                draw(st.sampled_from(sorted(CONTRACTS))),
                draw(st.integers(0, 80)),
            )
        )
    return events


def tell(company: Company, events: Sequence[Event]) -> list[tuple[Fact, Event]]:
    """Bring the story into the ledger, step by step, and return what stands in the end."""
    told: dict[int, tuple[Fact, Event]] = {}
    for place, event in enumerate(events):
        if event.undoes is not None:
            fact, _ = told.pop(event.undoes)
            reverse(fact=fact, reason="wrong", by=company.robot)
            continue
        draft = Draft(
            kind=KINDS[event.gate],
            business_on=FIRST + timedelta(days=event.day),
            source_ref=f"S-{place}",
            person_id=company.people["lin"].pk,
            amount=None if event.gate == "filed" else CONTRACTS[event.contract],
            attributes={"category": "续约", "contract": event.contract},
        )
        told[place] = record(draft=draft, source=company.source, by=company.robot), event
    return list(told.values())


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=stories())
def test_any_order_of_arrival_and_reversal_gives_the_right_period_and_list(
    events: list[Event],
) -> None:
    with transaction.atomic():
        company = Company()
        standing = tell(company, events)
        months = periods(FIRST, FIRST + timedelta(days=90), Grain.MONTH)
        rows = evaluate(tenant=company.tenant, metric=KEY, spans=months, scope=None)
        by_month = {month.key: Decimal(0) for month in months}
        waiting: dict[int, set[str]] = {}
        for fact, event in standing:
            if event.gate != "signed":
                continue
            opened = {
                gate: min((day_of(e) for _, e in standing if opens(e, gate, event)), default=None)
                for gate in KINDS
            }
            shut = {gate for gate, day in opened.items() if day is None}
            if shut:
                waiting[fact.seq] = shut
                continue
            day = max(day_of(event), *(day for day in opened.values() if day is not None))
            [month] = [each for each in months if each.contains(day)]
            by_month[month.key] += CONTRACTS[event.contract]
        assert {row.period.key: row.value or 0 for row in rows if row.period} == by_month
        found = pending(tenant=company.tenant, metric=KEY, scope=None)
        assert {
            line.fact.seq: {lack.need.key for lack in line.lacks} for line in found.lines
        } == waiting
        assert found.count == len(waiting)
        assert found.share == sum((line.fact.amount or 0) for line in found.lines)
        transaction.set_rollback(True)


def opens(event: Event, gate: str, signed: Event) -> bool:
    """Tell whether an event opens a gate of a signed contract."""
    return (event.gate, event.contract) == (gate, signed.contract)


def day_of(event: Event) -> date:
    return FIRST + timedelta(days=event.day)


def test_the_list_says_what_is_missing_since_when_and_who_owes_it() -> None:
    company = Company()
    tell(company, [Event("signed", "XY-1", 0), Event("filed", "XY-1", 3)])
    found = pending(tenant=company.tenant, metric=KEY, scope=None)
    [line] = found.lines
    assert [(need.key, day) for need, day in line.opened] == [
        ("signed", FIRST),
        ("paid", None),
        ("filed", FIRST + timedelta(days=3)),
    ]
    [lack] = line.lacks
    assert (lack.need.key, lack.due_on) == ("paid", FIRST + timedelta(days=30))
    assert [person and person.name for person in line.owed_by] == ["lin"]
    assert [(each.need.key, each.facts) for each in found.by_need] == [("paid", 1)]
    assert [found.share, found.by_need[0].share] == [CONTRACTS["XY-1"]] * 2


def test_a_renewal_without_a_number_waits_and_two_without_one_are_not_tied() -> None:
    company = Company()
    for kind, ref in (("contract.signed", "a"), ("payment.received", "b"), ("contract.filed", "c")):
        draft = Draft(
            kind=kind,
            business_on=FIRST,
            source_ref=ref,
            person_id=company.people["lin"].pk,
            amount=None if ref == "c" else Decimal(5),
            attributes={"category": "续约"},
        )
        record(draft=draft, source=company.source, by=company.robot)
    [line] = pending(tenant=company.tenant, metric=KEY, scope=None).lines
    assert not line.is_tied
    assert len(line.lacks) == 3


def test_a_pending_amount_is_seen_by_who_sees_the_fact() -> None:
    company = Company()
    tell(company, [Event("signed", "XY-1", 0)])

    def seen_by(name: str) -> Pending:
        scope = scope_of(company.people[name])
        return pending(tenant=company.tenant, metric=KEY, scope=scope)

    counts = {name: seen_by(name).count for name in ("lin", "mei", "boss", "wang", "zhao")}
    assert counts == {"lin": 1, "mei": 1, "boss": 1, "wang": 0, "zhao": 0}
    assert [len(seen_by(name).lines) for name in ("lin", "zhao")] == [1, 0]


def test_a_gate_opened_by_another_s_fact_counts_for_who_may_not_see_it() -> None:
    company = Company()
    tell(company, [Event("signed", "XY-1", 0), Event("paid", "XY-1", 1)])
    draft = Draft(
        kind="contract.filed",
        business_on=FIRST,
        source_ref="by zhao",
        person_id=company.people["zhao"].pk,
        attributes={"contract": "XY-1"},
    )
    record(draft=draft, source=company.source, by=company.robot)
    [month] = periods(FIRST, FIRST + timedelta(days=30), Grain.MONTH)
    scope = scope_of(company.people["lin"])
    [row] = evaluate(tenant=company.tenant, metric=KEY, spans=[month], scope=scope)
    assert row.value == CONTRACTS["XY-1"]
