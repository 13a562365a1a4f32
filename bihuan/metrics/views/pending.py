"""Pages of what is pending: amounts that wait for a gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries.pending import Pending, PendingLine, gated_metrics, pending
from bihuan.org.access import PersonRequest, signed_in

MOST_EXPORTED = 20_000


@require_safe
@signed_in
def waiting(request: PersonRequest) -> HttpResponse:
    offered = gated_metrics(request.tenant)
    chosen = _chosen(request, offered)
    shown = None if chosen is None else _pending(request, chosen, _page(request))
    language = get_language() or ""
    context = {
        "offered": [(each, each.name(language)) for each in offered],
        "chosen": chosen,
        "name": chosen.name(language) if chosen else "",
        "shown": shown,
        "by_need": [(each.need.label(language), each) for each in shown.by_need] if shown else [],
        "lines": [(line, *_told(line, language)) for line in shown.lines] if shown else [],
        "kept": f"metric={chosen.key}" if chosen else "",
    }
    return render(request, "metrics/pending.html", context)


@require_safe
@signed_in
def waiting_export(request: PersonRequest) -> HttpResponse:
    chosen = _chosen(request, gated_metrics(request.tenant))
    header = [
        _("Business day"),
        _("Contract number"),
        _("Account"),
        _("Person"),
        _("Would add"),
        _("Days waiting"),
        _("Missing"),
        _("Owed by"),
        _("Days late"),
    ]
    shown = None
    if chosen is not None:
        shown = pending(
            tenant=request.tenant,
            metric=chosen.key,
            scope=request.scope,
            page_size=MOST_EXPORTED,
        )
    name = chosen.name(get_language() or "") if chosen else _("Pending")
    answer = HttpResponse(
        workbook(name, header, _rows(shown, get_language() or "")), content_type=XLSX
    )
    answer["Content-Disposition"] = 'attachment; filename="pending.xlsx"'
    return answer


def _chosen(request: PersonRequest, offered: Sequence[MetricDefinition]) -> MetricDefinition | None:
    key = request.GET.get("metric", "")
    return next((each for each in offered if each.key == key), offered[0] if offered else None)


def _pending(request: PersonRequest, chosen: MetricDefinition, page: int) -> Pending:
    return pending(tenant=request.tenant, metric=chosen.key, scope=request.scope, page=page)


def _page(request: PersonRequest) -> int:
    given = request.GET.get("page", "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1


def _told(line: PendingLine, language: str) -> tuple[list[str], list[str]]:
    """Return what a line lacks and who owes it, in words; each name once."""
    labels = [lack.need.label(language) for lack in line.lacks]
    names = dict.fromkeys(person.name for person in line.owed_by if person is not None)
    return labels, list(names)


def _rows(shown: Pending | None, language: str) -> Iterator[Sequence[str | int | Decimal | None]]:
    for line in shown.lines if shown is not None else ():
        labels, names = _told(line, language)
        fact = line.fact
        yield (
            fact.business_on.isoformat(),
            fact.contract,
            fact.account.name if fact.account else None,
            fact.person.name if fact.person else None,
            line.share,
            line.days_waiting,
            "、".join(labels),
            "、".join(names),
            line.days_late,
        )
