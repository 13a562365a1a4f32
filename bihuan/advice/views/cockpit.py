"""The cockpit of a manager's morning."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.advice import queries
from bihuan.advice.forms import morning_of
from bihuan.advice.views.book import HEADER, row_of
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.goals.access import team_seen
from bihuan.goals.queries import highest_unit, way_up
from bihuan.org.access import PersonRequest, signed_in
from bihuan.org.models import Unit


@require_safe
@signed_in
def cockpit(request: PersonRequest, unit_id: int | None = None) -> HttpResponse:
    top = highest_unit(request.scope)
    if unit_id is None and top is None:
        return redirect("goals:mine")
    unit = _unit(request, unit_id if unit_id is not None else top.pk if top else 0)
    found = queries.cockpit(unit, request.person, request.scope, morning_of(request))
    context = {
        "cockpit": found,
        "unit": unit,
        "above": way_up(unit, request.scope),
        "own": queries.lines_of(found.own),
        "off": queries.lines_of(found.shown),
        "currency": request.tenant.currency,
    }
    return render(request, "advice/cockpit.html", context)


@require_safe
@signed_in
def export(request: PersonRequest, unit_id: int) -> HttpResponse:
    unit = _unit(request, unit_id)
    own, below, _many = queries.landings_under(unit, request.scope, morning_of(request))
    lines = queries.lines_of([*own, *below])
    book = workbook(_("Landings"), [str(each) for each in HEADER], map(row_of, lines))
    return downloaded(book, "landings.xlsx")


def downloaded(book: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _unit(request: PersonRequest, unit_id: int) -> Unit:
    seen = team_seen(unit_id, request.scope)
    return Unit.objects.select_related("tenant", "parent").get(pk=seen.pk)
