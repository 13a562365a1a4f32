"""Lineage for programs: every answer has the same nodes and edges, and the plain rows beside."""

from __future__ import annotations

from typing import Annotated, cast

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from bihuan.goals.forms.choosing import cell_choice
from bihuan.lineage import queries
from bihuan.lineage.queries import FACTS_AT_ONCE
from bihuan.metrics.queries import metric_named
from bihuan.org.access import PersonRequest

router = Router(tags=["lineage"])

Id = Annotated[int, Field(ge=1, lt=2**63)]
MOST_FACTS = 200


class NodeOut(Schema):
    id: str
    type: str
    label: str
    url: str
    detail: str


class EdgeOut(Schema):
    source: str
    target: str
    role: str
    label: str


class GraphOut(Schema):
    nodes: list[NodeOut]
    edges: list[EdgeOut]


class TermOut(Schema):
    place: str
    words: str
    reads: list[dict[str, str]]


class MetricOut(GraphOut):
    metric: str
    version: str
    terms: list[TermOut]
    statements: list[str]
    columns: list[dict[str, str]]
    targets: int


class NumberOut(GraphOut):
    metric: str
    version: str
    start: str
    end: str
    value: str | None
    numerator: str | None
    denominator: str | None
    count: int
    facts: list[dict[str, str | int | None]]


class FactOut(GraphOut):
    seq: int
    kind: str
    metrics: list[dict[str, object]]


class ColumnOut(GraphOut):
    file: str
    column: str
    feeds: list[dict[str, str]]
    metrics: list[dict[str, str]]
    targets: dict[str, int]


class FileOut(Schema):
    source: str
    file: str
    columns: list[str]


class NumberQuery(Schema):
    metric: str
    period: str
    person: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    unit: Id | None = None
    deep: int | None = None
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    size: Annotated[int, Field(ge=1, le=MOST_FACTS)] = FACTS_AT_ONCE


class ColumnQuery(Schema):
    file: str
    column: str
    import_id: Id | None = Field(None, alias="import")


@router.get("/metrics/{key}", response=MetricOut, url_name="lineage_metric")
def metric(request: HttpRequest, key: str) -> dict[str, object]:
    """What a metric reads, from which columns of which files, and by which statement."""
    known = cast(PersonRequest, request)
    definition = metric_named(known.tenant, key)
    asked = queries.metric_asked(known.tenant, definition, known.scope)
    found = queries.number_lineage(asked, language=_language())
    columns = queries.metric_columns(known.tenant, known.scope, definition)
    graph = queries.graph_of_number(found, columns, _language())
    targets = queries.targets_of(known.tenant, known.scope, [key])
    return queries.metric_data(found, columns, targets.get(key, 0)) | graph.as_data()


@router.get("/number", response=NumberOut, url_name="lineage_number")
def number(request: HttpRequest, asked: Query[NumberQuery]) -> dict[str, object]:
    """A number of the heat map and the facts it is made of, each with where it came from."""
    found = queries.number_lineage(
        queries.number_of(cell_choice(cast(PersonRequest, request))),
        language=_language(),
        page=asked.page,
        size=asked.size,
    )
    return queries.number_data(found) | queries.graph_of_number(found, [], _language()).as_data()


@router.get("/facts/{int:seq}", response=FactOut, url_name="lineage_fact")
def fact(request: HttpRequest, seq: int) -> dict[str, object]:
    """A fact, where it came from, and every number it moved."""
    known = cast(PersonRequest, request)
    found = queries.fact_lineage(tenant=known.tenant, seq=seq, scope=known.scope)
    graph = queries.graph_of_fact(found, known.tenant, _language())
    return queries.fact_data(found) | graph.as_data()


@router.get("/columns", response=ColumnOut, url_name="lineage_column")
def column(request: HttpRequest, asked: Query[ColumnQuery]) -> dict[str, object]:
    """A column of a file, what it feeds, and which metrics and targets lie above that."""
    known = cast(PersonRequest, request)
    found = queries.column_lineage(
        tenant=known.tenant,
        scope=known.scope,
        file=asked.file,
        column=asked.column,
        import_id=asked.import_id,
    )
    graph = queries.graph_of_column(found, known.tenant, _language())
    return queries.column_data(found) | graph.as_data()


@router.get("/files", response=list[FileOut], url_name="lineage_files")
def files(request: HttpRequest) -> list[dict[str, object]]:
    """The files that imports read, with the columns that are used."""
    known = cast(PersonRequest, request)
    return [
        {"source": each.source, "file": each.path, "columns": list(each.columns)}
        for each in queries.files_read(known.tenant, known.scope)
    ]


def _language() -> str:
    return get_language() or ""
