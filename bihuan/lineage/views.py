"""Pages of lineage: down from a number, up from a fact, across from a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.goals.forms.choosing import cell_choice
from bihuan.lineage import queries
from bihuan.lineage.domain.graph import Graph
from bihuan.lineage.templatetags.lineage_words import field_name, lineage_role, lineage_use
from bihuan.metrics.queries import metric_named, metrics_of
from bihuan.org.access import PersonRequest, signed_in

EXPORT_LIMIT = 50_000
MOST_DRAWN = 60
"""So many nodes can still be read in a picture; beyond, cells are left to the table."""


@require_safe
@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """Show where one can begin: at a metric, at a fact, or at a column of a file."""
    seq = request.GET.get("seq", "")
    if seq.isdecimal() and len(seq) < 19:
        return redirect("lineage:fact", int(seq))
    language = _language()
    context = {
        "metrics": [(each.key, each.name(language)) for each in metrics_of(request.tenant)],
        "files": queries.files_read(request.tenant, request.scope),
        "seq": seq,
    }
    return render(request, "lineage/home.html", context)


@require_safe
@signed_in
def metric(request: PersonRequest, key: str) -> HttpResponse:
    """Show what a metric reads, from which columns of which files, and what uses it."""
    asked = queries.metric_asked(request.tenant, metric_named(request.tenant, key), request.scope)
    found = queries.number_lineage(asked, language=_language())
    columns = queries.metric_columns(request.tenant, request.scope, found.metric)
    graph = queries.graph_of_number(found, columns, _language())
    context = {
        "found": found,
        "columns": columns,
        "targets": queries.targets_of(request.tenant, request.scope, [key]).get(key, 0),
        "cell": queries.cell_of_now(request.tenant, found.metric, request.scope),
        "graph": _drawn(graph),
    }
    return render(request, "lineage/metric.html", context)


@require_safe
@signed_in
def number(request: PersonRequest) -> HttpResponse:
    """Show what a number is made of, down to the rows of files."""
    asked = queries.number_of(cell_choice(request))
    found = queries.number_lineage(asked, language=_language(), page=_page(request))
    context = {
        "found": found,
        "graph": _drawn(queries.graph_of_number(found, [], _language())),
        "query": _without_page(request),
    }
    return render(request, "lineage/number.html", context)


@require_safe
@signed_in
def number_export(request: PersonRequest) -> HttpResponse:
    asked = queries.number_of(cell_choice(request))
    lines = queries.every_line(asked, limit=EXPORT_LIMIT)
    header = [_("Fact number"), _("Business day"), _("Adds"), _("divided by"), _("Person")]
    header += [_("Account"), _("Source"), _("File"), _("Line"), _("Recorded by")]

    def rows() -> Iterator[Sequence[str | int | Decimal | date | None]]:
        for each in lines:
            fact, row = each.fact, each.fact.source_row
            yield [
                *(fact.seq, fact.business_on, each.line.numerator, each.line.denominator),
                *(_called(fact.person), _called(fact.account), fact.source.name),
                *(row.file if row else "", row.line if row else None, _called(each.recorded_by)),
            ]

    return _download(_("Facts"), header, rows(), f"{asked.metric.key}.xlsx")


@require_safe
@signed_in
def fact(request: PersonRequest, seq: int) -> HttpResponse:
    """Show where a fact came from and every number it moved."""
    found = queries.fact_lineage(tenant=request.tenant, seq=seq, scope=request.scope)
    graph = queries.graph_of_fact(found, request.tenant, _language())
    context = {"found": found, "graph": _drawn(graph)}
    return render(request, "lineage/fact.html", context)


@require_safe
@signed_in
def fact_export(request: PersonRequest, seq: int) -> HttpResponse:
    found = queries.fact_lineage(tenant=request.tenant, seq=seq, scope=request.scope)
    header = [
        _("Metric"),
        _("Code of the metric"),
        _("Version"),
        _("Fact number"),
        pgettext("lineage", "How"),
    ]
    header += [_("Whose"), _("Period"), _("Adds"), _("divided by")]

    def rows() -> Iterator[Sequence[str | int | Decimal | date | None]]:
        for moved in found.metrics:
            for line in moved.lines:
                for cell in line.cells:
                    yield [
                        *(moved.definition.name(_language()), moved.definition.key),
                        *(moved.definition.version, line.counted.seq, str(lineage_role(line.role))),
                        *(cell.name, cell.place.period.key, cell.numerator, cell.denominator),
                    ]

    return _download(pgettext("lineage", "Cells"), header, rows(), f"fact-{seq}.xlsx")


@require_safe
@signed_in
def column(request: PersonRequest) -> HttpResponse:
    """Show what a column of a file feeds, or which columns there are."""
    import_id = _number(request.GET.get("import", ""))
    if not request.GET.get("column"):
        files = queries.files_read(request.tenant, request.scope, import_id)
        return render(request, "lineage/columns.html", {"files": files})
    found = _column(request)
    graph = queries.graph_of_column(found, request.tenant, _language())
    context = {"found": found, "graph": _drawn(graph), "query": request.GET.urlencode()}
    return render(request, "lineage/column.html", context)


@require_safe
@signed_in
def column_export(request: PersonRequest) -> HttpResponse:
    found = _column(request)
    header = [_("File"), _("Column"), _("Kind"), pgettext("lineage", "Field"), _("How it is used")]
    header += [_("Metric"), _("Code of the metric"), _("Part of the formula"), _("What for")]

    def rows() -> Iterator[Sequence[str | int | Decimal | date | None]]:
        for read in found.reads:
            use = read.feed.use
            yield [
                *(read.feed.path, use.column, use.target, field_name(use.field)),
                *(str(lineage_use(use)), read.definition.name(_language())),
                *(read.definition.key, read.place, str(lineage_role(read.role))),
            ]

    return _download(_("Column"), header, rows(), "column.xlsx")


def _column(request: PersonRequest) -> queries.ColumnLineage:
    return queries.column_lineage(
        tenant=request.tenant,
        scope=request.scope,
        file=request.GET.get("file", ""),
        column=request.GET.get("column", ""),
        import_id=_number(request.GET.get("import", "")),
    )


def _drawn(graph: Graph) -> Graph:
    return graph if len(graph.nodes) <= MOST_DRAWN else graph.without("cell", "version")


def _called(named: object) -> str:
    return "" if named is None else str(named)


def _page(request: PersonRequest) -> int:
    return max(1, _number(request.GET.get("page", "")) or 1)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _without_page(request: PersonRequest) -> str:
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()


def _language() -> str:
    return get_language() or ""


def _download(
    title: str,
    header: Sequence[str],
    rows: Iterator[Sequence[str | int | Decimal | date | None]],
    name: str,
) -> HttpResponse:
    answer = HttpResponse(workbook(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
