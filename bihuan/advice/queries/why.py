"""Why a landing misses its target: the first reason of the cell, and the first lever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bihuan.advice.queries.landing import LandingView
from bihuan.advice.queries.levers import Levers, levers_of
from bihuan.goals.domain.reason.said import Said
from bihuan.goals.queries import CellChoice, Window
from bihuan.goals.queries.reasons import reasons_of
from bihuan.kernel.period import Period
from bihuan.org.domain.scope import Scope

REASONS_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of the causes, strongest first, and what could be done."""

    view: LandingView
    reasons: tuple[tuple[str, Said], ...]
    levers: Levers | None


def why(view: LandingView, scope: Scope) -> Why:
    """Return the first reasons of a landing's cell in its running period, and its levers."""
    found = reasons_of(cell_of(view, scope))
    reasons = tuple(
        (each.diagnosis.code, each.seen.said) for each in found.findings[:REASONS_AT_MOST]
    )
    return Why(view, reasons, levers_of(view, scope))


def cell_of(view: LandingView, scope: Scope) -> CellChoice:
    """Return the cell of a landing: the same figure, until today."""
    period: Period = view.asked.period
    return CellChoice(
        tenant=view.asked.tenant,
        metric=view.metric,
        window=Window(view.asked.grain, (period,), view.asked.morning + timedelta(days=1)),
        scope=scope,
        unit=view.unit,
        person=view.person,
    )
