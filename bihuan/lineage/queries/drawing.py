"""The same lineage as a graph: nodes and edges, for a picture and for programs.

Edges run the way numbers do: from the column of a file through the fact and the
metric to the cells and targets. What is written on a node is data; words for its
type and for the roles of edges are the reader's.
"""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.facts.access import kinds_of
from bihuan.facts.domain.kind import Kind
from bihuan.facts.models import Fact
from bihuan.integrations.domain.mapping.use import ColumnUse, UseRole
from bihuan.lineage.domain.graph import Drawing, Graph, Node
from bihuan.lineage.queries.across import ColumnLineage, ColumnRead, FeedColumn
from bihuan.lineage.queries.down import NumberLineage
from bihuan.lineage.queries.origin import Origin
from bihuan.lineage.queries.up import FactLineage, MetricMoved
from bihuan.metrics.domain.definition import MetricDefinition, value_text
from bihuan.metrics.domain.lineage import dimension_label
from bihuan.org.models import Tenant


class _Pen:
    """Draws the things of one tenant, in one language."""

    def __init__(self, tenant: Tenant, language: str) -> None:
        self.drawing = Drawing()
        self.language = language
        self.kinds = kinds_of(tenant)

    @property
    def is_chinese(self) -> bool:
        return self.language.startswith("zh")

    def edge(self, source: Node, target: Node, role: str, label: str = "") -> None:
        self.drawing.edge(source, target, role, label)

    def metric(self, definition: MetricDefinition) -> Node:
        return self.drawing.node(
            "metric",
            definition.key,
            definition.name(self.language),
            url=reverse("lineage:metric", args=[definition.key]),
            detail=definition.version,
        )

    def version(self, definition: MetricDefinition) -> Node:
        return self.drawing.node(
            "version",
            f"{definition.key}@{definition.version}",
            definition.version,
            url=reverse("metrics:card", args=[definition.key]),
            detail=definition.key,
        )

    def kind(self, code: str) -> str:
        found: Kind | None = self.kinds.get(code)
        if found is None:
            return code
        return found.label_zh if self.is_chinese else found.label_en

    def fact(self, fact: Fact) -> Node:
        return self.drawing.node(
            "fact",
            str(fact.seq),
            f"{self.kind(fact.kind)} #{fact.seq}",
            url=reverse("lineage:fact", args=[fact.seq]),
            detail=fact.business_on.isoformat(),
        )

    def origin(self, fact: Fact) -> Node:
        """Draw what brought a fact, and return it: the row of a file, or else the source."""
        row, source = fact.source_row, fact.source
        feed = self.drawing.node("source", source.code, source.name, detail=source.kind)
        if row is None:
            return feed
        url = reverse("facts:source_row", args=[row.pk])
        stood = self.drawing.node("row", str(row.pk), str(row), url=url, detail=row.sheet)
        file = self.drawing.node("file", f"{source.code}/{row.file}", row.file)
        self.edge(feed, file, "brings")
        self.edge(file, stood, "holds")
        return stood

    def column(self, feed: FeedColumn) -> Node:
        file = self.drawing.node("file", f"{feed.source}/{feed.path}", feed.path)
        column = self.drawing.node(
            "column",
            f"{feed.source}/{feed.path}:{feed.use.column}",
            feed.use.column,
            url=column_url(feed),
            detail=feed.path,
        )
        self.edge(file, column, "has")
        return column

    def field(self, feed: FeedColumn) -> Node:
        """Draw what a column feeds: the field of a kind of fact, or of what else rows become."""
        use = feed.use
        label = f"{self.kind(use.target)} · {self.field_name(use.field)}"
        return self.drawing.node("field", f"{use.target}.{use.field}", label, detail=use.target)

    def field_name(self, name: str) -> str:
        return field_label(name, is_chinese=self.is_chinese)


USES = {UseRole.VALUE: "feeds", UseRole.KEY: "names"}
"""Roles of edges for uses of columns, where a term's role of that name means another thing."""


def use_role(use: ColumnUse) -> str:
    """Return what a column is used for, as the role of an edge."""
    return USES.get(use.role, use.role.value)


def field_label(name: str, *, is_chinese: bool) -> str:
    """Return what people call a field; what the ledger has no name for goes by its own."""
    try:
        return dimension_label(name, is_chinese=is_chinese)
    except KeyError:
        return name


def column_url(feed: FeedColumn) -> str:
    """Return where the lineage of a column is shown."""
    asked = {"import": feed.import_.pk, "file": feed.path, "column": feed.use.column}
    return f"{reverse('lineage:column')}?{urlencode(asked)}"


