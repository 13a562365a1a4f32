"""The targets of a metric over a window, placed in the tree and ready to be shared out.

Three statements load everything, however many people, periods and metrics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db.models import Exists, OuterRef, Q

from bihuan.goals.domain.carriage import Carriage, carriage
from bihuan.goals.domain.pacing import FINEST, Quoted, part
from bihuan.goals.domain.placement import Held, placed
from bihuan.goals.domain.rollup import Rolled, Source, own, rolled
from bihuan.goals.domain.span import Span, overlap, without
from bihuan.goals.models import Quota
from bihuan.kernel.calendar import DayCount
from bihuan.kernel.money import unit_of
from bihuan.metrics.domain.measure import Over
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Tenant, Unit

Key = tuple[str, str | int]
"""A row of the heat map: ``("unit", path)`` or ``("person", id)``."""


Alike = Mapping[tuple[Quoted, Span], int]
"""What is asked for and on which of its days it counts, and how many quotas ask just that.

Ten thousand people have some dozen different targets: each is shared out once, not ten thousand
times, and so often as it is asked it counts.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """What one quota asks for in a span, and over which of its days."""

    quota: Quota
    amount: Decimal
    days: Span


@dataclass(frozen=True, slots=True)
class Targets:
    """What is asked of one row of a heat map, in any span or in those that were asked for."""

    metric: MetricDefinition
    carriage: Carriage
    within: Callable[[Span], Decimal | None]
    """What is asked for in a span, or nothing where nothing is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The targets of one metric: which quotas there are and where they count."""

    metric: MetricDefinition
    carriage: Carriage
    calendar: DayCount
    quotas: dict[int, Quota]
    sources: list[Source]

    @property
    def is_empty(self) -> bool:
        return not self.quotas

    def below(self, path: str) -> dict[Key, list[Rolled]]:
        """Return what counts in each child unit of a unit, and for each person directly in it."""
        rows: dict[Key, list[Rolled]] = defaultdict(list)
        for row in rolled(self.sources, above=path):
            if row.branch == path:
                rows["person", row.source.person or 0].append(row)
            elif self.carriage.adds_up or (
                row.source.person is None and row.source.path == row.branch
            ):
                rows["unit", row.branch].append(row)
        return rows

    def total(self, path: str) -> list[Rolled]:
        """Return what counts in a unit: its own quota, and on other days what comes from below."""
        mine = own(self.sources, path)
        if not self.carriage.adds_up:
            return mine
        stands = [span for row in mine for span in row.spans]
        below = [
            row._replace(spans=[left for span in row.spans for left in without(span, stands)])
            for row in rolled(self.sources, above=path)
        ]
        return [*mine, *(row for row in below if row.spans)]

    def rolled_up(self, path: str) -> list[Rolled]:
        """Return what comes up to a unit from below, whatever it carries itself."""
        return rolled(self.sources, above=path) if self.carriage.adds_up else []

    def of_person(self, person_id: int, sees: Callable[[str], bool]) -> list[Rolled]:
        """Return a person's own quotas, in the units that are visible."""
        return [
            Rolled(source, source.path, [source.span])
            for source in self.sources
            if source.person == person_id and sees(source.path)
        ]

    def shares(self, rows: Iterable[Rolled], within: Span) -> list[Share]:
        """Return what each quota asks for in a span."""
        found = []
        for row in rows:
            quota = self.quotas[row.source.quota]
            quoted = self.quoted(quota)
            for span in row.spans:
                shared = overlap(span, within)
                amount = None if shared is None else self._amount(quoted, span, within)
                if shared is not None and amount is not None:
                    found.append(Share(quota, amount, shared))
        return found

    def alike(self, rows: Iterable[Rolled]) -> Alike:
        """Return what some quotas ask for, each different target once."""
        quoted = {pk: self.quoted(quota) for pk, quota in self.quotas.items()}
        return Counter((quoted[row.source.quota], span) for row in rows for span in row.spans)

    def target(self, rows: Iterable[Rolled], within: Span) -> Decimal | None:
        """Return what is asked for in a span, or nothing where nothing is."""
        return self.target_of(self.alike(rows), within)

    def target_of(self, alike: Alike, within: Span) -> Decimal | None:
        """Return what is asked for in a span by targets that were put together."""
        found = None
        for (quoted, span), times in alike.items():
            if overlap(span, within) is None:
                continue
            amount = self._amount(quoted, span, within)
            if amount is not None:
                found = (found or 0) + times * amount
        return found

    def asks(self, rows: Sequence[Rolled]) -> Targets:
        """Return what some quotas ask for together."""
        return Targets(self.metric, self.carriage, partial(self.target_of, self.alike(rows)))

    def quoted(self, quota: Quota) -> Quoted:
        unit = unit_of(quota.currency) if quota.currency else FINEST
        return Quoted(quota.amount, quota.span, self.calendar, unit)

    def _amount(self, quoted: Quoted, span: Span, within: Span) -> Decimal | None:
        amount, whole = quoted.amount, quoted.span
        if self.carriage is Carriage.SPREAD:
            shared = overlap(span, within)
            return None if shared is None else part(quoted, within=shared)
        if self.carriage is Carriage.WHOLE:
            is_inside = within.start <= whole.start and whole.end <= within.end
            return amount if is_inside and span.start == whole.start else None
        return amount if span.start < within.end <= span.end else None


