"""Pages that say who sees a thing and why, and what somebody sees."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import workbook
from bihuan.org import seeing
from bihuan.org.access import (
    PersonRequest,
    allowed_to,
    own_scope_of,
    person_seen,
    scope_of,
    signed_in,
)
from bihuan.org.domain.role import Role
from bihuan.org.forms import AsOf, chosen_day
from bihuan.org.uses import kind_of
from bihuan.org.views.lending import sheet, thing_seen
from bihuan.org.views.looking import today_of

LOOKERS = (Role.ADMIN, Role.QUALITY_OFFICER)


@require_safe
@signed_in
def who_sees(request: PersonRequest, kind: str, thing_id: int) -> HttpResponse:
    """Who sees a thing, and why: for who sees it, unless it is only shared with them."""
    thing = thing_seen(kind, thing_id, scope_of(request.person))
    form = AsOf(request.GET or None)
    on = chosen_day(form, today_of(request))
    sort = kind_of(kind)
    context = {
        "form": form,
        "on": on,
        "kind": sort,
        "found": seeing.who_sees(sort, thing, tenant_id=request.tenant.pk, on=on),
        "may_share": sort.is_shareable and sort.shares(thing.pk, own_scope_of(request.person)),
    }
    return render(request, "org/who_sees.html", context)


@require_safe
@signed_in
def who_sees_export(request: PersonRequest, kind: str, thing_id: int) -> HttpResponse:
    thing = thing_seen(kind, thing_id, scope_of(request.person))
    on = chosen_day(AsOf(request.GET or None), today_of(request))
    found = seeing.who_sees(kind_of(kind), thing, tenant_id=request.tenant.pk, on=on)
    rows = ((each.person.code, each.person.name, " ".join(each.reasons)) for each in found.lines)
    header = (_("Staff number"), _("Name"), _("Why"))
    return sheet(workbook(_("Who sees it"), header, rows), "who-sees")


@require_safe
@allowed_to(*LOOKERS)
def what_sees(request: PersonRequest, person_id: int) -> HttpResponse:
    """What somebody sees on a day, and why."""
    person = person_seen(person_id, request.scope)
    form = AsOf(request.GET or None)
    on = chosen_day(form, today_of(request))
    found = seeing.what_sees(person, on)
    return render(
        request, "org/what_sees.html", {"form": form, "on": on, "shown": person, "found": found}
    )


@require_safe
@allowed_to(*LOOKERS)
def what_sees_export(request: PersonRequest, person_id: int) -> HttpResponse:
    person = person_seen(person_id, request.scope)
    on = chosen_day(AsOf(request.GET or None), today_of(request))
    found = seeing.what_sees(person, on)
    rows: list[list[str | int]] = [[each.name, each.count, *each.by_reason] for each in found.lines]
    header = (_("Kind"), _("Altogether"), *found.reasons)
    return sheet(workbook(_("What they see"), header, rows), "what-sees")
