"""The whole report, part by part."""

from __future__ import annotations

from bihuan.org.models import Tenant
from bihuan.reports.domain.aligned import aligned
from bihuan.reports.domain.basis import Basis
from bihuan.reports.domain.content import Content, MetricThen, UnitCounts
from bihuan.reports.queries.reckoning.adjusting import edits_made, revisions_made
from bihuan.reports.queries.reckoning.covering import (
    deserted_units,
    goals_health,
    idle_of,
    orphans_of,
    sellers_of,
)
from bihuan.reports.queries.reckoning.dying import dead_targets
from bihuan.reports.queries.reckoning.rating import ratings_of
from bihuan.reports.queries.reckoning.receipting import receipts_of
from bihuan.reports.queries.reckoning.then import Then


def reckoned(tenant: Tenant, basis: Basis) -> Content:
    """Return the report that a basis gives: the same today and in a year."""
    then = Then(tenant, basis)
    looked_at, dead = dead_targets(then)
    rated, could_rate = ratings_of(then)
    together, raters = aligned(rated)
    asked, given, waiting = receipts_of(then)
    sellers = sellers_of(then)
    units = sorted({*sellers, *looked_at, *asked}, key=lambda unit: (then.place(unit), unit or 0))
    return Content(
        month=basis.month,
        start=basis.start,
        end=basis.end,
        metrics=_metrics(then),
        goals=goals_health(then),
        counts=[
            UnitCounts(
                unit=unit,
                sellers=sellers[unit],
                targets=looked_at[unit],
                receipts_asked=asked[unit],
                receipts_given=given[unit],
            )
            for unit in units
        ],
        idle=idle_of(then),
        deserted=deserted_units(then),
        orphans=orphans_of(then),
        revisions=revisions_made(then),
        edits=edits_made(then),
        aligned=together,
        raters=raters,
        could_rate=could_rate,
        dead=dead,
        waiting=waiting,
    )


def _metrics(then: Then) -> list[MetricThen]:
    return [
        MetricThen(
            key=key,
            name_zh=each.name_zh,
            name_en=each.name_en,
            unit=each.unit.value,
            version=each.version,
        )
        for key, each in then.definitions.items()
    ]
