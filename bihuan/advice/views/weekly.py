"""Weekly reports: the list, one of them, and its workbook."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.advice import actions, queries
from bihuan.advice.access import NoTeam, may_make_weekly, weekly_seen, weekly_visible_to
from bihuan.advice.domain.weekly import read_weekly
from bihuan.advice.forms import morning_of
from bihuan.advice.views.book import HEADER, row_of
from bihuan.advice.views.cockpit import downloaded
from bihuan.base.spreadsheet import Sheet, Value, workbook_of
from bihuan.goals.queries import highest_unit
from bihuan.org.access import PersonRequest, signed_in

PAGE_SIZE = 24


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    top = highest_unit(request.scope)
    may_make = top is not None and may_make_weekly(request.person, top)
    if request.method == "POST":
        if top is None:
            raise NoTeam()
        made = actions.make_weekly(unit=top, morning=morning_of(request), by=request.person)
        messages.success(request, _("The weekly report is made and frozen."))
        return redirect("advice:weekly", made.pk)
    found = weekly_visible_to(request.scope).select_related("unit")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    return render(request, "advice/weekly_list.html", {"page": page, "may_make": may_make})


@require_safe
@signed_in
def weekly(request: PersonRequest, report_id: int) -> HttpResponse:
    report = weekly_seen(report_id, request.scope)
    content = read_weekly(report.content)
    context = {
        "report": report,
        "weekly": content,
        "rows": [
            (line, content.moved_of(line.metric), content.advised_of(line.metric))
            for line in content.own
        ],
        "currency": request.tenant.currency,
        "proof": queries.proof_of(report) if "prove" in request.GET else None,
        "sees_all": request.scope.whole_tenant,  # A number of facts that others hide.
    }
    return render(request, "advice/weekly.html", context)


@require_safe
@signed_in
def export(request: PersonRequest, report_id: int) -> HttpResponse:
    report = weekly_seen(report_id, request.scope)
    content = read_weekly(report.content)
    header = [str(each) for each in HEADER]
    moved: list[list[Value]] = [
        [each.metric, each.came, each.before, each.difference] for each in content.moved
    ]
    sheets: list[Sheet] = [
        (_("The unit"), header, [row_of(line) for line in content.own]),
        (_("Last week"), [_("Metric"), _("Last week"), _("Before"), _("Difference")], moved),
        (_("Below its target"), header, [row_of(line) for line in content.off]),
    ]
    return downloaded(workbook_of(sheets), f"weekly-{report.week}-{report.unit_id}.xlsx")