def graph_of_number(found: NumberLineage, columns: list[ColumnRead], language: str) -> Graph:
    """Return a number with its metric, version and formula, and the facts on the page shown."""
    pen = _Pen(found.asked.tenant, language)
    metric, version = pen.metric(found.metric), pen.version(found.metric)
    pen.edge(version, metric, "defines")
    for read in found.terms:
        term = pen.drawing.node(
            "term", f"{found.metric.key}/{read.place}", read.words, detail=read.place
        )
        pen.edge(term, version, "adds")
    if found.row is None or found.asked.span is None:
        _columns(pen, columns, metric)
        return pen.drawing.graph()
    value = value_text(found.metric, found.row.value)
    number = pen.drawing.node(
        "number",
        f"{found.metric.key}/{found.asked.subject}/{found.asked.span.key}",
        "–" if value is None else value,
        detail=f"{found.asked.subject} {found.asked.span.key}",
    )
    pen.edge(metric, number, "gives")
    for each in found.facts.lines if found.facts is not None else ():
        fact = pen.fact(each.fact)
        pen.edge(pen.origin(each.fact), fact, "brought")
        pen.edge(fact, number, "counts", _share(each.line.numerator, each.line.denominator))
    return pen.drawing.graph()


def graph_of_fact(found: FactLineage, tenant: Tenant, language: str) -> Graph:
    """Return a fact with where it came from and everything that it moved."""
    pen = _Pen(tenant, language)
    fact = pen.fact(found.fact)
    origin = pen.origin(found.fact)
    pen.edge(origin, fact, "brought")
    _used(pen, found.origin, origin)
    if found.reversed_by is not None:
        pen.edge(pen.fact(found.reversed_by), fact, "takes_back")
    for moved in found.metrics:
        _moved(pen, fact, moved)
    return pen.drawing.graph()


def _used(pen: _Pen, origin: Origin, row: Node) -> None:
    """Draw the cells of the row that became something in the fact."""
    for cell in origin.cells:
        for use in cell.uses:
            drawn = pen.drawing.node(
                "cell_of_row",
                f"{row.id}:{cell.column}",
                f"{cell.column} = {cell.value}",
                detail=cell.column,
            )
            pen.edge(row, drawn, "has")
            field = pen.drawing.node(
                "field",
                f"{use.target}.{use.field}",
                f"{pen.kind(use.target)} · {pen.field_name(use.field)}",
                detail=use.target,
            )
            pen.edge(drawn, field, use_role(use))


def _moved(pen: _Pen, fact: Node, moved: MetricMoved) -> None:
    metric = pen.metric(moved.definition)
    pen.edge(pen.version(moved.definition), metric, "defines")
    for line in moved.lines:
        added = _share(
            line.counted.numerator * line.counted.sign,
            None
            if line.counted.denominator is None
            else line.counted.denominator * line.counted.sign,
        )
        if line.role == "counts":
            pen.edge(fact, metric, "counts", added)
        else:
            other = pen.fact(line.fact)
            pen.edge(fact, other, line.role)
            pen.edge(other, metric, "counts" if line.counted.sign > 0 else "not_counted", added)
        for cell in line.cells:
            drawn = pen.drawing.node(
                "cell",
                cell.query,
                f"{cell.name} {cell.place.period.key}",
                url=f"{reverse('goals:cell')}?{cell.query}",
                detail=moved.definition.key,
            )
            pen.edge(metric, drawn, "gives", _share(cell.numerator, cell.denominator))
    for each in moved.moved:
        target = pen.drawing.node(
            each.type, str(each.pk), f"{each.bearer} {each.span}", url=each.url, detail=each.metric
        )
        pen.edge(metric, target, "measured")


def graph_of_column(found: ColumnLineage, tenant: Tenant, language: str) -> Graph:
    """Return a column with the fields it feeds, and the metrics and targets above those."""
    pen = _Pen(tenant, language)
    for feed in found.feeds:
        pen.edge(pen.column(feed), pen.field(feed), use_role(feed.use))
    for read in found.reads:
        pen.edge(pen.field(read.feed), pen.metric(read.definition), read.role, read.place)
    for definition in found.metrics:
        _uses_of_metric(pen, definition, found.targets.get(definition.key, 0))
    return pen.drawing.graph()


def _uses_of_metric(pen: _Pen, definition: MetricDefinition, targets: int) -> None:
    """Draw where a metric is shown: its card, the heat map, and how many targets it has."""
    metric, key = pen.metric(definition), definition.key
    pages = [("card", reverse("metrics:card", args=[key]))]
    pages.append(("figures", f"{reverse('metrics:explore')}?metric={key}"))
    if targets:
        pages.append(("heatmap", f"{reverse('goals:team')}?metric={key}"))
        quotas = pen.drawing.node(
            "targets", key, str(targets), url=f"{reverse('goals:quotas')}?metric={key}", detail=key
        )
        pen.edge(metric, quotas, "measured")
    for name, url in pages:
        pen.edge(metric, pen.drawing.node("page", url, name, url=url, detail=key), "shown")


def _columns(pen: _Pen, columns: list[ColumnRead], metric: Node) -> None:
    for read in columns:
        field = pen.field(read.feed)
        pen.edge(pen.column(read.feed), field, use_role(read.feed.use))
        pen.edge(field, metric, read.role, read.place)


def _share(numerator: Decimal, denominator: Decimal | None) -> str:
    """Return what is added, exact: above and, for a ratio, below the line."""
    above = f"{numerator.normalize():f}"
    return above if denominator is None else f"{above} / {denominator.normalize():f}"
