"""Landings as lines: what pages, programs, sheets and frozen reports are told of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from bihuan.advice.domain.line import Line
from bihuan.advice.queries.landing import LandingView

DIGITS = Decimal("0.0001")


def line_of(view: LandingView) -> Line:
    """Return a landing as a line."""
    landing, found = view.landing, view.outlook
    [(kind, pk)] = view.subject.items()
    return Line(
        kind=kind,
        id=pk,
        name=view.name,
        metric=view.metric.key,
        name_zh=view.metric.name_zh,
        name_en=view.metric.name_en,
        measured=view.metric.unit.value,
        period=view.asked.period.key,
        done=view.now.done,
        target=view.target,
        middle=None if landing is None else kept(landing.middle),
        low=None if landing is None else kept(landing.low),
        high=None if landing is None else kept(landing.high),
        verdict="" if found is None else found.verdict.value,
        gap=Decimal(0) if found is None else kept(found.gap),
        periods=view.by.periods,
        errors=len(view.by.known),
    )


def lines_of(views: Iterable[LandingView]) -> list[Line]:
    return [line_of(view) for view in views]


def kept(amount: Decimal) -> Decimal:
    """Return a projected amount with as many digits as facts have: more would say nothing."""
    return amount.quantize(DIGITS, ROUND_HALF_UP)