def carriage_of(metric: MetricDefinition) -> Carriage:
    """Return how the targets of a metric behave over time and over people."""
    terms = metric.terms
    is_stock = all(term.distinct is None for term in terms) and any(
        term.over is Over.TO_DATE for term in terms
    )
    return carriage(is_ratio=metric.is_ratio, is_additive=metric.is_additive, is_stock=is_stock)


def plans_of(
    tenant: Tenant,
    metrics: Sequence[MetricDefinition],
    window: Span,
    *,
    people: Sequence[int] = (),
    units: Sequence[int] = (),
    below: str = "",
) -> dict[str, Plan]:
    """Return the plan of each metric: all of the tenant's, or of some people and units only.

    With the path of a unit in ``below`` it holds all that counts in the unit and under it:
    the quotas of these units, and of everybody who sat in one of them at any time.
    """
    asked = Quota.objects.live().filter(tenant=tenant, metric__in=[each.key for each in metrics])
    if people or units:
        asked = asked.filter(Q(person_id__in=people) | Q(unit_id__in=units))
    if below:
        seats_there = Assignment.objects.filter(unit__path__startswith=below).at_home()
        sat_there = Exists(seats_there.filter(person=OuterRef("person")))
        asked = asked.filter(Q(unit__path__startswith=below) | sat_there)
    quotas: dict[str, dict[int, Quota]] = defaultdict(dict)
    for quota in asked.touching(window).order_by("start", "pk"):
        quotas[quota.metric][quota.pk] = quota
    paths = dict(Unit.objects.filter(tenant=tenant).values_list("pk", "path"))
    seats = _seats(
        {
            quota.person_id
            for found in quotas.values()
            for quota in found.values()
            if quota.person_id is not None
        }
    )
    calendar = DayCount(tenant.day_count)
    return {
        metric.key: Plan(
            metric=metric,
            carriage=carriage_of(metric),
            calendar=calendar,
            quotas=quotas[metric.key],
            sources=_sources(quotas[metric.key].values(), seats, paths),
        )
        for metric in metrics
    }


def _seats(people: set[int]) -> dict[int, list[Held]]:
    seats: dict[int, list[Held]] = defaultdict(list)
    held = Assignment.objects.filter(person_id__in=people).at_home()
    for person, start, end, unit in held.values_list(
        "person_id", "valid_from", "valid_to", "unit_id"
    ):
        seats[person].append((start, end, unit))
    return seats


def _sources(
    quotas: Iterable[Quota], seats: dict[int, list[Held]], paths: dict[int, str]
) -> list[Source]:
    sources = []
    for quota in quotas:
        if quota.person_id is None:
            sources.append(Source(quota.pk, paths[quota.unit_id or 0], None, quota.span))
            continue
        for span, unit in placed(quota.span, seats.get(quota.person_id, ())):
            sources.append(Source(quota.pk, paths[unit], quota.person_id, span))
    return sources


def sees_figures(scope: Scope, person_id: int) -> Callable[[str], bool]:
    """Return the test whether a person's targets in a unit are visible."""
    if scope.person_id == person_id:
        return lambda path: True
    return scope.covers_figures
