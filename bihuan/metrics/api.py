"""Metrics and their figures for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from bihuan.kernel.period import Grain
from bihuan.metrics import queries
from bihuan.metrics.queries import MetricDefinition, TableAsked
from bihuan.org.access import PersonRequest

router = Router(tags=["metrics"])
RECKONED = {"parameters", "measure", "ratio"}


class MetricOut(Schema):
    key: str
    group: str
    name_zh: str
    name_en: str
    unit: str
    better: str
    is_additive: bool
    is_ratio: bool
    version: str
    about_zh: str
    about_en: str


class CardOut(MetricOut):
    counted_zh: list[str]
    counted_en: list[str]
    not_counted_zh: list[str]
    not_counted_en: list[str]
    dimensions: list[str]
    definition: dict[str, object]


class Asked(Schema):
    by: list[str] = Field(default_factory=list)
    grain: Grain | None = None
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    as_of_seq: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    as_of: datetime | None = None


@router.get("", response=list[MetricOut], url_name="metrics")
def metrics(request: HttpRequest) -> list[dict[str, object]]:
    """Every metric there is."""
    person = cast(PersonRequest, request)
    return [_short(each) for each in queries.metrics_of(person.tenant)]


@router.get("/{key}", response=CardOut, url_name="metric")
def metric(request: HttpRequest, key: str) -> dict[str, object]:
    """One metric: its words, its examples and how it is reckoned."""
    found = queries.metric_named(cast(PersonRequest, request).tenant, key)
    return _short(found) | {
        "counted_zh": list(found.counted_zh),
        "counted_en": list(found.counted_en),
        "not_counted_zh": list(found.not_counted_zh),
        "not_counted_en": list(found.not_counted_en),
        "dimensions": list(queries.dimensions_known()),
        "definition": found.model_dump(
            mode="json",
            by_alias=True,
            exclude_none=True,
            include={"parameters", "measure", "ratio"},
        ),
    }


@router.get("/{key}/query", response=list[dict[str, object]], url_name="metric_query")
def query(request: HttpRequest, key: str, asked: Query[Asked]) -> list[dict[str, object]]:
    """The figures of a metric that the asker may see: the rows of ``bihuan metric query``."""
    person = cast(PersonRequest, request)
    seq = asked.as_of_seq
    if asked.as_of is not None:
        seq = queries.seq_at(person.tenant, asked.as_of)
    table = TableAsked(
        metric=key,
        by=tuple(dict.fromkeys(asked.by)),
        grain=asked.grain,
        start=asked.start,
        end=asked.end,
        as_of_seq=seq,
    )
    return queries.figures_for_cli(person.tenant, table, person.scope)


def _short(metric: MetricDefinition) -> dict[str, object]:
    return {
        "key": metric.key,
        "group": metric.group,
        "name_zh": metric.name_zh,
        "name_en": metric.name_en,
        "unit": metric.unit.value,
        "better": metric.better.value,
        "is_additive": metric.is_additive,
        "is_ratio": metric.is_ratio,
        "version": metric.version,
        "about_zh": metric.about_zh,
        "about_en": metric.about_en,
    }
