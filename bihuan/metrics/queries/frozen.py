"""Figures as they stood: by a number of the ledger, the closings of then, a definition of then.

A report that must say the same in a year asks here. What is asked is given in full:
up to which fact, which closings stood, and how the metric was defined. Nothing of
today goes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from bihuan.kernel.period import Period
from bihuan.metrics.domain.closing import Closed, Piece, cut, in_groups
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import KeyValue
from bihuan.metrics.models import Closing
from bihuan.metrics.queries.figures import evaluate
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True)
class LedgerThen:
    """The ledger as it stood: up to a number, closed days as of their closing."""

    seq: int
    closings: tuple[Closed, ...] = ()


@dataclass(slots=True)
class FrozenFigure:
    """What was achieved, and how many facts that is."""

    value: Decimal | None = None
    facts: int = 0

    def add(self, value: Decimal | None, facts: int) -> None:
        self.facts += facts
        if value is not None:
            self.value = value if self.value is None else self.value + value


@dataclass(frozen=True, slots=True)
class FrozenFigures:
    """Figures by key and span."""

    by_place: list[dict[KeyValue, FrozenFigure]] = field(default_factory=list)

    def at(self, place: int, key: KeyValue) -> FrozenFigure:
        """Return the figure of one key in the span that was asked for at a place."""
        return self.by_place[place].get(key) or FrozenFigure()


def closings_at(tenant: Tenant, instant: datetime) -> tuple[Closed, ...]:
    """Return the closings that stood at an instant, in order."""
    stood = Closing.objects.filter(
        Q(reopened_at__isnull=True) | Q(reopened_at__gt=instant),
        tenant=tenant,
        closed_at__lte=instant,
    ).order_by("through")
    return tuple(Closed(*each) for each in stood.values_list("through", "seq"))


def figures_then(
    *,
    tenant: Tenant,
    definition: MetricDefinition,
    spans: Sequence[Period],
    by: str,
    then: LedgerThen,
) -> FrozenFigures:
    """Return the figures of a metric in each span, by one dimension, as they stood.

    Of a metric that does not add up, only the count of facts can be relied on where a
    closing cuts a span.
    """
    found = FrozenFigures([{} for _ in spans])
    pieces = cut(spans, then.closings, adds_up=definition.is_additive)
    for seq, together in in_groups(pieces):
        _ask(tenant, definition, by, (then.seq if seq is None else seq, together), found)
    return found


def _ask(
    tenant: Tenant,
    definition: MetricDefinition,
    by: str,
    asked: tuple[int, Sequence[Piece]],
    found: FrozenFigures,
) -> None:
    seq, pieces = asked
    places: dict[tuple[date, date], list[int]] = {}
    for piece in pieces:
        places.setdefault((piece.span.start, piece.span.end), []).append(piece.place)
    spans = [Period(f"{start}/{end}", start, end) for start, end in places]
    rows = evaluate(
        tenant=tenant,
        metric=definition.key,
        spans=spans,
        scope=None,
        by=(by,),
        as_of_seq=seq,
        with_total=False,
        trial=definition,
    )
    for row in rows:
        assert row.period is not None, "every span that was asked for has its days"
        for place in places[row.period.start, row.period.end]:
            cell = found.by_place[place].setdefault(row.keys[by], FrozenFigure())
            cell.add(row.value, row.facts)
