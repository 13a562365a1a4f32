"""Pages that show the organisation: the tree, a unit, people, a person."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.org import queries
from bihuan.org.access import (
    PersonRequest,
    person_seen,
    signed_in,
    unit_seen,
    username_of,
)
from bihuan.org.domain.role import Role
from bihuan.org.forms import AsOf, PeopleSearch, chosen_day
from bihuan.org.models import ROLE_LABELS, PersonQuerySet
from bihuan.org.sessions import has_factor


def today_of(request: PersonRequest) -> date:
    """Return the business day it is for the company at hand."""
    return clock.today(request.tenant.time_zone)


def is_admin(request: PersonRequest) -> bool:
    """Return whether to show the buttons of an administrator; the deeds check for themselves."""
    return Role.ADMIN in request.roles


@require_safe
@signed_in
def tree(request: PersonRequest) -> HttpResponse:
    form = AsOf(request.GET or None)
    on = chosen_day(form, today_of(request))
    nodes = queries.tree(request.scope, on)
    context = {"form": form, "on": on, "nodes": nodes, "is_admin": is_admin(request)}
    return render(request, "org/tree.html", context)


@require_safe
@signed_in
def unit(request: PersonRequest, unit_id: int) -> HttpResponse:
    form = AsOf(request.GET or None)
    on = chosen_day(form, today_of(request))
    view = queries.unit_view(unit_seen(unit_id, request.scope), request.scope, on)
    context = {"form": form, "on": on, "view": view, "is_admin": is_admin(request)}
    return render(request, "org/unit.html", context)


@require_safe
@signed_in
def people(request: PersonRequest) -> HttpResponse:
    form = PeopleSearch(request.GET, scope=request.scope)
    found = _found(request, form)
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": queries.person_lines(page.object_list, request.scope, today_of(request)),
        "asked": _asked(request),
        "is_admin": is_admin(request),
    }
    return render(request, "org/people.html", context)


@require_safe
@signed_in
def people_export(request: PersonRequest) -> HttpResponse:
    found = _found(request, PeopleSearch(request.GET, scope=request.scope))
    lines = queries.person_lines(found, request.scope, today_of(request))
    rows = (
        (
            line.person.code,
            line.person.name,
            line.unit.name if line.unit else "",
            "、".join(str(ROLE_LABELS[role.value]) for role in line.roles),
            line.person.ended_on,
        )
        for line in lines
    )
    header = (_("Staff number"), _("Name"), _("Unit"), _("Role"), _("Left on"))
    answer = HttpResponse(workbook(_("People"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="people.xlsx"'
    return answer


@require_safe
@signed_in
def person(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    on = today_of(request)
    seats = queries.seat_lines(found, request.scope, on)
    [line] = queries.person_lines([found], request.scope, on)
    context = {
        "shown": found,
        "line": line,
        "seats": seats,
        "username": username_of(found, request.scope),
        "is_admin": is_admin(request),
        "may_look_into": bool(request.roles & {Role.ADMIN, Role.QUALITY_OFFICER}),
        "is_self": found.pk == request.person.pk,
        "has_left": found.ended_on is not None and found.ended_on <= on,
        "session_count": len(queries.open_sessions(found, None)) if is_admin(request) else 0,
        "has_factor": found.login is not None and has_factor(found.login),
        "works_by_token": line.roles == (Role.INTEGRATION,),
    }
    return render(request, "org/person.html", context)


def _found(request: PersonRequest, form: PeopleSearch) -> PersonQuerySet:
    """Return who was asked for; nonsense in a field counts as nothing said there."""
    form.is_valid()
    asked = form.cleaned_data
    return queries.people(
        request.scope,
        today_of(request),
        text=asked.get("q", ""),
        unit=asked.get("unit"),
        role=asked.get("role", ""),
        standing=asked.get("standing") or "here",
    )


def _asked(request: PersonRequest) -> str:
    """Return the search as it stands in the address, without the page."""
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()
