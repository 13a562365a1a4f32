"""The card of a metric: its words, its formula, and how it has gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.functional import Promise

from bihuan.facts.access import kinds_of
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import MetricDefinition, Parameter
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.domain.figure import MetricRow
from bihuan.metrics.domain.formula import Formula, formula
from bihuan.metrics.queries.catalogue import UNIT_LABELS
from bihuan.metrics.queries.figures import evaluate
from bihuan.metrics.queries.versions import metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

MONTHS = 13


@dataclass(frozen=True, slots=True)
class MonthLine:
    """The figure of one month, and its size beside the largest one, in percent."""

    period: Period
    value: Decimal | None
    facts: int
    length: int
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """What a card shows of a metric, in one language."""

    definition: MetricDefinition
    name: str
    about: str
    unit: Promise
    counted: tuple[str, ...]
    not_counted: tuple[str, ...]
    formula: Formula
    parameters: tuple[tuple[str, Parameter], ...]
    dimensions: tuple[str, ...]
    months: tuple[MonthLine, ...]

    @property
    def now(self) -> MonthLine:
        return self.months[-1]


def card_view(*, tenant: Tenant, key: str, scope: Scope, today: date, language: str) -> CardView:
    """Return the card of a metric with the last thirteen months of what a person may see."""
    found = metric_named(tenant, key)
    is_chinese = language.startswith("zh")
    labels = {
        kind.code: kind.label_zh if is_chinese else kind.label_en
        for kind in kinds_of(tenant).values()
    }
    spans = _months(today)
    rows = evaluate(tenant=tenant, metric=key, spans=spans, scope=scope)
    return CardView(
        definition=found,
        name=found.name(language),
        about=found.about_zh if is_chinese else found.about_en,
        unit=UNIT_LABELS[found.unit.value],
        counted=found.counted_zh if is_chinese else found.counted_en,
        not_counted=found.not_counted_zh if is_chinese else found.not_counted_en,
        formula=formula(found, language, labels),
        parameters=tuple(
            (each.label_zh if is_chinese else each.label_en, each) for each in found.parameters
        ),
        dimensions=tuple(
            each.label_zh if is_chinese else each.label_en for each in DIMENSIONS.values()
        ),
        months=tuple(_lines(rows)),
    )


def _months(today: date) -> list[Period]:
    """Return thirteen months up to the present one, so a year ago stands beside it."""
    found = [period_of(today, Grain.MONTH)]
    while len(found) < MONTHS:
        found.append(period_of(found[-1].start - timedelta(days=1), Grain.MONTH))
    return found[::-1]


def _lines(rows: list[MetricRow]) -> list[MonthLine]:
    largest = max((abs(row.value) for row in rows if row.value), default=Decimal(1))
    return [
        MonthLine(
            period=row.period,
            value=row.value,
            facts=row.facts,
            length=int(max(row.value or 0, Decimal(0)) * 100 / largest),
            is_now=row is rows[-1],
        )
        for row in rows
        if row.period is not None
    ]
