"""Dilution: how the demo company's target of receipts thins out on its way down.

It is the article's case, in the quarter that runs: the company wants 22% more than a
year before, the regions were told 18%, the branches 15%, and what the reps were
asked comes to 9.3%. Divisions and teams carry nothing themselves.

    asked on a level = received a year before * (100% + growth of the level)

shared by what each received a year before, a little unevenly, in whole thousands.
Whoever sells well is asked for somewhat more, and who received nothing for little.

>>> from bihuan.demo.domain.cast import cast
>>> company = cast(seed=7)
>>> received = {each.code: Decimal(1_000_000) for each in company.people if each.role == "rep"}
>>> made = handed_down(company, received=received, quarter=period_of(date(2026, 11, 26), QUARTER))
>>> levels = {"root"}, regions_of(company), branches_of(company), {None}
>>> totals = [sum(each.amount for each in made if each.unit in units) for units in levels]
>>> [str((total / sum(received.values())).quantize(Decimal("0.001"))) for total in totals]
['1.220', '1.180', '1.150', '1.093']
>>> handed_down(company, received={}, quarter=period_of(date(2026, 11, 26), QUARTER))
[]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bihuan.demo.domain.cast import Company
from bihuan.demo.domain.life import Event
from bihuan.demo.domain.plan import PlannedQuota
from bihuan.kernel.money import apportion
from bihuan.kernel.period import Grain, Period, period_of

METRIC = "received_amount"
QUARTER = Grain.QUARTER
COMPANY_GROWTH, REGION_GROWTH, BRANCH_GROWTH, REP_GROWTH = (
    Decimal(each) for each in ("1.22", "1.18", "1.15", "1.093")
)
THOUSAND = Decimal(1000)
LEAST = Decimal(20_000)
"""Yuan that stand for the last year of who received nothing."""
UNEVEN = (103, 98, 101, 97, 102, 99)
"""In percent, one after the other: nobody shares out by the book."""


def handed_down(
    company: Company, *, received: Mapping[str, Decimal], quarter: Period
) -> list[PlannedQuota]:
    """Return the targets of receipts of a quarter, from the company down to its reps.

    ``received`` is what each person received in the same quarter a year before.
    Without any there is no growth to speak of, and nothing is planted.
    """
    whole = sum(received.values(), Decimal(0))
    if whole <= 0:
        return []
    return list(_all_levels(company, received, quarter, whole))


def _all_levels(
    company: Company, received: Mapping[str, Decimal], quarter: Period, whole: Decimal
) -> Iterator[PlannedQuota]:
    by_unit = _by_unit(company, received)
    for growth, units in (
        (COMPANY_GROWTH, {"root"}),
        (REGION_GROWTH, regions_of(company)),
        (BRANCH_GROWTH, branches_of(company)),
    ):
        codes = [unit.code for unit in company.units if unit.code in units]
        weights = [by_unit.get(code, Decimal(0)) for code in codes]
        for code, amount in zip(codes, _shared(whole * growth, weights), strict=True):
            yield PlannedQuota(METRIC, None, quarter.start, quarter.end, amount, unit=code)
    reps = [person for person in company.people if person.role == "rep"]
    skilled = [
        (received.get(person.code, Decimal(0)) + LEAST) * (400 + person.skill) / 500
        for person in reps
    ]
    for person, amount in zip(reps, _shared(whole * REP_GROWTH, skilled), strict=True):
        yield PlannedQuota(METRIC, person.code, quarter.start, quarter.end, amount)


def _shared(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share a whole by weight, a little unevenly, in whole thousands."""
    uneven = [weight * UNEVEN[n % len(UNEVEN)] for n, weight in enumerate(weights)]
    return apportion(whole // THOUSAND * THOUSAND, uneven, unit=THOUSAND)


def _by_unit(company: Company, received: Mapping[str, Decimal]) -> dict[str, Decimal]:
    parents = {unit.code: unit.parent for unit in company.units}
    found: dict[str, Decimal] = {}
    for person in company.people:
        at: str | None = person.unit
        while at is not None:
            found[at] = found.get(at, Decimal(0)) + received.get(person.code, Decimal(0))
            at = parents[at]
    return found


def regions_of(company: Company) -> set[str]:
    """Return the regions that sell directly, by code."""
    return {
        unit.code for unit in company.units if unit.kind == "region" and unit.parent == "direct"
    }


def branches_of(company: Company) -> set[str]:
    return {unit.code for unit in company.units if unit.kind == "branch"}


def received_in(events: Iterable[Event], span: Period) -> dict[str, Decimal]:
    """Return what each person received in a span."""
    found: dict[str, Decimal] = {}
    for event in events:
        if event.kind == "payment.received" and event.person and span.contains(event.day):
            found[event.person] = found.get(event.person, Decimal(0)) + (event.amount or 0)
    return found


def quarter_before(today: date) -> tuple[Period, Period]:
    """Return the quarter that runs, and the same one a year before."""
    quarter = period_of(today, QUARTER)
    return quarter, period_of(quarter.start.replace(year=quarter.start.year - 1), QUARTER)


def with_dilution(
    planned: Iterable[PlannedQuota], planted: Sequence[PlannedQuota]
) -> list[PlannedQuota]:
    """Return the targets with the planted ones in the place of those for the same days."""
    replaced = {(each.metric, each.start) for each in planted}
    return [*(each for each in planned if (each.metric, each.start) not in replaced), *planted]
