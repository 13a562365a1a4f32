"""A morning's rules over a large company, and the figures they read, as plain SQL gives them.

The rules are the one that every company starts with and others of all kinds, which are
put in force, followed for one morning and taken back. Targets stay, as facts do.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as hour
from decimal import Decimal
from itertools import cycle, islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.base import clock
from bihuan.demo.bench.actions import CODE, END, KINDS, START
from bihuan.demo.bench.answer import SCALED
from bihuan.demo.bench.world import METRICS, Asked
from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.goals.models import Quota
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.rules import actions
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.engine import Board, board_of
from bihuan.rules.engine.figures import Source
from bihuan.rules.queries import rules_on

TARGETED = {"signed_amount": "contract.signed", "received_amount": "payment.received"}
MEAN = Decimal(10_486)
"""What a fact with money is of, on the average."""
ASKED = Decimal("0.25")
"""The part of what is to be expected that targets ask for: few are to fall short of it."""
TEN_THOUSANDTHS = 10_000
IS_SCALED = dict(zip(METRICS, SCALED, strict=True))

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What one morning took, and brought about."""

    people: int
    rules: int
    looked_at: int
    alerts: int
    ns: int


def set_targets(facts: int) -> None:
    """Give everybody a target of each metric that has one, unless they have it."""
    tenant = Tenant.objects.get(code=CODE)
    if Quota.objects.filter(tenant=tenant).exists():
        return
    people = list(_people(tenant))
    each = Decimal(facts) / len(people)
    rows = [
        QuotaRow(
            metric=metric,
            start=START,
            end=END,
            person_id=person,
            amount=(each * KINDS.count(kind) / len(KINDS) * MEAN * ASKED).quantize(Decimal("0.01")),
        )
        for metric, kind in TARGETED.items()
        for person in people
    ]
    set_quotas(tenant=tenant, rows=rows, by=robot_of(tenant))


def _people(tenant: Tenant) -> Iterator[int]:
    people = Person.objects.filter(tenant=tenant, is_robot=False)
    yield from people.order_by("pk").values_list("pk", flat=True)


def evaluate(count: int, peak: Callable[[], object]) -> tuple[Morning, object, int, dict[str, Any]]:
    """Judge so many rules on the Monday after the last fact, by the deed that the job does.

    Returns what it took, the peak of memory after it, and how long the figures alone
    take, with what they are. Nothing but the time is kept.
    """
    tenant = Tenant.objects.get(code=CODE)
    with transaction.atomic():
        with _at(tenant, END - timedelta(days=1)):
            _put_in_force(tenant, count)
        with _at(tenant, END):
            definitions = [each.definition for each in rules_on(tenant, END)]
            began = time.perf_counter_ns()
            found = actions.evaluate_rules(tenant=tenant, on=END)
            took = time.perf_counter_ns() - began
        most = peak()
        transaction.set_rollback(True)
    began = time.perf_counter_ns()
    board = board_of(tenant, {END: definitions})
    figures_took = time.perf_counter_ns() - began
    morning = Morning(
        people=sum(1 for _ in _people(tenant)),
        rules=len(definitions),
        looked_at=found.looked_at,
        alerts=len(found.opened),
        ns=took,
    )
    return morning, most, figures_took, _told(board)


def _at(tenant: Tenant, day: Any) -> Any:
    return clock.pretended(datetime.combine(day, hour(7), ZoneInfo(tenant.time_zone)))


def _put_in_force(tenant: Tenant, count: int) -> None:
    robot = robot_of(tenant)
    own = count - len(rules_on(tenant, END))
    for number, definition in enumerate(islice(cycle(RULES), max(own, 0)), start=1):
        version = actions.draft_rule(
            tenant=tenant,
            key=f"bench_{number}",
            definition=definition,
            reason="bench",
            by=robot,
            is_new=True,
        )
        actions.put_in_force(version=version, valid_from=END, by=robot)


def _told(board: Board) -> dict[str, Any]:
    """Return what was asked of the ledger, and what the answers have in common with others'."""
    asked: dict[tuple[str, ...], Asked] = {}
    cells: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for source, by_key in board.figures.asked.items():
        spans = list(by_key.values())
        narrowed = _narrowing(source)
        days = tuple((each.start.isoformat(), each.end.isoformat()) for each in spans)
        name = (source.grain.value, str(source.over), *narrowed)
        had = asked.get(name, Asked(name="/".join(name), spans=days, where=narrowed))
        asked[name] = had.with_metric(source.metric)
        for place, span in enumerate(spans):
            for person in board.roster.seating.seats:
                value = board.figures.figure(source, span, ("person", person))[0] or Decimal(0)
                number = int(value * TEN_THOUSANDTHS if IS_SCALED[source.metric] else value)
                if number:
                    cells[had.cell(source.metric)].append((place, person, number))
    return {
        "asked": [each.plain() for each in asked.values()],
        "cells": {name: digest(rows) for name, rows in cells.items()},
        "figures": sum(map(len, cells.values())),
    }


def _narrowing(source: Source) -> tuple[str, ...]:
    lines = source.lines[0] if source.lines else ""
    part = f"{source.part.dimension}={source.part.value}" if source.part else ""
    return tuple(each for each in (lines and f"product_line={lines}", part) if each)


def digest(rows: Sequence[tuple[int, int, int]]) -> str:
    """Return what two lists of figures have in common when they are the same."""
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def _level(metric: str, limit: str, **more: object) -> Raw:
    return {"kind": "level", "measure": "value", "metric": metric, "limit": limit, **more}


def _attained(metric: str, over: int) -> Raw:
    """Return: under half of the target over so many weeks, two Mondays running."""
    return {**_level(metric, "0.5", over=over, periods=2, back="0.8"), "measure": "attainment"}


def _share(metric: str, line: str) -> Raw:
    part = {"dimension": "product_line", "value": line}
    return {**_level(metric, "0.99", side="above", over=12), "measure": "share", "part": part}


def _raw() -> Iterator[Raw]:
    """Yield conditions of all kinds that there are, over ten metrics."""
    yield from (_level(metric, "1", over=4, periods=4) for metric in METRICS)
    dropping = [metric for metric in METRICS if not metric.startswith("won")]
    for metric in dropping:
        yield {"kind": "drop", "metric": metric, "share": "0.95", "before": 6, "grain": "month"}
    yield from (_attained(metric, over) for over in (4, 6, 8, 12) for metric in TARGETED)
    lines = ("整机", "备件")
    yield from (_share(metric, line) for metric in ("signed_amount", "net_sales") for line in lines)
    for kind, days in (("visit.logged", 14), ("call.logged", 14), ("contract.signed", 60)):
        yield {"kind": "since", "facts": [kind], "days": days}
    for kind, days in (("message.exchanged", 21), ("login.recorded", 120), ("quote.sent", 60)):
        yield {"kind": "absence", "facts": [kind], "days": days}
    yield {"kind": "dwell", "days": 90}
    idle = {"kind": "absence", "facts": ["visit.logged"], "days": 7}
    yield {"all": [_level("visits", "3", over=4), {"not": idle}]}
    yield {"any": [_level("call_minutes", "10", over=4), _level("units_sold", "1", over=8)]}


RULES: tuple[RuleDefinition, ...] = tuple(
    read_definition({"name_zh": f"规则{n}", "name_en": f"Rule {n}", "when": when})
    for n, when in enumerate(_raw(), start=1)
)
