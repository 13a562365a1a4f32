"""What is asked of a unit and of the rows below it, kept until targets or the organisation change.

A heat map asks for the same few sums again and again, and each is a sum over everybody
below the unit. What is kept are these sums, not the quotas: some numbers for each row. They
are found by what they depend on: the organisation's version, the number of the latest
change of targets, the metric, the unit and the spans.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from django.db import connection

from bihuan.base.onelook import seen_once
from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.grid import Window, spans_asked
from bihuan.goals.queries.plan import Key, Plan, Targets, carriage_of, plans_of
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Tenant

KEPT_AT_MOST = 2_000
# xmin names the transaction that wrote a row: a number that was rolled back is given again.
STAMP = """
    SELECT tenant.org_version, tenant.xmin::text, tenant.day_count, stamp.number, stamp.xmin::text
    FROM org_tenant AS tenant
    LEFT JOIN goals_targetsstamp AS stamp ON stamp.tenant_id = tenant.id
    WHERE tenant.id = %s
"""
Sums = Mapping[Span, Decimal | None]


@dataclass(frozen=True, slots=True)
class UnitTargets:
    """The targets of a unit and of its rows, in the spans that a window asks for."""

    carriage: Carriage
    total: Sums
    rolled_up: Sums | None
    """What the rows add up to, where the unit carries a target of its own."""
    rows: Mapping[Key, Sums]

    @property
    def people(self) -> set[int]:
        """Return who of those directly in the unit has a target."""
        return {int(key[1]) for key in self.rows if key[0] == "person"}

    def of_row(self, metric: MetricDefinition, key: Key) -> Targets:
        """Return what is asked of a child unit or of a person directly in the unit."""
        return Targets(metric, self.carriage, self.rows.get(key, {}).get)

    def of_unit(self, metric: MetricDefinition) -> Targets:
        return Targets(metric, self.carriage, self.total.get)

    def of_rows_together(self, metric: MetricDefinition) -> Targets | None:
        if self.rolled_up is None:
            return None
        return Targets(metric, self.carriage, self.rolled_up.get)


class _Kept:
    """The targets that were asked for last, in this process."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, UnitTargets] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> UnitTargets | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Hashable, targets: UnitTargets) -> None:
        with self._lock:
            self._found[key] = targets
            if len(self._found) > KEPT_AT_MOST:
                self._found.popitem(last=False)


KEPT = _Kept()


def unit_targets(
    tenant: Tenant, metrics: Sequence[MetricDefinition], window: Window, path: str
) -> dict[str, UnitTargets]:
    """Return what is asked of a unit and its rows by the key of each metric.

    Those that are not kept are read together, by the statements of one plan.
    """
    spans = spans_asked(window)
    stamp = seen_once(("targets", tenant.pk), lambda: _stamp(tenant))
    version = (tenant.pk, stamp, path, spans)
    keys = {metric.key: (*version, metric.key, carriage_of(metric)) for metric in metrics}
    found = {name: kept for name, key in keys.items() if (kept := KEPT.get(key)) is not None}
    missing = [metric for metric in metrics if metric.key not in found]
    if missing:
        for name, plan in plans_of(tenant, missing, window.span, below=path).items():
            found[name] = _summed(plan, path, spans)
            KEPT.put(keys[name], found[name])
    return found


def _stamp(tenant: Tenant) -> tuple[object, ...]:
    """Return what is another whenever targets, the organisation or the days that count change."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [tenant.pk])
        found: tuple[object, ...] = cursor.fetchone() or ()
    return found


def _summed(plan: Plan, path: str, spans: Sequence[Span]) -> UnitTargets:
    def sums(rows: Sequence[Rolled]) -> Sums:
        alike = plan.alike(rows)
        return {span: plan.target_of(alike, span) for span in spans}

    carries = any(source.person is None and source.path == path for source in plan.sources)
    below = plan.rolled_up(path) if carries else []
    return UnitTargets(
        carriage=plan.carriage,
        total=sums(plan.total(path)),
        rolled_up=sums(below) if below else None,
        rows={key: sums(rows) for key, rows in plan.below(path).items()},
    )
