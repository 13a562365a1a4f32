"""Pages of closed periods."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.metrics import actions
from bihuan.metrics.access import WRITERS
from bihuan.metrics.forms.closing import Closing, Reopening
from bihuan.metrics.queries.catalogue import metrics_of
from bihuan.metrics.queries.closed import closing_lines, closing_of, late_page, line_of
from bihuan.metrics.queries.closings import closed_through
from bihuan.metrics.queries.proof import closed_figures
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN, Role.QUALITY_OFFICER)
def closings(request: PersonRequest) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    first = today.replace(day=1)
    is_due = (closed_through(request.tenant) or date.min) < first
    initial = {"last": first - timedelta(days=1)} if is_due else {}
    form = Closing(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        closing = actions.close_period(
            tenant=request.tenant,
            through=given["last"] + timedelta(days=1),
            reason=given["reason"],
            by=request.person,
        )
        messages.success(request, _("Closed. Its figures stay what they are now."))
        return redirect("metrics:closing", closing.pk)
    context = {
        "form": form,
        "lines": closing_lines(request.tenant, request.scope),
        "may_close": bool(request.roles & set(WRITERS)),
    }
    return render(request, "metrics/closings.html", context)


@require_safe
@allowed_to(Role.ADMIN, Role.QUALITY_OFFICER)
def closing(request: PersonRequest, closing_id: int) -> HttpResponse:
    found = closing_of(request.tenant, closing_id)
    line = line_of(found, request.scope)
    figures = None
    if "prove" in request.GET and found.reopened_at is None:
        names = {each.key: each for each in metrics_of(request.tenant)}
        figures = [
            (names[each.metric].name(get_language() or ""), names[each.metric].unit.value, each)
            for each in closed_figures(found)
            if each.metric in names
        ]
    context = {
        "line": line,
        "closing": found,
        "page": late_page(line, request.scope, request.GET.get("page", "1")),
        "figures": figures,
        "moved": sum(not each.is_same for _, _, each in figures or ()),
        "may_reopen": line.is_last and bool(request.roles & set(WRITERS)),
        "form": Reopening(),
    }
    return render(request, "metrics/closing.html", context)


@require_POST
@allowed_to(Role.ADMIN)
def reopen(request: PersonRequest, closing_id: int) -> HttpResponse:
    found = closing_of(request.tenant, closing_id)
    actions.reopen_period(closing=found, reason=request.POST.get("reason", ""), by=request.person)
    messages.success(request, _("Opened again: what came late counts now."))
    return redirect("metrics:closings")
