"""Pages of metrics: the catalogue, a metric's card, and figures of one's own asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.metrics import queries
from bihuan.metrics.access import WRITERS
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.forms.asking import Explore, Search, usual
from bihuan.metrics.queries import FigureTable
from bihuan.metrics.queries.cards import named_cards, unread_cards
from bihuan.metrics.queries.timeline import desk, timeline
from bihuan.org.access import PersonRequest, signed_in

MOST_ROWS = 500
"""So many rows fit a page; a workbook has them all."""


@require_safe
@signed_in
def metrics(request: PersonRequest) -> HttpResponse:
    form = Search(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    language = _language()
    groups = [
        (queries.GROUP_LABELS[group], [(each, each.name(language)) for each in found])
        for group, found in queries.metrics_found(request.tenant, text)
    ]
    context = {
        "form": form,
        "text": text,
        "groups": groups,
        "is_chinese": language.startswith("zh"),
        "count": len(queries.metrics_of(request.tenant)),
        "may_write": bool(request.roles & set(WRITERS)),
        "desk": desk(request.person, request.roles),
        "cards": named_cards(request.tenant, unread_cards(request.person), language),
    }
    return render(request, "metrics/metrics.html", context)


@require_safe
@signed_in
def card(request: PersonRequest, key: str) -> HttpResponse:
    view = queries.card_view(
        tenant=request.tenant,
        key=key,
        scope=request.scope,
        today=_today(request),
        language=_language(),
    )
    in_drawer = getattr(request, "htmx", False)
    template = "metrics/card_drawer.html" if in_drawer else "metrics/card.html"
    context = {
        "view": view,
        "versions": timeline(request.tenant, key),
        "may_write": bool(request.roles & set(WRITERS)),
    }
    return render(request, template, context)


@require_safe
@signed_in
def explore(request: PersonRequest) -> HttpResponse:
    form = _form(request)
    table = _table(request, form)
    context = {
        "form": form,
        "table": table,
        "header": _labels(table.by) if table else [],
        "lines": table.lines()[:MOST_ROWS] if table else [],
        "name": table.definition.name(_language()) if table else "",
        "is_cut": table is not None and len(table.rows) > MOST_ROWS,
        "asked": request.GET.urlencode(),
    }
    return render(request, "metrics/explore.html", context)


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    form = _form(request)
    table = _table(request, form)
    name = table.definition.name(_language()) if table else _("Metrics")
    header = [*_labels(table.by if table else ()), _("Period"), name, _("Facts")]
    answer = HttpResponse(workbook(name, header, _cells(table) if table else ()), content_type=XLSX)
    filename = f"{table.definition.key if table else 'figures'}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _form(request: PersonRequest) -> Explore:
    metrics = queries.metrics_of(request.tenant)
    given = request.GET.get("metric", metrics[0].key)
    return Explore(
        {**usual(given, _today(request)), **request.GET.dict()},
        metrics=metrics,
    )


def _table(request: PersonRequest, form: Explore) -> FigureTable | None:
    if not form.is_valid():
        return None
    return queries.figure_table(request.tenant, form.asked(), request.scope)


def _cells(table: FigureTable) -> Iterator[Sequence[str | int | Decimal | None]]:
    for line in table.lines():
        names = [_("Total") if line.row.is_total else name for name in line.names]
        period = line.period.key if line.period else None
        yield *names, period, line.row.value, line.row.facts


def _labels(names: Sequence[str]) -> list[str]:
    is_chinese = _language().startswith("zh")
    found = [DIMENSIONS[name] for name in names]
    return [each.label_zh if is_chinese else each.label_en for each in found]


def _language() -> str:
    return get_language() or ""


def _today(request: PersonRequest) -> date:
    return clock.today(request.tenant.time_zone)
