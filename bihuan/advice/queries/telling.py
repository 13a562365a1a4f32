"""Landings as lines: what pages, programs, sheets and frozen reports are told of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bihuan.advice.domain.line import Line
from bihuan.advice.queries.landing import LandingView


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
        middle=None if landing is None else landing.middle,
        low=None if landing is None else landing.low,
        high=None if landing is None else landing.high,
        verdict="" if found is None else found.verdict.value,
        gap=Decimal(0) if found is None else found.gap,
        periods=view.by.periods,
        errors=len(view.by.known),
    )


def lines_of(views: Iterable[LandingView]) -> list[Line]:
    return [line_of(view) for view in views]
