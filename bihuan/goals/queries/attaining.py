"""Attainment per quota: who achieved how much of what was asked, over its own span.

People's rows come first, then units. A unit's row adds up the quotas of one and
the same span of everyone whose home, on the first day of it, lies in the unit
or below; what they achieved is added up over the same people and days. A quota
that the unit carries itself is shown instead, with what its people's add up to
beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.goals.domain.attainment import attainment as share_achieved
from bihuan.goals.domain.placement import Held, home
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries.plan import carriage_of
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricDefinition, Where, evaluate, metric_named
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Tenant, Unit


@dataclass(frozen=True, slots=True)
class AttainmentRow:
    """What was asked of a person or a unit over a span, and what was achieved."""

    person: str | None
    unit: str | None
    manager: str | None
    span: Span
    quota: Decimal
    actual: Decimal | None
    person_id: int | None = None
    unit_id: int | None = None
    rolled_up: Decimal | None = None
    """What the quotas below add up to, where the unit carries one of its own."""

    @property
    def attainment(self) -> Decimal | None:
        return share_achieved(quota=self.quota, achieved=self.actual)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The units of a tenant, and where each quota of a person is at home."""

    units: dict[str, Unit]
    paths: dict[int, str]
    homes: dict[int, str]
    """The path of the home unit, by quota."""


def attainment(
    *,
    tenant: Tenant,
    metric: str,
    scope: Scope | None,
    by: str | None = None,
    within: Span | None = None,
    trial: MetricDefinition | None = None,
) -> list[AttainmentRow]:
    """Return people's rows, units' rows, or first the ones and then the others.

    ``within`` keeps the quotas that share a day with it; each is still judged
    over the whole of its own span. A person's quota is shown to those who see
    the figures of its home unit, and counts whatever they earned, wherever.
    ``trial`` is a definition to reckon with in place of the one in force.
    """
    definition = trial or metric_named(tenant, metric)
    quotas = Quota.objects.live().filter(tenant=tenant, metric=definition.key)
    if within is not None:
        quotas = quotas.touching(within)
    if scope is not None:
        quotas = quotas.visible_to(scope)
    found = list(quotas.select_related("person", "unit").order_by("start", "end", "pk"))
    tree = _tree(tenant, found)
    of_people = [
        quota for quota in found if quota.person_id is not None and _is_shown(quota, tree, scope)
    ]
    achieved = _achieved(tenant, definition.key, of_people, trial)
    rows: list[AttainmentRow] = []
    if by in (None, "person"):
        rows += _person_rows(of_people, achieved)
    if by in (None, "unit"):
        adds_up = carriage_of(definition).adds_up
        own = [quota for quota in found if quota.unit_id is not None]
        rolled = _rolled(of_people if adds_up else [], achieved, tree)
        earned = _earned(tenant, definition.key, own, trial)
        rows += _unit_rows(tree, scope, rolled, earned)
    return rows


def _tree(tenant: Tenant, quotas: Sequence[Quota]) -> _Tree:
    units = {unit.path: unit for unit in Unit.objects.filter(tenant=tenant)}
    paths = {unit.pk: unit.path for unit in units.values()}
    seats: dict[int, list[Held]] = defaultdict(list)
    people = {quota.person_id for quota in quotas if quota.person_id is not None}
    held = Assignment.objects.filter(person_id__in=people).at_home()
    for person, start, end, unit in held.values_list(
        "person_id", "valid_from", "valid_to", "unit_id"
    ):
        seats[person].append((start, end, unit))
    homes = {quota.pk: home(quota.span, seats.get(quota.person_id or 0, ())) for quota in quotas}
    return _Tree(
        units=units,
        paths=paths,
        homes={quota: paths[unit] for quota, unit in homes.items() if unit is not None},
    )


def _is_shown(quota: Quota, tree: _Tree, scope: Scope | None) -> bool:
    if scope is None or scope.whole_tenant or quota.person_id == scope.person_id:
        return True
    return quota.pk in tree.homes and scope.covers_figures(tree.homes[quota.pk])


def _periods(quotas: Iterable[Quota]) -> list[Period]:
    return [Period(str(span), *span) for span in sorted({quota.span for quota in quotas})]


def _achieved(
    tenant: Tenant, metric: str, quotas: Sequence[Quota], trial: MetricDefinition | None
) -> dict[tuple[int, Span], Decimal]:
    """Return what each person achieved over each span; nothing recorded where none stands."""
    if not quotas:
        return {}
    people = tuple(sorted({quota.person_id for quota in quotas if quota.person_id is not None}))
    rows = evaluate(
        tenant=tenant,
        metric=metric,
        by=("person",),
        spans=_periods(quotas),
        where=Where(person_ids=people),
        scope=None,
        with_total=False,
        trial=trial,
    )
    return {
        (int(str(row.keys["person"])), Span(row.period.start, row.period.end)): row.value
        for row in rows
        if row.period is not None and row.value is not None
    }


