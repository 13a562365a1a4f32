"""The heat maps: of a unit, of a person, of everybody, and one cell opened."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from bihuan.base.onelook import one_look
from bihuan.base.spreadsheet import XLSX
from bihuan.goals import queries
from bihuan.goals.access import team_seen
from bihuan.goals.forms.choosing import cell_choice, chosen, team_choice
from bihuan.goals.queries import Overview
from bihuan.goals.views.book import grid_book
from bihuan.goals.views.reasons import reasons_shown
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import PersonRequest, person_seen, signed_in

KEPT = ("metric", "grain", "period", "sort", "defined")


class NoTeam(Missing):
    code = "goals.no_team"
    says = gettext_noop("There is no unit whose figures you may see.")


@require_safe
@signed_in
@one_look()
def team(request: PersonRequest, unit_id: int | None = None) -> HttpResponse:
    top = queries.highest_unit(request.scope)
    if unit_id is None and top is None:
        return redirect("goals:person", request.person.pk)
    unit = team_seen(unit_id if unit_id is not None else top.pk if top else 0, request.scope)
    unit.tenant = request.tenant  # What was read of the company is kept with this instance.
    asked, choice = team_choice(request, unit)
    shown = queries.heat_map_team(choice, page=request.GET.get("page", "1"))
    context = {
        "asked": asked,
        "window": asked.window,
        "shown": shown,
        "unit": unit,
        "above": queries.way_up(unit, request.scope),
        "strip": queries.team_strip(choice),
        "kept": kept(request),
        "currency": request.tenant.currency,
    }
    return render(request, "goals/team.html", context)


@require_safe
@signed_in
def team_export(request: PersonRequest, unit_id: int) -> HttpResponse:
    unit = team_seen(unit_id, request.scope)
    _, choice = team_choice(request, unit)
    shown = queries.heat_map_team(choice, page=request.GET.get("page", "1"))
    rows = [*shown.rows, shown.total]
    return _download(grid_book(unit.name, choice.window, rows), "heatmap.xlsx")


@require_safe
@signed_in
@one_look()
def person(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    found.tenant = request.tenant  # What was read of the company is kept with this instance.
    asked = chosen(request, person=found)
    shown = queries.heat_map_person(found, asked.window, request.scope)
    context = {
        "asked": asked,
        "window": asked.window,
        "shown": shown,
        "rows": shown.rows,
        "strip": queries.person_strip(found, asked.window, request.scope),
        "kept": kept(request),
        "is_self": found.pk == request.person.pk,
        "currency": request.tenant.currency,
    }
    return render(request, "goals/person.html", context)


@require_safe
@signed_in
def person_export(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    asked = chosen(request, person=found)
    shown = queries.heat_map_person(found, asked.window, request.scope)
    return _download(grid_book(found.name, asked.window, shown.rows), "heatmap.xlsx")


@require_safe
@signed_in
@one_look()
def overview(request: PersonRequest, unit_id: int | None = None) -> HttpResponse:
    top = queries.highest_unit(request.scope)
    if unit_id is None and top is None:
        raise NoTeam()
    unit = team_seen(unit_id if unit_id is not None else top.pk if top else 0, request.scope)
    asked, choice = team_choice(request, unit)
    shown = queries.overview(choice)
    context = {
        "asked": asked,
        "window": asked.window,
        "shown": shown,
        "unit": unit,
        "canvas": canvas(shown),
        "kept": kept(request),
    }
    return render(request, "goals/overview.html", context)


@require_safe
@signed_in
@one_look()
def cell(request: PersonRequest) -> HttpResponse:
    view = queries.opened(cell_choice(request), page=_page(request))
    context: dict[str, object] = {
        "view": view,
        "cell": view.cell,
        "currency": request.tenant.currency,
    }
    is_part = "HX-Request" in request.headers
    if not is_part:
        # A drawer asks for the reasons by itself, so that it opens as fast as ever.
        context |= reasons_shown(request, view.choice)
    return render(request, "goals/_cell.html" if is_part else "goals/cell.html", context)


@require_safe
@signed_in
def cell_facts(request: PersonRequest) -> HttpResponse:
    choice = cell_choice(request)
    if not choice.may_open_facts:
        raise FactsHidden()
    page = queries.fact_page(choice, number=_page(request))
    given = request.GET.copy()
    given.pop("page", None)
    context = {
        "facts": page,
        "metric": choice.metric,
        "query": given.urlencode(),
        "with_people": choice.is_of_many,
        "currency": request.tenant.currency,
    }
    return render(request, "goals/_facts.html", context)


class FactsHidden(Missing):
    code = "goals.facts_hidden"
    says = gettext_noop("You see the figures of this unit, not the facts behind them.")


def kept(request: PersonRequest) -> str:
    """Return what was chosen, to be carried to the next page."""
    return urlencode([(name, request.GET[name]) for name in KEPT if request.GET.get(name)])


def canvas(shown: Overview) -> dict[str, object]:
    """Return what the canvas draws; names and numbers are written by the template's filters."""
    window, rows = shown.choice.window, shown.rows
    words = render_to_string("goals/_canvas.txt", {"window": window, "rows": rows}).splitlines()
    columns = words[: len(window.columns)]
    texts = words[len(window.columns) :]
    width = len(window.columns)
    address = {
        "metric": shown.choice.metric.key,
        "unit": shown.choice.unit.pk,
        "deep": "1",
        "defined": window.defined.value,
    }
    return {
        "columns": columns,
        "rows": [row.name for row in rows],
        "cells": [
            [place, number, cell.judged.bin, texts[number * width + place].strip(), None]
            for number, row in enumerate(rows)
            for place, cell in enumerate(row.cells)
        ],
        "rowKeys": [row.subject.person_id for row in rows],
        "colKeys": [period.key for period in window.columns],
        "cellUrl": f"{reverse('goals:cell')}?{urlencode(address)}&person={{row}}&period={{col}}",
    }


def _page(request: PersonRequest) -> int:
    given = request.GET.get("page", "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1


def _download(book: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
