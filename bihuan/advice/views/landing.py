"""The landing of one person or unit: its page, its gauges, and why it misses."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.advice import queries
from bihuan.advice.domain.line import Line
from bihuan.advice.forms import asked_in, morning_of, subject_in
from bihuan.advice.queries import LandingView
from bihuan.advice.views.book import HEADER, row_of
from bihuan.advice.views.cockpit import downloaded
from bihuan.base.spreadsheet import Sheet, Value, workbook_of
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def landing(request: PersonRequest) -> HttpResponse:
    if not request.GET.get("metric"):
        return _first(request)
    view = _view(request)
    context = {
        "view": view,
        "line": queries.line_of(view),
        "said": queries.landing_said(view),
        "levers": _levers(request, view),
        "course": queries.course_of(view, request.scope),
        "last_day": queries.last_day(view),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
        "currency": request.tenant.currency,
    }
    return render(request, "advice/landing.html", context)


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    view = _view(request)
    marks = queries.course_of(view, request.scope)
    header = [_("From"), _("Until"), _("Came"), _("So far"), _("Due")]
    rows: list[list[Value]] = [
        [each.start, each.end, each.came, each.so_far, each.due] for each in marks
    ]
    sheets: list[Sheet] = [
        (_("Landing"), [str(each) for each in HEADER], [row_of(queries.line_of(view))]),
        (_("Week by week"), header, rows),
    ]
    return downloaded(workbook_of(sheets), "landing.xlsx")


@require_safe
@signed_in
def gauges(request: PersonRequest) -> HttpResponse:
    """Show how each target will end: a part of other pages, drawn when they are there."""
    lines = _gauges(request)
    if "HX-Request" not in request.headers:
        return redirect(f"{reverse('advice:landing')}?{request.GET.urlencode()}")
    context = {"lines": lines, "currency": request.tenant.currency}
    return render(request, "advice/_gauges.html", context)


@require_safe
@signed_in
def why(request: PersonRequest) -> HttpResponse:
    """Show the first reasons and the first lever of a landing: a part of the cockpit."""
    view = _view(request)
    if "HX-Request" not in request.headers:
        return redirect(f"{reverse('advice:landing')}?{request.GET.urlencode()}")
    found = queries.why(view, request.scope)
    best = found.levers.found[0] if found.levers is not None and found.levers.found else None
    said = None
    if found.levers is not None and best is not None:
        said = queries.lever_said(best, found.levers, view)
    return render(request, "advice/_why.html", {"why": found, "lever": said})


def _first(request: PersonRequest) -> HttpResponse:
    """Lead to the first target of whoever is asked for, or say that there is none."""
    lines = _gauges(request)
    if lines:
        first = {"metric": lines[0].metric, lines[0].kind: lines[0].id}
        return redirect(f"{reverse('advice:landing')}?{urlencode(first)}")
    return render(request, "advice/nothing.html", {})


def _gauges(request: PersonRequest) -> list[Line]:
    subject = subject_in(request, request.GET.dict())
    found = queries.gauges_of(
        request.tenant,
        morning_of(request),
        request.scope,
        person=subject.person,
        unit=subject.unit,
    )
    return queries.lines_of(found)


def _view(request: PersonRequest) -> LandingView:
    given = request.GET.dict()
    subject = subject_in(request, given)
    asked = asked_in(request, given)
    return queries.landing_of(asked, request.scope, person=subject.person, unit=subject.unit)


def _levers(request: PersonRequest, view: LandingView) -> list[dict[str, object]]:
    """Return each lever in words, with the figures it is reckoned from and where they open."""
    levers = queries.levers_of(view, request.scope)
    if levers is None:
        return []
    return [
        {
            "lever": each,
            "said": queries.lever_said(each, levers, view),
            "basis": queries.basis_said(each),
            "figures": queries.figures_of(each, levers),
        }
        for each in levers.found
    ]
