"""Random companies and random rules, drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bihuan.facts import actions as ledger
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.org import actions as org
from bihuan.org.domain.assignment import Seat
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules.tests.drawing_held import Members, field_leaf, put_held
from bihuan.rules.tests.reference import RawFact, RawSeat, RawTarget, World
from bihuan.rules.tests.reference_held import Held, People, of_customers, of_deals
from tests.make import make_tenant, make_unit

START = date(2025, 12, 1)
END = date(2026, 6, 29)
ADDING = ("signed_amount", "received_amount", "visits", "calls")
KINDS = ("contract.signed", "payment.received", "visit.logged", "call.logged")
WITH_AMOUNT = (*KINDS[:2], "opportunity.opened", "opportunity.won")
CHANNELS = ("phone", "shop", "")
STAGES = ("first", "offer", "talks")
LINES = ("beds", "lamps")


def company(seed: int) -> tuple[Tenant, dict[str, World]]:
    """Return a company of seven people with half a year of uneven facts, and the same as data.

    The data are told as rules about people, customers and deals look at them.
    """
    chance = Random(seed)
    tenant = make_tenant(f"drawn-{seed}")
    tenant.day_count = chance.choice(["plain", "weekdays"])
    tenant.save()
    robot = org.robot_of(tenant)
    root = org.root_of(tenant)
    east = make_unit(f"east-{seed}", under=root)
    units = {
        "root": root,
        "east": east,
        "cell": make_unit(f"cell-{seed}", under=east),
        "west": make_unit(f"west-{seed}", under=root),
    }
    people = org.put_people(
        tenant=tenant, names={f"p{n}": f"person {n}" for n in range(7)}, by=robot
    )
    ids = [people[f"p{n}"].pk for n in range(7)]
    seats = [seat for pk in ids for seat in _seats(chance, pk)]
    _place(tenant, units, seats)
    targets = list(_targets(chance, ids))
    _set(tenant, targets)
    left = {pk: _day(chance) for pk in ids if chance.random() < 0.15}
    for pk, on in left.items():
        Person.objects.filter(pk=pk).update(ended_on=on)
    members = put_held(chance, tenant)
    drawn = _facts(chance, tenant, ids, members)
    world = World(
        facts=drawn,
        targets=targets,
        seats=seats,
        left=left,
        above={
            units["root"].code: [units["root"].code],
            "root": [units["root"].code],
            "east": [units["root"].code, units["east"].code],
            "cell": [units["root"].code, units["east"].code, units["cell"].code],
            "west": [units["root"].code, units["west"].code],
        },
        counts=_counts(tenant.day_count),
    )
    people_said = People(world, {pk: f"p{n}" for n, pk in enumerate(ids)})
    said = replace(world, says=people_said.says)
    told = Held(world=world, members=members, people=people_said.codes)
    return tenant, {
        "person": said,
        "account": of_customers(told),
        "opportunity": of_deals(told),
    }


def _place(tenant: Tenant, units: Mapping[str, Unit], seats: Sequence[RawSeat]) -> None:
    held: dict[int, list[Seat]] = {}
    for seat in seats:
        kept = Seat(
            unit_id=units[seat.unit].pk,
            role=Role(seat.role),
            valid_from=seat.start,
            valid_to=seat.end,
        )
        held.setdefault(seat.person, []).append(kept)
    org.place_people(tenant=tenant, seats=held, by=org.robot_of(tenant))


def _set(tenant: Tenant, targets: Sequence[RawTarget]) -> None:
    rows = [
        QuotaRow(
            metric=each.metric,
            person_id=each.person,
            start=each.start,
            end=each.end,
            amount=each.amount,
        )
        for each in targets
    ]
    goals.set_quotas(tenant=tenant, rows=rows, by=org.robot_of(tenant), origin="drawn")


def _counts(day_count: str) -> Any:
    return (lambda day: day.isoweekday() < 6) if day_count == "weekdays" else (lambda day: True)


def _seats(chance: Random, person: int) -> list[RawSeat]:
    """Return the seats of a person: most stay, some come late, move, leave or take a break."""
    units = ["root", "east", "cell", "west"]
    role = chance.choice(["rep", "rep", "rep", "manager"])
    day = START - timedelta(days=400) if chance.random() < 0.7 else _day(chance)
    seats = []
    while True:
        stays = chance.random() < 0.6
        end = None if stays else day + timedelta(days=chance.randint(10, 120))
        seats.append(RawSeat(person, chance.choice(units), role, day, end))
        if end is None or chance.random() < 0.2:
            return seats
        day = end + timedelta(days=chance.choice([0, 0, 1, 9]))


def _day(chance: Random) -> date:
    return START + timedelta(days=chance.randint(0, 150))


def _targets(chance: Random, people: Sequence[int]) -> Any:
    for person in people:
        for metric in ADDING:
            at = START + timedelta(days=chance.randint(-40, 30))
            while at < END and chance.random() < 0.9:
                end = at + timedelta(days=chance.choice([5, 7, 28, 31, 91]))
                amount = 0 if chance.random() < 0.15 else chance.randint(1, 40)
                scale = Decimal("137.31") if metric.endswith("amount") else Decimal("1.5")
                yield RawTarget(person, metric, at, end, amount * scale)
                at = end + timedelta(days=chance.choice([0, 0, 0, 4, 20]))


def _facts(
    chance: Random, tenant: Tenant, people: Sequence[int], members: Members
) -> list[RawFact]:
    source = ledger.open_source(tenant=tenant, code="drawn")
    robot = org.robot_of(tenant)
    drawn = [
        members.named(chance, _fact(chance, people, members.deals, order)) for order in range(420)
    ]
    drafts = [
        Draft(
            kind=each.kind,
            business_on=each.day,
            source_ref=str(each.order),
            person_id=each.person,
            account_id=each.account or None,
            opportunity_id=each.deal or None,
            product_line=each.line,
            amount=each.amount if each.kind in WITH_AMOUNT else None,
            attributes=_attributes(each),
        )
        for each in drawn
    ]
    ledger.record_many(drafts=drafts, source=source, by=robot)
    gone = {each.order for each in drawn if chance.random() < 0.05}
    for fact in Fact.objects.filter(tenant=tenant, source_ref__in=[str(n) for n in gone]):
        ledger.take_back(fact=fact, reason="drawn", by=robot)
    return [each for each in drawn if each.order not in gone]


def _attributes(fact: RawFact) -> dict[str, Any]:
    if fact.stage:
        return {"stage": fact.stage}
    return {"channel": fact.channel} if fact.kind in KINDS[1:] else {}


def _fact(chance: Random, people: Sequence[int], deals: Sequence[int], order: int) -> RawFact:
    person = chance.choice(people)
    day = START + timedelta(days=chance.randint(-30, (END - START).days))
    if chance.random() < 0.12:
        kind = chance.choice(
            ["opportunity.opened", *["opportunity.stage_entered"] * 3, "opportunity.won"]
        )
        stage = chance.choice(STAGES) if kind != "opportunity.won" else ""
        amount = Decimal(chance.randint(1, 900)) if kind in WITH_AMOUNT else Decimal(0)
        deal = chance.choice(deals)
        return RawFact(person, kind, day, order, amount, deal=deal, stage=stage)
    kind = chance.choice(KINDS)
    amount = Decimal(chance.randint(1, 90_000)) / 100 if kind in KINDS[:2] else Decimal(0)
    channel = chance.choice(CHANNELS) if kind in KINDS[1:] else ""
    return RawFact(person, kind, day, order, amount, channel, line=chance.choice(LINES))


def rule(chance: Random, worlds: Mapping[str, World]) -> dict[str, Any]:
    """Return a random rule as plain data."""
    subject = chance.choice(["person", "person", "account", "account", "opportunity"])
    world = worlds[subject]
    has_lines = chance.random() < 0.15
    taste = Taste(subject, has_lines=has_lines)
    metrics = chance.sample(ADDING, chance.randint(1, 2)) if chance.random() < 0.4 else []
    when = _node(chance, depth=2, taste=taste, has_key=bool(metrics))
    if metrics and not _has_key(when):
        when = {"any": [when, _level(chance, taste=taste, metric="")]}
    cover: dict[str, Any] = {"roles": chance.choice([["rep"], ["rep", "manager"]])}
    if subject != "person" and chance.random() < 0.3:
        cover["owner"] = "attribute.keeper"
    if chance.random() < 0.3:
        cover["units"] = chance.sample(
            sorted({code for each in world.above.values() for code in each}), 1
        )
    if has_lines:
        cover["product_lines"] = chance.choice([["beds"], ["beds", "lamps"]])
    return {
        "name_zh": "规则",
        "name_en": "Rule",
        "subject": subject,
        "every": chance.choice(["day", "week", "week", "week", "fortnight", "month"]),
        "metrics": metrics,
        "when": when,
        "cover": cover,
        "back_looks": chance.choice([1, 1, 2, 3]),
        "cooldown_days": chance.choice([0, 0, 7, 21]),
    }


def _has_key(node: Any) -> bool:
    if "all" in node or "any" in node:
        return any(map(_has_key, node.get("all") or node["any"]))
    if "not" in node:
        return _has_key(node["not"])
    return node["kind"] in ("level", "drop") and not node["metric"]


@dataclass(frozen=True)
class Taste:
    """What a rule is about, and whether it is narrowed to product lines."""

    subject: str
    has_lines: bool

    @property
    def measures(self) -> list[str]:
        """Return what can be compared: targets are set for people, and not by line."""
        has_targets = self.subject == "person" and not self.has_lines
        return ["attainment", "attainment", "value", "share"] if has_targets else ["value", "share"]


def _node(chance: Random, *, depth: int, taste: Taste, has_key: bool) -> dict[str, Any]:
    if depth and chance.random() < 0.45:
        made = [
            _node(chance, depth=depth - 1, taste=taste, has_key=has_key)
            for _ in range(chance.randint(1, 3))
        ]
        joined = chance.choice(["all", "any", "not"])
        return {"not": made[0]} if joined == "not" else {joined: made}
    metric = "" if has_key and chance.random() < 0.6 else None
    if chance.random() < 0.25:
        return field_leaf(chance, taste.subject)
    draw = chance.random()
    if draw < 0.55:
        return _level(chance, taste=taste, metric=metric)
    if draw < 0.7:
        share = Decimal(chance.randint(5, 90)) / 100
        made_drop: dict[str, Any] = {
            "kind": "drop",
            "metric": metric if metric is not None else chance.choice(ADDING),
            "share": str(share),
            "before": chance.randint(3, 6),
            "grain": chance.choice(["week", "fortnight"]),
        }
        return made_drop | ({"back": str(share / 2)} if chance.random() < 0.5 else {})
    kinds = chance.sample(KINDS, chance.randint(1, 2))
    if draw < 0.8:
        return {"kind": "since", "facts": kinds, "days": chance.randint(3, 40)}
    if draw < 0.9:
        return {"kind": "absence", "facts": kinds, "days": chance.randint(3, 30)}
    stages = chance.sample(STAGES, chance.randint(0, 2))
    return {"kind": "dwell", "stages": stages, "days": chance.randint(3, 60)}


def _level(chance: Random, *, taste: Taste, metric: str | None) -> dict[str, Any]:
    side = chance.choice(["below", "above"])
    measure = chance.choice(taste.measures)
    if metric is None:
        ratio = measure == "value" and chance.random() < 0.2 and not taste.has_lines
        metric = "payment_to_signed" if ratio else chance.choice(ADDING)
    if measure == "value":
        limit = Decimal(chance.randint(0, 4 if metric in ("visits", "calls") else 900))
    else:
        limit = Decimal(chance.randint(0, 150)) / 100
    made: dict[str, Any] = {
        "kind": "level",
        "measure": measure,
        "metric": metric,
        "side": side,
        "limit": str(limit),
        "periods": chance.randint(1, 3),
        "over": chance.choice([1, 1, 1, 2, 4]),
        "grain": chance.choice(["week", "week", "fortnight", "month", "day"]),
    }
    if measure == "share":
        made["part"] = {"dimension": "channel", "value": chance.choice(CHANNELS[:2])}
    if chance.random() < 0.6:
        further = Decimal(chance.randint(0, 50)) / 100 * (1 if measure != "value" else 4)
        back = limit + further if side == "below" else max(limit - further, Decimal(0))
        if side == "below" or back <= limit:
            made["back"] = str(back)
    return made
