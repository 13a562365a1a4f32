"""The home page: how one stands this month, what is off, and what came in last.

Whoever leads a unit sees the unit as a whole and what is off in it; everybody
else sees their own metrics. The figures are those of the heat map, one month of
it, so that home and heat map never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.base import clock
from bihuan.facts.models import Batch, Fact
from bihuan.goals.domain.deviation import NEUTRAL
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.choosing import highest_unit, latest_day, metrics_offered
from bihuan.goals.queries.grid import Cell, Off, Row, Window
from bihuan.goals.queries.person import heat_map_person, metrics_asked
from bihuan.goals.queries.team import Choice, heat_map_team
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit

LATEST = 5
TILES_AT_MOST = 4
OFF_AT_MOST = 6
MONTHS_LOOKED_BACK = 3
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric this month: what was asked, what is there, how far it is off."""

    cell: Cell

    @property
    def share(self) -> int:
        """Return how far the bar is filled, in percent; it ends at its end."""
        attained = self.cell.attainment or Decimal(0)
        return int(min(max(attained, Decimal(0)), WHOLE) * 100)

    @property
    def tone(self) -> str:
        """Return whether it is off to the good or to the bad side, or neither."""
        place = self.cell.judged.bin
        if place is None or place == NEUTRAL:
            return ""
        return "pos" if place > NEUTRAL else "neg"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit or a person stands in one month."""

    unit: Unit | None
    period: Period
    is_running: bool
    tiles: tuple[Tile, ...]
    off: tuple[Off, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """What the home page is made of."""

    has_people: bool
    last_fact_on: date | None
    standing: Standing | None
    batches: tuple[Batch, ...]

    @property
    def has_facts(self) -> bool:
        return self.last_fact_on is not None


def home(person: Person, scope: Scope) -> Home:
    """Return what is there for a person, as far as their scope covers it."""
    others = Person.objects.filter(tenant_id=scope.tenant_id, is_robot=False)
    unit = highest_unit(scope)
    return Home(
        has_people=others.exclude(pk=scope.person_id).exists(),
        last_fact_on=_newest(scope, unit),
        standing=_standing(person, scope, unit),
        batches=_batches(scope),
    )


def _newest(scope: Scope, unit: Unit | None) -> date | None:
    """Return the day of the fact recorded last; figures of a unit count as well as rows."""
    seen = Fact.objects.visible_to(scope)
    if unit is not None:
        units = Unit.objects.ids_under(scope.tenant_id, [unit.path])
        seen = Fact.objects.filter(tenant_id=scope.tenant_id, unit_id__in=units)
    newest = seen.order_by("-seq").first()
    return newest.business_on if newest is not None else None


def _batches(scope: Scope) -> tuple[Batch, ...]:
    """Return what came in last, for those who see the whole company."""
    if not scope.whole_tenant:
        return ()
    rows = Batch.objects.filter(tenant_id=scope.tenant_id).select_related("source", "by")
    return tuple(rows.order_by("-pk")[:LATEST])


def _standing(person: Person, scope: Scope, unit: Unit | None) -> Standing | None:
    tenant = person.tenant
    today = clock.today(tenant.time_zone)
    own = None if unit is not None else person
    offered = metrics_offered(tenant)
    day = latest_day(tenant, offered[0], today, person=own)
    month = period_of(day, Grain.MONTH)
    window = Window(Grain.MONTH, _months_to(month), min(today, day) + timedelta(days=1))
    asked = metrics_asked(tenant, Span(month.start, month.end), person=own)
    metrics = [metric for metric in offered if metric.key in asked][:TILES_AT_MOST]
    if not metrics:
        return None
    if unit is None:
        rows, off = _of_person(person, window, scope)
    else:
        rows, off = _of_unit(unit, metrics, window, scope)
    tiles = tuple(Tile(row.cells[-1]) for row in rows if row.cells[-1].target is not None)
    return Standing(unit, month, today < month.end, tiles[:TILES_AT_MOST], off)


def _months_to(month: Period) -> tuple[Period, ...]:
    """Return a month and those before it: enough to say since when something is off."""
    found = [month]
    while len(found) < MONTHS_LOOKED_BACK:
        found.insert(0, period_of(found[0].start - timedelta(days=1), Grain.MONTH))
    return tuple(found)


def _of_person(
    person: Person, window: Window, scope: Scope
) -> tuple[tuple[Row, ...], tuple[Off, ...]]:
    found = heat_map_person(person, window, scope)
    return found.rows, found.worst


def _of_unit(
    unit: Unit, metrics: list[MetricDefinition], window: Window, scope: Scope
) -> tuple[tuple[Row, ...], tuple[Off, ...]]:
    maps = [heat_map_team(Choice(unit, metric, window, scope)) for metric in metrics]
    off = [each for found in maps for each in found.worst]
    off.sort(key=lambda each: each.cell.goodness)
    return tuple(found.total for found in maps), tuple(off[:OFF_AT_MOST])
