"""The whole company at a glance: everybody under a unit against periods, for the canvas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.queries.coverage import periods_with_data
from bihuan.goals.queries.grid import Asked, Row, Subject, by_period, cells
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.goals.queries.team import Choice
from bihuan.metrics.queries import MetricRow, Where, evaluate
from bihuan.org.models import Assignment, Person, Unit

PEOPLE_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody under a unit, in the order of the tree."""

    choice: Choice
    rows: tuple[Row, ...]
    is_cut: bool

    @property
    def counts(self) -> dict[int, int]:
        """Return how many people stand in each bin in the period that runs."""
        current = self.choice.window.columns.index(self.choice.window.current)
        found: dict[int, int] = dict.fromkeys(range(7), 0)
        for row in self.rows:
            place = row.cells[current].judged.bin
            if place is not None:
                found[place] += 1
        return found


def overview(choice: Choice) -> Overview:
    """Return a row for every person under a unit who has a target or did something."""
    window, path = choice.window, choice.unit.path
    plan = plans_of(choice.tenant, [choice.metric], window.span, below=path)[choice.metric.key]
    begun = choice.window.begun()
    figures: dict[int, list[MetricRow]] = defaultdict(list)
    total: list[MetricRow] = []
    for row in _figures(choice) if begun else ():
        if row.is_total:
            total.append(row)
        elif row.keys["person"] is not None:
            figures[int(str(row.keys["person"]))].append(row)
    with_data = periods_with_data(choice.tenant, choice.metric, begun, by_period(total))
    quotas = _quotas(plan, choice.unit)
    people = _people(choice.unit, {*quotas, *figures})
    rows = []
    for person, unit_name in people[:PEOPLE_AT_MOST]:
        subject = Subject(unit_id=choice.unit.pk, person_id=person.pk, is_deep=True)
        asked = Asked(
            choice.window,
            plan.asks(quotas.get(person.pk, [])),
            subject,
            by_period(figures.get(person.pk, ())),
            with_data,
        )
        made, whole = cells(asked)
        rows.append(Row("person", person.name, subject, made, whole, heads=(unit_name,)))
    return Overview(choice, tuple(rows), is_cut=len(people) > PEOPLE_AT_MOST)


def _figures(choice: Choice) -> Iterable[MetricRow]:
    return evaluate(
        tenant=choice.tenant,
        metric=choice.metric.key,
        by=("person",),
        spans=choice.window.begun(),
        where=Where(unit_path=choice.unit.path),
        scope=choice.scope,
        defined=choice.window.defined,
    )


def _quotas(plan: Plan, unit: Unit) -> dict[int, list[Rolled]]:
    found: dict[int, list[Rolled]] = defaultdict(list)
    for source in plan.sources:
        if source.person is not None and source.path.startswith(unit.path):
            found[source.person].append(Rolled(source, source.path, [source.span]))
    return found


def _people(unit: Unit, wanted: set[int]) -> list[tuple[Person, str]]:
    """Return people with the name of their latest unit here, in the order of the tree."""
    seats = Assignment.objects.filter(
        person_id__in=wanted, unit__path__startswith=unit.path
    ).at_home()
    latest = {
        person: (path, name)
        for person, path, name in seats.order_by("valid_from").values_list(
            "person_id", "unit__path", "unit__name"
        )
    }
    people = Person.objects.filter(pk__in=wanted).order_by("pinyin", "name", "pk")
    placed = [(person, *latest.get(person.pk, (unit.path, unit.name))) for person in people]
    placed.sort(key=lambda each: _steps(each[1]))
    return [(person, name) for person, _, name in placed]


def _steps(path: str) -> tuple[int, ...]:
    return tuple(int(step) for step in path.strip("/").split("/"))
