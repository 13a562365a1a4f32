"""Pages of goal health reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook_of
from bihuan.org.access import PersonRequest, signed_in
from bihuan.reports import actions, queries
from bihuan.reports.access import (
    report_seen,
    reports_visible_to,
    require_sight,
    sight_by_report,
)
from bihuan.reports.forms import MonthForm, months_until
from bihuan.reports.queries import ReportView

PAGE_SIZE = 24
LONGEST = 50
"""How many lines of a list a page shows; the workbook has all."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    sight = require_sight(request.scope)
    months = months_until(clock.today(request.tenant.time_zone))
    form = MonthForm(request.POST or None, months=months)
    if request.method == "POST" and form.is_valid():
        made = actions.make_report(month=form.cleaned_data["month"], by=request.person)
        messages.success(request, _("The report is made and frozen."))
        return redirect("reports:report", made.pk)
    found = reports_visible_to(request.scope).select_related("compared_with", "made_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "form": form,
        "page": page,
        "lines": queries.shown_all(list(page.object_list), sight_by_report(request.scope)),
        "may_make": sight.is_whole,
    }
    return render(request, "reports/list.html", context)


@require_safe
@signed_in
def report(request: PersonRequest, report_id: int) -> HttpResponse:
    view = _view(request, report_id)
    proof = queries.proof_of(view.report) if "prove" in request.GET else None
    context = {
        "view": view,
        "report": view.report,
        "content": view.content,
        "proof": proof,
        "longest": LONGEST,
    }
    return render(request, "reports/report.html", context)


@require_safe
@signed_in
def paper(request: PersonRequest, report_id: int) -> HttpResponse:
    view = _view(request, report_id)
    context = {
        "view": view,
        "report": view.report,
        "content": view.content,
        "tenant": request.tenant,
        "is_paper": True,
    }
    return render(request, "reports/paper.html", context)


@require_safe
@signed_in
def pdf(request: PersonRequest, report_id: int) -> HttpResponse:
    view = _view(request, report_id)
    try:
        written = queries.pdf_of(view, request.tenant)
    except queries.PdfUnavailable as refused:
        messages.warning(request, sentence(refused))
        return redirect("reports:paper", report_id)
    return _file(written, queries.PDF, view, "pdf")


@require_safe
@signed_in
def export(request: PersonRequest, report_id: int) -> HttpResponse:
    view = _view(request, report_id)
    sheets = [(each.title, each.header, each.rows) for each in queries.sections_of(view)]
    return _file(workbook_of(sheets), XLSX, view, "xlsx")


def _view(request: PersonRequest, report_id: int) -> ReportView:
    require_sight(request.scope)
    found = report_seen(report_id, request.scope)
    return queries.shown(found, sight_by_report(request.scope)(found))


def _file(written: bytes, kind: str, view: ReportView, ending: str) -> HttpResponse:
    answer = HttpResponse(written, content_type=kind)
    name = f"goal-health-{view.report.month}-{view.report.number}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
