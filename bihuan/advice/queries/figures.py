"""The figures a lever is reckoned from, each with the cell in which its facts can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bihuan.advice.domain.lever import Kind, Lever, Step
from bihuan.advice.queries.levers import DECIDED_BY, PIECES, WAYS, Levers


@dataclass(frozen=True, slots=True)
class FigureBehind:
    """A sum of the last weeks that went into a lever."""

    metric: str
    value: Decimal
    is_own: bool
    query: str
    """The cell as an address names it; nothing where it may not be opened."""


def figures_of(lever: Lever, levers: Levers) -> list[FigureBehind]:
    """Return the sums that the rates of a lever are made of, each once.

    Those of a team that somebody does not see are not told.
    """
    found: dict[tuple[str, bool], FigureBehind] = {}
    for place, step in enumerate(lever.way):
        if not step.is_own and levers.team is None:
            continue
        for metric, value in _sums(lever, step, place, levers.metric):
            query = levers.cell(metric, is_own=step.is_own)
            found[metric, step.is_own] = FigureBehind(metric, value, step.is_own, query)
    return list(found.values())


def _sums(lever: Lever, step: Step, place: int, target: str) -> list[tuple[str, Decimal]]:
    """Return what a step divides by what, as far as each is a metric of its own."""
    if lever.kind is Kind.MORE:
        chain = WAYS[target]
        if len(chain) == 1:
            return []
        return [(chain[place], step.cases), (chain[place + 1], step.brought)]
    if step.metric == DECIDED_BY:
        return [("won_count", step.brought), ("lost_count", step.cases - step.brought)]
    if step.metric in PIECES:
        return [(PIECES[step.metric], step.cases), (step.metric, step.brought)]
    return []
