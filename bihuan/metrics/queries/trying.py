"""A definition tried on this month's facts while it is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.reference import resolved
from bihuan.metrics.queries.figures import evaluate
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a definition gives for a month, beside what is in force."""

    period: Period
    value: Decimal | None
    facts: int
    in_force: Decimal | None
    is_new: bool
    """Whether there is nothing in force to compare with."""

    @property
    def difference(self) -> Decimal | None:
        if self.is_new or (self.value is None and self.in_force is None):
            return None
        return (self.value or Decimal(0)) - (self.in_force or Decimal(0))


def tried(tenant: Tenant, definition: MetricDefinition, scope: Scope, today: date) -> Trial:
    """Return what a sound definition gives for the month of a day."""
    catalogue = catalogue_of(tenant)
    month = period_of(today, Grain.MONTH)
    trial = resolved(definition, catalogue.as_written)
    [row] = evaluate(tenant=tenant, metric=definition.key, spans=[month], scope=scope, trial=trial)
    is_new = definition.key not in catalogue.versions
    in_force = None
    if not is_new:
        [old] = evaluate(tenant=tenant, metric=definition.key, spans=[month], scope=scope)
        in_force = old.value
    return Trial(period=month, value=row.value, facts=row.facts, in_force=in_force, is_new=is_new)
