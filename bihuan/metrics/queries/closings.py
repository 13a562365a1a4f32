"""Closed periods: which there are, and which of them must be read as of their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bihuan.kernel.period import Period
from bihuan.metrics.domain.closing import Closed, Piece, cut
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.gate import LAST
from bihuan.metrics.engine.backends import answer
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.models import Tenant


def closed_through(tenant: Tenant) -> date | None:
    """Return the first day that is still open, where anything is closed."""
    closings = catalogue_of(tenant).closings
    return closings[-1].through if closings else None


def pieces_of(tenant: Tenant, definition: MetricDefinition, spans: Sequence[Period]) -> list[Piece]:
    """Return the spans, cut where parts of them must be read as of a closing."""
    closed: Sequence[Closed] = catalogue_of(tenant).closings
    if spans and closed:
        first = min(span.start for span in spans)
        closed = _moved(tenant, definition, [each for each in closed if each.through > first])
    adds_up = all(term.is_additive for term in definition.terms)
    return cut(spans, closed, adds_up=adds_up)


def _moved(tenant: Tenant, definition: MetricDefinition, closed: Sequence[Closed]) -> list[Closed]:
    """Return the closings after which something came that would change their figures.

    A gate whose own day decides lets an amount into a closed day without any fact of
    that day, so such a metric is always read as of the closing.
    """
    if any(term.gates is not None and term.gates.counts_on != LAST for term in definition.terms):
        return list(closed)
    if not closed:
        return []
    asked = ", ".join(
        f"count(CASE WHEN seq > {each.seq} AND (business_on < DATE '{each.through}'"
        " OR kind = 'account.merged') THEN 1 END)"
        for each in closed
    )
    least = min(each.seq for each in closed)
    [counts] = answer(
        tenant, lambda reading: reading.rows(f"SELECT {asked} FROM facts WHERE seq > {least}")
    )
    return [each for each, count in zip(closed, counts, strict=True) if count]
