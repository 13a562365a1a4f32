"""Reach: how much of what the company is asked stands with people who are there.

    carried  = Σ targets of people who sit in the tree on the last day of the month
    orphaned = Σ targets of people who have left, or sit nowhere
    reach    = carried / asked
    missing  = asked - carried

It is never capped: a tree that carries more than it is asked has a buffer. A
company that is asked nothing has no reach.

>>> half = Reach(asked=Decimal(800), carried=Decimal(500), orphaned=Decimal(100))
>>> half.ratio, half.missing, half.is_whole
(Decimal('0.6250'), Decimal('300'), False)
>>> Reach(asked=Decimal(0), carried=Decimal(0), orphaned=Decimal(0)).ratio is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.reports.domain.basis import Basis, PersonThen

PRECISION = Decimal("0.0001")
NOTHING = Decimal(0)
SELLS = frozenset({"rep", "clerk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What is asked of a part of the tree, and what of it people carry."""

    asked: Decimal
    carried: Decimal
    orphaned: Decimal

    @property
    def ratio(self) -> Decimal | None:
        return ratio_of(self.carried, self.asked)

    @property
    def missing(self) -> Decimal:
        return self.asked - self.carried

    @property
    def is_whole(self) -> bool:
        return self.carried >= self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """What people below a unit carry, and how many of those who sell there carry something."""

    carried: Decimal
    orphaned: Decimal
    carriers: int
    sellers: int


def ratio_of(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part of a whole to four digits; nothing where there is no whole."""
    if part is None or not whole:
        return None
    return (part / whole).quantize(PRECISION, ROUND_HALF_UP)


def idle_people(basis: Basis, with_target: set[int]) -> list[PersonThen]:
    """Return who sells and carries no target of any metric, in the order of the tree.

    >>> from datetime import date, datetime
    >>> from bihuan.reports.domain.basis import UnitThen
    >>> reps = [PersonThen(id=n, name=f"P{n}", unit=1, role="rep", sits=n != 3) for n in (1, 2, 3)]
    >>> basis = Basis(
    ...     month="2026-10", start=date(2026, 10, 1), end=date(2026, 11, 1), seq=0, zone="",
    ...     as_of=datetime(2026, 11, 1), currency="CNY", fiscal_start_month=1, closings=[],
    ...     revisions=[], definitions={}, people=reps,
    ...     units=[UnitThen(id=1, above=None, name="Co", kind="company")])
    >>> [each.name for each in idle_people(basis, {1})]
    ['P2']
    """
    place = {unit.id: number for number, unit in enumerate(basis.units)}
    found = [
        each
        for each in basis.people
        if each.sits and each.role in SELLS and each.id not in with_target
    ]
    return sorted(found, key=lambda each: (place.get(each.unit or 0, 0), each.name, each.id))


def below_units(basis: Basis, amounts: Mapping[int, Decimal]) -> dict[int, Below]:
    """Return for each unit what the people in it and under it carry."""
    parents = {unit.id: unit.above for unit in basis.units}
    sums: dict[int, list[Decimal]] = {unit.id: [NOTHING, NOTHING] for unit in basis.units}
    counts: dict[int, list[int]] = {unit.id: [0, 0] for unit in basis.units}
    for person in basis.people:
        amount = amounts.get(person.id)
        is_seller = person.sits and person.role in SELLS
        for unit in _upwards(parents, person.unit):
            if amount is not None:
                sums[unit][0 if person.sits else 1] += amount
                counts[unit][0] += person.sits
            counts[unit][1] += is_seller
    return {
        unit: Below(
            carried=sums[unit][0],
            orphaned=sums[unit][1],
            carriers=counts[unit][0],
            sellers=counts[unit][1],
        )
        for unit in parents
    }


def _upwards(parents: Mapping[int, int | None], unit: int | None) -> Iterable[int]:
    while unit is not None and unit in parents:
        yield unit
        unit = parents[unit]
