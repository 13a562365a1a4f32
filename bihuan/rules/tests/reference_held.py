"""Customers and deals as the plain reckoning sees them: a company told over again.

The facts of a company are told once more with the customer, or the deal, in the place of
the person; then everything that is said of people is said of them. With whom one lies
is found by going through all facts one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bihuan.rules.tests.drawing_held import Members
from bihuan.rules.tests.reference import RawFact, RawSeat, Rule, World
from bihuan.rules.tests.reference_fields import Said

STEPS = ("opportunity.opened", "opportunity.stage_entered", "opportunity.won", "opportunity.lost")


@dataclass(frozen=True)
class People:
    """What people say of themselves."""

    world: World
    codes: Mapping[int, str]

    def says(self, person: int, name: str, on: date) -> Said:
        seats = [seat for seat in self.world.seats if seat.person == person]
        if name == "tenure_days":
            first = min(seat.start for seat in seats)
            return Decimal((on - first).days) if first <= on else None
        if name in ("role", "unit_kind"):
            seat = seat_of(self.world, person, on)
            if seat is None:
                return None
            kind = "company" if seat.unit == "root" else "team"
            return seat.role if name == "role" else kind
        return self.codes[person]


def seat_of(world: World, person: int, on: date, *, is_past: bool = False) -> RawSeat | None:
    """Return where somebody sits; who has left sits nowhere, though facts of then stay."""
    if not is_past and person in world.left and world.left[person] <= on:
        return None
    return next((s for s in world.seats if s.person == person and s.holds(on)), None)


@dataclass(frozen=True)
class Held:
    """A company with its customers and deals, before it is told over again."""

    world: World
    members: Members
    people: Mapping[int, str]

    def attribute(self, member: int, name: str) -> Said:
        """Return what the data say: its own account first, then those merged into it."""
        others = sorted(a for a, customer in self.members.merged.items() if customer == member)
        said = (self.members.attributes[each].get(name) for each in (member, *others))
        return next((each for each in said if each), None)

    def named(self, member: int, name: str) -> Said:
        if name.startswith("attribute."):
            return self.attribute(member, name.removeprefix("attribute."))
        return self.members.codes[member]

    def covers(self, whose: Callable[[RawFact], int], rule: Rule, member: int, on: date) -> bool:
        """Tell whether it lies with somebody in the units that a rule looks at."""
        mine = [fact for fact in self.world.facts if whose(fact) == member and fact.day < on]
        if not mine:
            return False
        last = max(mine, key=lambda fact: (fact.day, fact.order))
        cover = rule.get("cover", {})
        keeper = self.attribute(member, "keeper") if "owner" in cover else None
        named = [pk for pk, code in self.people.items() if code == keeper]
        seats = [seat_of(self.world, person, on) for person in (*named, last.person)]
        seats.append(seat_of(self.world, last.person, last.day, is_past=True))
        unit = next((seat.unit for seat in seats if seat is not None), "root")
        return not cover.get("units") or bool(set(cover["units"]) & set(self.world.above[unit]))


def of_customers(held: Held) -> World:
    """Return the company with customers in the place of people."""

    def whose(fact: RawFact) -> int:
        return held.members.merged.get(fact.account, fact.account)

    def says(member: int, name: str, on: date) -> Said:
        return _age(first[member], on) if name == "age_days" else held.named(member, name)

    first = _first_days(held.world, whose)
    carried: dict[int, int] = {}
    told = []
    for fact in sorted(held.world.facts, key=lambda each: (each.day, each.order)):
        customer = whose(fact)
        if fact.kind in STEPS:
            # A step that names no customer is one of whom the deal was with before.
            customer = carried[fact.deal] = customer or carried.get(fact.deal, 0)
        told.append(replace(fact, person=customer))
    return _told(held, told, first, says, whose)


def of_deals(held: Held) -> World:
    """Return the company with deals in the place of people; only open ones are looked at."""

    def whose(fact: RawFact) -> int:
        return fact.deal

    def steps(member: int, on: date) -> list[RawFact]:
        mine = [f for f in held.world.facts if f.deal == member and f.kind in STEPS and f.day < on]
        return sorted(mine, key=lambda fact: (fact.day, fact.order))

    def says(member: int, name: str, on: date) -> Said:
        mine = steps(member, on)
        if name == "age_days":
            return Decimal((on - mine[0].day).days) if mine else None
        if name == "stage":
            return mine[-1].stage if mine else None
        if name == "amount":
            known = [fact.amount for fact in mine if not fact.kind.endswith(("entered", "lost"))]
            return known[-1] if known else None
        return held.named(member, name)

    def covers(rule: Rule, member: int, on: date) -> bool:
        mine = steps(member, on)
        is_open = bool(mine) and mine[-1].kind in STEPS[:2]
        return is_open and held.covers(whose, rule, member, on)

    told = [replace(fact, person=fact.deal) for fact in held.world.facts]
    world = _told(held, told, _first_days(held.world, whose), says, whose)
    return replace(world, covers=covers)


def _told(
    held: Held,
    facts: list[RawFact],
    first: Mapping[int, date],
    says: Callable[[int, str, date], Said],
    whose: Callable[[RawFact], int],
) -> World:
    def covers(rule: Rule, member: int, on: date) -> bool:
        return held.covers(whose, rule, member, on)

    return replace(
        held.world,
        facts=facts,
        targets=[],
        left={},
        by_person={},
        seats=[RawSeat(member, "root", "rep", day, None) for member, day in first.items()],
        says=says,
        covers=covers,
    )


def _first_days(world: World, whose: Callable[[RawFact], int]) -> dict[int, date]:
    first: dict[int, date] = {}
    for fact in world.facts:
        member = whose(fact)
        if member:
            first[member] = min(fact.day, first.get(member, fact.day))
    return first


def _age(first: date, on: date) -> Said:
    return Decimal((on - first).days) if first <= on else None
