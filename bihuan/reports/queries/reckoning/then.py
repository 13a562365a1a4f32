"""What the parts of a report share: the month, the tree and the targets as they stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from bihuan.goals.models import Cycle, Revision
from bihuan.kernel.period import Period
from bihuan.metrics.domain.closing import Closed
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.queries.frozen import LedgerThen
from bihuan.org.models import Tenant
from bihuan.reports.domain.basis import Basis, PersonThen, RevisionThen, UnitThen
from bihuan.reports.domain.content import PersonIn
from bihuan.reports.queries.gathering import standing_at


@dataclass(frozen=True, slots=True)
class Target:
    """A target that was in force."""

    quota: int
    metric: str
    person: int | None
    unit: int | None
    start: date
    end: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A cycle's plan as it was published, with the spans that each have a target."""

    then: RevisionThen
    revision: Revision
    cycle: Cycle

    def periods_in(self, month: Period) -> list[Period]:
        """Return the periods of the cycle that have a day in the month."""
        return [
            period
            for period in self.cycle.periods
            if period.start < month.end and month.start < period.end
        ]


class Then:
    """A company as a basis says it was, and what the tables tell of that instant."""

    def __init__(self, tenant: Tenant, basis: Basis) -> None:
        self.tenant = tenant
        self.basis = basis
        self.month = Period(basis.month, basis.start, basis.end)
        closings = (Closed(each.through, each.seq) for each in basis.closings)
        self.ledger = LedgerThen(basis.seq, tuple(closings))
        self.units: dict[int, UnitThen] = {unit.id: unit for unit in basis.units}
        self.people: dict[int, PersonThen] = {person.id: person for person in basis.people}

    @cached_property
    def definitions(self) -> dict[str, MetricDefinition]:
        """Return each metric by its key, in an order that keeping them does not change."""
        return {key: read_definition(raw) for key, raw in sorted(self.basis.definitions.items())}

    @cached_property
    def plans(self) -> list[Plan]:
        """Return the published plans that the report uses."""
        rows = Revision.objects.select_related("cycle").in_bulk(
            [each.id for each in self.basis.revisions]
        )
        return [
            Plan(each, rows[each.id], self.cycle_of(rows[each.id])) for each in self.basis.revisions
        ]

    def cycle_of(self, revision: Revision) -> Cycle:
        """Return the cycle as its plan says it was cut; it is not kept."""
        plan = revision.plan
        return Cycle(
            pk=revision.cycle_id,
            tenant=Tenant(fiscal_start_month=self.basis.fiscal_start_month),
            root_id=revision.cycle.root_id,
            start=date.fromisoformat(plan["start"]),
            end=date.fromisoformat(plan["end"]),
            grain=plan["grain"],
            cuts=plan.get("cuts", []),
        )

    @cached_property
    def targets(self) -> list[Target]:
        """Return every target in force with a day in the month or in a cycle it touches."""
        spans = [(plan.cycle.start, plan.cycle.end) for plan in self.plans]
        spans.append((self.month.start, self.month.end))
        rows = (
            standing_at(self.tenant, self.basis.as_of)
            .filter(
                start__lt=max(end for _, end in spans), end__gt=min(start for start, _ in spans)
            )
            .order_by("pk")
        )
        columns = ("pk", "metric", "person_id", "unit_id", "start", "end", "amount", "currency")
        return [Target(*row) for row in rows.values_list(*columns)]

    @property
    def targets_of_month(self) -> Iterable[Target]:
        start, end = self.month.start, self.month.end
        return (each for each in self.targets if each.start < end and start < each.end)

    def instants(self) -> tuple[datetime, datetime]:
        """Return the first instant of the month, and the first after it."""
        zone = ZoneInfo(self.basis.zone)
        first, after = (
            datetime.combine(day, time.min, zone) for day in (self.month.start, self.month.end)
        )
        return first, after

    def person_in(self, person: int) -> PersonIn:
        """Return who somebody was, and where they sat."""
        known = self.people.get(person)
        if known is None:
            return PersonIn(person=person, name="", unit=None, unit_name="")
        return PersonIn(
            person=person, name=known.name, unit=known.unit, unit_name=self.unit_name(known.unit)
        )

    def unit_name(self, unit: int | None) -> str:
        known = self.units.get(unit or 0)
        return "" if known is None else known.name

    @cached_property
    def place(self) -> Callable[[int | None], int]:
        """Return what sorts units as the tree does; what is nowhere comes last."""
        places = {unit.id: number for number, unit in enumerate(self.basis.units)}
        return lambda unit: places.get(unit or 0, len(places))
