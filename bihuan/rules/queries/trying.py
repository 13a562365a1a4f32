"""Trying a rule before it is kept: whom it would have hit when it last would have looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.org.models import Tenant
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.replay import looks
from bihuan.rules.queries.backtest import Hit, back_test

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Whom a rule would have hit on one morning, as if nothing had been open before."""

    on: date
    subjects: int
    hits: Sequence[Hit]
    """One for each subject, whichever of its key metrics it was hit for."""


def tried(tenant: Tenant, definition: RuleDefinition, today: date) -> Trial:
    """Return whom a rule would hit on the last morning on which it looks."""
    on = today
    while not looks(on, definition.every):
        on -= DAY
    found = back_test(tenant, definition, start=on, end=on + DAY)
    first = {hit.subject: hit for hit in reversed(found.hits)}
    hits = [hit for hit in found.hits if hit is first[hit.subject]]
    return Trial(on=on, subjects=found.subjects, hits=hits)
