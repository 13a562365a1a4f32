"""Where there is data at all: what tells a true zero from a feed that has not arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bihuan.goals.queries.grid import by_period
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricDefinition, MetricRow, evaluate
from bihuan.org.models import Tenant


def periods_with_data(
    tenant: Tenant,
    metric: MetricDefinition,
    spans: Sequence[Period],
    known: Mapping[str, MetricRow],
) -> frozenset[str]:
    """Return the periods in which anybody in the company recorded something of a metric.

    ``known`` are figures at hand; only periods in which they have nothing are
    looked up. It tells no figure, only whether there is one.
    """
    there = {key for key, row in known.items() if row.facts}
    unsure = [span for span in spans if span.key not in there]
    if unsure:
        everything = evaluate(tenant=tenant, metric=metric.key, spans=unsure, scope=None)
        there |= {key for key, row in by_period(everything).items() if row.facts}
    return frozenset(there)
