"""What a lineage server is told when figures are asked for.

A page asks for forty figures at once, so runs of one metric, version and sort of
asker are gathered: the first is told at once, the others with the first one after
the gathering time is over, with how many they were.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from bihuan.base import openlineage
from bihuan.base.openlineage import Dataset, Flow, How
from bihuan.facts.replica import telling
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine import Use, columns_read
from bihuan.metrics.queries.statement import statements_of
from bihuan.org.models import Tenant

GATHERED_SECONDS = 300
HOWS = {
    Use.VALUE: How.AGGREGATION,
    Use.KEY: How.AGGREGATION,
    Use.CONDITION: How.CONDITIONAL,
    Use.FILTER: How.FILTER,
    Use.JOIN: How.JOIN,
    Use.GROUP: How.GROUP_BY,
    Use.WINDOW: How.WINDOW,
}
ADDED = frozenset({Use.VALUE, Use.KEY})


@dataclass(slots=True)
class _Gathered:
    """When runs of one sort were told last, and how many have come since."""

    at: int
    asked: int = 0


_LOCK = threading.Lock()
_RUNS: dict[tuple[int, str, str, str], _Gathered] = {}
MOST_KEPT = 5000


def tell_run(tenant: Tenant, definition: MetricDefinition, asked_by: str) -> None:
    """Say that figures of a metric were reckoned, unless that was just said.

    Beginning and end are told together: a question lasts some milliseconds.
    """
    if not openlineage.is_on():
        return
    asked = _asked_if_due(tenant.pk, definition, asked_by)
    if not asked:
        return
    run = openlineage.begin(f"{tenant.code}.metric.{definition.key}")
    run.complete(
        metric=(
            ("key", definition.key),
            ("version", definition.version),
            ("asked_by", asked_by),
            ("asked", str(asked)),
        ),
        details=lambda: _details(tenant, definition),
    )


def _asked_if_due(tenant_id: int, definition: MetricDefinition, asked_by: str) -> int:
    """Return how often it was asked since the last event, or nothing while it is gathered."""
    key, now = (tenant_id, definition.key, definition.version, asked_by), int(time.monotonic())
    with _LOCK:
        if len(_RUNS) > MOST_KEPT:
            _RUNS.clear()
        gathered = _RUNS.setdefault(key, _Gathered(at=now - GATHERED_SECONDS))
        gathered.asked += 1
        if now - gathered.at < GATHERED_SECONDS:
            return 0
        asked, gathered.asked, gathered.at = gathered.asked, 0, now
        return asked


def forget_runs() -> None:
    """Let the next question of each sort be told at once."""
    with _LOCK:
        _RUNS.clear()


def _details(
    tenant: Tenant, definition: MetricDefinition
) -> tuple[list[Dataset], list[Dataset], str]:
    namespace, name = telling.replica_place(tenant)
    flows = tuple(
        Flow(namespace, name, column, HOWS[use], field="value" if use in ADDED else None)
        for use, columns in sorted(columns_read(definition).items())
        for column in sorted(columns)
    )
    figure = Dataset(
        openlineage.namespace(),
        f"{tenant.code}.metrics.{definition.key}",
        columns=(("value", "decimal"),),
        flows=flows,
    )
    return [telling.replica(tenant)], [figure], ";\n".join(statements_of(definition))
