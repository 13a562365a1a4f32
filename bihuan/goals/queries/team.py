"""The heat map of one unit: its child units and the people in it, against periods.

One level of the tree at a time. The figures come from two questions to the
replica, whatever the number of rows: one by child unit, one by person for those
who sit in the unit itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator

from bihuan.goals.domain.span import Span
from bihuan.goals.queries.coverage import periods_with_data
from bihuan.goals.queries.grid import (
    Asked,
    Off,
    Row,
    Subject,
    Window,
    by_period,
    cells,
    furthest_off,
)
from bihuan.goals.queries.kept import UnitTargets, unit_targets
from bihuan.goals.queries.plan import Key, Targets
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricDefinition, MetricRow, Where, evaluate
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Tenant, Unit

PAGE_SIZE = 50
WORST_COUNT = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """What the heat map of a unit is asked for."""

    unit: Unit
    metric: MetricDefinition
    window: Window
    scope: Scope
    by_name: bool = False

    @property
    def tenant(self) -> Tenant:
        return self.unit.tenant

    @property
    def inside(self) -> Where:
        """Return the narrowing to the unit, read one level below it."""
        return Where(unit_path=self.unit.path, unit_depth=self.unit.depth + 1)

    @property
    def directly(self) -> Where:
        """Return the narrowing to what was earned in the unit itself."""
        return replace(self.inside, unit_id=self.unit.pk)


@dataclass(frozen=True, slots=True)
class TeamMap:
    """The heat map of a unit, one page of its rows."""

    choice: Choice
    rows: tuple[Row, ...]
    total: Row
    rolled_up: Row | None
    """What the rows add up to, where the unit carries a target of its own."""
    page: Page[Row]
    worst: tuple[Off, ...]
    row_count: int
    has_targets: bool


def heat_map_team(choice: Choice, *, page: int | str = 1) -> TeamMap:
    """Return the heat map of a unit, one level of the tree."""
    path, metric = choice.unit.path, choice.metric
    targets = unit_targets(choice.tenant, [metric], choice.window, path)[metric.key]
    begun = choice.window.begun()
    by_unit = _figures(choice, begun, by=("unit",), where=choice.inside)
    by_person = _figures(choice, begun, by=("person",), where=choice.directly)
    whole = by_unit.get(None, {})
    with_data = periods_with_data(choice.tenant, metric, begun, whole)
    rows = [
        *_unit_rows(choice, targets, by_unit, with_data),
        *_person_rows(choice, targets, by_person, with_data),
    ]
    rows.sort(key=lambda row: (row.kind != "unit", row.name) if choice.by_name else row.badness)
    total = _row(choice, targets.of_unit(metric), whole, with_data)
    together = targets.of_rows_together(metric)
    shown = Paginator(rows, PAGE_SIZE).get_page(page)
    return TeamMap(
        choice=choice,
        rows=tuple(shown.object_list),
        total=total,
        rolled_up=None if together is None else _row(choice, together, whole, with_data),
        page=shown,
        worst=furthest_off(rows, choice.window, at_most=WORST_COUNT),
        row_count=len(rows),
        has_targets=any(row.whole.target is not None for row in (*rows, total)),
    )


Figures = dict[object, dict[str, MetricRow]]
"""Figures of each row (the total under ``None``), by the key of the period."""


def _figures(
    choice: Choice, spans: Sequence[Period], *, by: tuple[str, ...], where: Where
) -> Figures:
    found: dict[object, list[MetricRow]] = defaultdict(list)
    if not spans:
        return {}
    for row in evaluate(
        tenant=choice.tenant,
        metric=choice.metric.key,
        by=by,
        spans=spans,
        where=where,
        scope=choice.scope,
        defined=choice.window.defined,
    ):
        key = row.keys[by[0]] if not row.is_total else None
        found[0 if key is None and not row.is_total else key].append(row)
    return {key: by_period(rows) for key, rows in found.items()}


def _unit_rows(
    choice: Choice, targets: UnitTargets, figures: Figures, with_data: frozenset[str]
) -> Iterable[Row]:
    children = list(Unit.objects.filter(parent=choice.unit).order_by("pinyin", "name", "pk"))
    heads = heads_of([unit.pk for unit in children], choice.window.span)
    for unit in children:
        row = _row(
            choice,
            targets.of_row(choice.metric, ("unit", unit.path)),
            figures.get(unit.pk, {}),
            with_data,
            Subject(unit_id=unit.pk),
        )
        has_ended = unit.ended_on is not None and unit.ended_on <= choice.window.span.start
        if row.has_anything or not has_ended:
            yield replace(row, kind="unit", name=unit.name, heads=heads.get(unit.pk, ()))


def _person_rows(
    choice: Choice, targets: UnitTargets, figures: Figures, with_data: frozenset[str]
) -> Iterable[Row]:
    seated = set(seated_in(choice.unit, choice.window.span))
    recorded = {int(str(key)) for key in figures if key}
    people = Person.objects.filter(pk__in=seated | targets.people | recorded).order_by(
        "pinyin", "name", "pk"
    )
    for person in people:
        key: Key = ("person", person.pk)
        subject = Subject(unit_id=choice.unit.pk, person_id=person.pk)
        asked = targets.of_row(choice.metric, key)
        row = _row(choice, asked, figures.get(person.pk, {}), with_data, subject)
        if row.has_anything or person.pk in seated:
            yield replace(row, kind="person", name=person.name)
    if 0 in figures:
        subject = Subject(unit_id=choice.unit.pk, is_nobody=True)
        nothing = targets.of_row(choice.metric, ("nobody", 0))
        row = _row(choice, nothing, figures[0], with_data, subject)
        yield replace(row, kind="nobody")


def _row(
    choice: Choice,
    targets: Targets,
    figures: dict[str, MetricRow],
    with_data: frozenset[str],
    subject: Subject | None = None,
) -> Row:
    subject = subject or Subject(unit_id=choice.unit.pk)
    made, whole = cells(Asked(choice.window, targets, subject, figures, with_data))
    return Row("total", choice.unit.name, subject, made, whole)


def seated_in(unit: Unit, span: Span) -> Iterable[int]:
    """Return the people whose own facts are earned in a unit on some day of a span."""
    seats = Assignment.objects.filter(unit=unit, valid_from__lt=span.end).at_home()
    still = seats.exclude(valid_to__lte=span.start).exclude(person__ended_on__lte=span.start)
    return still.values_list("person_id", flat=True)


def heads_of(units: Sequence[int], span: Span) -> dict[int, tuple[str, ...]]:
    """Return the names of those who led units at the end of a span."""
    seats = Assignment.objects.filter(
        unit_id__in=units, role=Role.MANAGER.value, valid_from__lt=span.end
    ).exclude(valid_to__lte=span.start)
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for unit_id, name in seats.order_by("-valid_from", "pk").values_list("unit_id", "person__name"):
        if name not in found[unit_id]:
            found[unit_id] = (*found[unit_id], name)
    return dict(found)
