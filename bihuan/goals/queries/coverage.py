"""Where there is data at all: what tells a true zero from a feed that has not arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bihuan.goals.queries.grid import by_period
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricDefinition, MetricRow, evaluate, evaluate_many
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
    there = _with_facts(known)
    unsure = [span for span in spans if span.key not in there]
    if unsure:
        everything = evaluate(tenant=tenant, metric=metric.key, spans=unsure, scope=None)
        there |= _with_facts(by_period(everything))
    return there


def periods_with_data_of(
    tenant: Tenant, spans: Sequence[Period], known: Mapping[str, Mapping[str, MetricRow]]
) -> dict[str, frozenset[str]]:
    """Return the same of several metrics, by their keys, with one question about all of them."""
    there = {metric: _with_facts(rows) for metric, rows in known.items()}
    unsure = [metric for metric, keys in there.items() if any(s.key not in keys for s in spans)]
    if unsure:
        board = evaluate_many(tenant=tenant, metrics=unsure, spans=spans, scope=None)
        there |= {
            metric: there[metric] | _with_facts(by_period(board.rows(metric))) for metric in unsure
        }
    return there


def _with_facts(rows: Mapping[str, MetricRow]) -> frozenset[str]:
    return frozenset(key for key, row in rows.items() if row.facts)