def _person_rows(
    quotas: Sequence[Quota], achieved: dict[tuple[int, Span], Decimal]
) -> list[AttainmentRow]:
    named = [(quota.person, quota) for quota in quotas if quota.person is not None]
    named.sort(key=lambda pair: (pair[0].pinyin, pair[0].name, pair[0].pk, pair[1].span))
    return [
        AttainmentRow(
            person=person.name,
            unit=None,
            manager=None,
            span=quota.span,
            quota=quota.amount,
            actual=achieved.get((person.pk, quota.span)),
            person_id=person.pk,
        )
        for person, quota in named
    ]


Sums = dict[tuple[str, Span], tuple[Decimal, Decimal | None]]
"""Quota and actual by unit path and span."""


def _rolled(
    quotas: Sequence[Quota], achieved: dict[tuple[int, Span], Decimal], tree: _Tree
) -> Sums:
    """Add quotas and actuals of one span up the tree, from the home of each."""
    sums: Sums = {}
    for quota in quotas:
        path = tree.homes.get(quota.pk)
        actual = achieved.get((quota.person_id or 0, quota.span))
        for unit in () if path is None else _upwards(path):
            asked, done = sums.get((unit, quota.span), (Decimal(0), None))
            together = done if actual is None else (done or Decimal(0)) + actual
            sums[unit, quota.span] = (asked + quota.amount, together)
    return sums


def _upwards(path: str) -> list[str]:
    """Return a unit's path and those of all above it."""
    steps = path.strip("/").split("/")
    return [f"/{'/'.join(steps[:count])}/" for count in range(1, len(steps) + 1)]


def _earned(
    tenant: Tenant, metric: str, quotas: Sequence[Quota], trial: MetricDefinition | None
) -> Sums:
    """Return the quotas that units carry themselves, with what was earned in them."""
    by_depth: dict[int, list[Quota]] = defaultdict(list)
    for quota in quotas:
        if quota.unit is not None:
            by_depth[quota.unit.depth].append(quota)
    sums: Sums = {}
    for depth, found in by_depth.items():
        rows = evaluate(
            tenant=tenant,
            metric=metric,
            by=("unit",),
            spans=_periods(found),
            where=Where(unit_depth=depth),
            scope=None,
            with_total=False,
            trial=trial,
        )
        values = {(row.keys["unit"], row.period.key): row.value for row in rows if row.period}
        for quota in found:
            if quota.unit is not None:
                actual = values.get((quota.unit_id, str(quota.span)))
                sums[quota.unit.path, quota.span] = (quota.amount, actual)
    return sums


def _unit_rows(tree: _Tree, scope: Scope | None, rolled: Sums, own: Sums) -> list[AttainmentRow]:
    keys = sorted({*rolled, *own})
    heads = _heads(tree, keys)
    rows = []
    for path, span in keys:
        if scope is not None and not scope.covers_figures(path):
            continue
        unit = tree.units[path]
        quota, actual = own.get((path, span)) or rolled[path, span]
        from_below = rolled.get((path, span)) if (path, span) in own else None
        rows.append(
            AttainmentRow(
                person=None,
                unit=unit.name,
                manager=heads.get((path, span)),
                span=span,
                quota=quota,
                actual=actual,
                unit_id=unit.pk,
                rolled_up=from_below[0] if from_below is not None else None,
            )
        )
    return rows


def _heads(tree: _Tree, keys: Iterable[tuple[str, Span]]) -> dict[tuple[str, Span], str]:
    """Return who led each unit on the first day of a span, or was first to lead it after."""
    led: dict[str, list[tuple[date, date | None, str]]] = defaultdict(list)
    units = [unit.pk for unit in tree.units.values()]
    seats = Assignment.objects.filter(unit_id__in=units, role=Role.MANAGER.value)
    for unit, start, end, name in seats.order_by("valid_from", "pk").values_list(
        "unit_id", "valid_from", "valid_to", "person__name"
    ):
        led[tree.paths[unit]].append((start, end, name))
    found = {}
    for path, span in keys:
        after = [seat for seat in led[path] if seat[1] is None or seat[1] > span.start]
        first = [name for start, _, name in after if start <= span.start] or [
            name for _, _, name in after[:1]
        ]
        if first:
            found[path, span] = "、".join(dict.fromkeys(first))
    return found
