"""Metrics and their figures for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from bihuan.base.instants import Moment
from bihuan.kernel.period import Grain
from bihuan.metrics import queries
from bihuan.metrics.queries import Defined, MetricDefinition, TableAsked
from bihuan.metrics.queries.pending import PendingLine
from bihuan.metrics.queries.pending import pending as what_waits
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
    as_of: Moment | None = None
    defined: Defined = Defined.THEN
    """Past figures as the metric was defined then, or as it is defined now."""


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
        defined=asked.defined,
    )
    return queries.figures_for_cli(person.tenant, table, person.scope)


class LackOut(Schema):
    gate: str
    label_zh: str
    label_en: str
    due_on: date | None
    owed_by: str | None


class PendingOut(Schema):
    seq: int
    business_on: date
    contract: str
    person: str | None
    account: str | None
    value: str
    days_waiting: int
    days_late: int
    missing: list[LackOut]


class PendingPage(Schema):
    count: int
    value: str
    rows: list[PendingOut]


@router.get("/{key}/pending", response=PendingPage, url_name="metric_pending")
def pending(
    request: HttpRequest, key: str, page: Annotated[int, Field(ge=1, le=100_000)] = 1
) -> PendingPage:
    """The amounts of a metric that wait for a gate, what each lacks and who owes it."""
    person = cast(PersonRequest, request)
    shown = what_waits(tenant=person.tenant, metric=key, scope=person.scope, page=page)
    return PendingPage(
        count=shown.count, value=f"{shown.share:f}", rows=[_waiting(line) for line in shown.lines]
    )


def _waiting(line: PendingLine) -> PendingOut:
    fact = line.fact
    return PendingOut(
        seq=fact.seq,
        business_on=fact.business_on,
        contract=fact.contract,
        person=fact.person.name if fact.person else None,
        account=fact.account.name if fact.account else None,
        value=f"{line.share:f}",
        days_waiting=line.days_waiting,
        days_late=line.days_late,
        missing=[
            LackOut(
                gate=lack.need.key,
                label_zh=lack.need.label_zh,
                label_en=lack.need.label_en,
                due_on=lack.due_on,
                owed_by=person.name if person else None,
            )
            for lack, person in zip(line.lacks, line.owed_by, strict=True)
        ],
    )


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
