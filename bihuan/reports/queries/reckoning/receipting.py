"""Who was asked to acknowledge their targets and has not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bihuan.base import clock
from bihuan.goals.models import Receipt
from bihuan.reports.domain.content import Waiting
from bihuan.reports.queries.reckoning.then import Then

ByUnit = Counter[int | None]


def receipts_of(then: Then) -> tuple[ByUnit, ByUnit, list[Waiting]]:
    """Return how many receipts were asked for and given by unit, and who is waited for.

    Of several revisions of a cycle only the last that asked a person counts: what
    it says has replaced what the earlier ones said.
    """
    as_of = then.basis.as_of
    rows = Receipt.objects.filter(
        revision__cycle_id__in=[plan.then.cycle_id for plan in then.plans], asked_at__lte=as_of
    ).order_by("revision__number", "pk")
    columns = ("revision__cycle_id", "person_id", "revision__number", "asked_at", "acknowledged_at")
    last = {(row[0], row[1]): row for row in rows.values_list(*columns)}
    names = {plan.then.cycle_id: plan.then.cycle for plan in then.plans}
    today = clock.business_day(as_of, then.basis.zone)
    asked: ByUnit = Counter()
    given: ByUnit = Counter()
    waiting = []
    for (cycle, person), (_, _, number, asked_at, acknowledged_at) in last.items():
        who = then.person_in(person)
        if not then.people[person].sits:
            continue
        asked[who.unit] += 1
        if acknowledged_at is not None and acknowledged_at <= as_of:
            given[who.unit] += 1
            continue
        asked_on = clock.business_day(asked_at, then.basis.zone)
        days: timedelta = today - asked_on
        waiting.append(
            Waiting(
                who=who,
                cycle=names[cycle],
                cycle_id=cycle,
                revision=number,
                asked_on=asked_on,
                days=days.days,
            )
        )
    waiting.sort(
        key=lambda each: (-each.days, then.place(each.who.unit), each.who.name, each.who.person)
    )
    return asked, given, waiting
