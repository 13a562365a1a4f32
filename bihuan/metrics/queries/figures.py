"""Figures: a metric for people, units, products and spans of time."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Period
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

NOWHERE = Where()


class DimensionUnknown(Invalid):
    code = "metrics.dimension_unknown"
    says = gettext_noop("Figures cannot be broken down by “%(dimension)s”. There are: %(known)s.")


def evaluate(
    *,
    tenant: Tenant,
    metric: str,
    spans: Sequence[Period],
    scope: Scope | None,
    by: Sequence[str] = (),
    where: Where = NOWHERE,
    as_of_seq: int | None = None,
    with_total: bool = True,
) -> list[MetricRow]:
    """Return the figures of a metric, one row per cell that has facts, and a total per span.

    Spans may overlap. ``scope`` limits the facts to what a person may see
    figures of; ``None`` is the system itself. ``as_of_seq`` gives the figures as
    the ledger stood after that fact.
    """
    raise NotImplementedError
