"""The statements that figures are reckoned by, as people read them, and the check on them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine import Asked, Difference, differences, figures_sql, pretty


@lru_cache(maxsize=256)
def statements_of(definition: MetricDefinition) -> tuple[str, ...]:
    """Return the SQL of a metric over the whole company, one statement per reach of its terms."""
    asked = Asked(definition=definition)
    reaches = sorted({term.reach for term in definition.terms}, key=lambda each: each.order)
    return tuple(pretty(figures_sql(asked, (), reach)) for reach in reaches)


def reads_not_declared(metrics: Iterable[MetricDefinition]) -> list[Difference]:
    """Return where what is compiled of metrics differs from what they declare to read."""
    return [each for metric in metrics for each in differences(metric)]
