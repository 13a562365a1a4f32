"""What becomes of a target on its way down: the tree of a unit, and one person's line."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX
from bihuan.goals import queries
from bihuan.goals.access import SetsFor, team_seen
from bihuan.goals.forms.dilution import dilution_asked, period_asked
from bihuan.goals.queries.dilution import chains, tree_of
from bihuan.goals.views.dilution_book import tree_book
from bihuan.org.access import PersonRequest, person_seen, signed_in
from bihuan.org.models import Unit

KEPT = ("metric", "grain", "period", "defined")
IDLE_SHOWN = 12
DEEPEST = 12


@require_safe
@signed_in
def tree(request: PersonRequest, unit_id: int | None = None) -> HttpResponse:
    top = queries.highest_unit(request.scope)
    if unit_id is None and top is None:
        return redirect("goals:chain", request.person.pk)
    unit = _unit(request, unit_id if unit_id is not None else top.pk if top else 0)
    chosen = dilution_asked(request, unit)
    shown = tree_of(chosen.asked)
    context = {
        "chosen": chosen,
        "asked": chosen.asked,
        "tree": shown,
        "unit": unit,
        "above": queries.way_up(unit, request.scope),
        "rows": shown.rows(),
        "root": shown.line(shown.found.root),
        "people": shown.levels[-1][0],
        "first": shown.leaks[0] if shown.leaks else None,
        "idle": shown.idle[:IDLE_SHOWN],
        "may_set": SetsFor(request.person).covers_unit(unit.path),
        "kept": _kept(request),
        "depth": 0,
        "currency": request.tenant.currency,
    }
    return render(request, "goals/dilution/tree.html", context)


@require_safe
@signed_in
def rows(request: PersonRequest, unit_id: int) -> HttpResponse:
    unit = _unit(request, unit_id)
    shown = tree_of(dilution_asked(request, unit).asked)
    context = {
        "asked": shown.asked,
        "rows": shown.rows(),
        "depth": min(_number(request.GET.get("depth", "")), DEEPEST),
        "kept": _kept(request),
        "currency": request.tenant.currency,
    }
    return render(request, "goals/dilution/_rows.html", context)


@require_safe
@signed_in
def export(request: PersonRequest, unit_id: int) -> HttpResponse:
    unit = _unit(request, unit_id)
    book = tree_book(tree_of(dilution_asked(request, unit).asked))
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="dilution.xlsx"'
    return answer


@require_safe
@signed_in
def person(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    period = period_asked(request)
    context = {
        "shown": found,
        "period": period,
        "lines": chains(found, period, request.scope),
        "is_self": found.pk == request.person.pk,
        "currency": request.tenant.currency,
    }
    return render(request, "goals/dilution/person.html", context)


def _unit(request: PersonRequest, unit_id: int) -> Unit:
    return team_seen(unit_id, request.scope)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _kept(request: PersonRequest) -> str:
    """Return what was chosen, to be carried to the next page."""
    return urlencode([(name, request.GET[name]) for name in KEPT if request.GET.get(name)])
