"""Pages on which people lend and share what is theirs, and look at what was lent and shared."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.org import actions, seeing
from bihuan.org.access import (
    PersonRequest,
    delegation_seen,
    own_scope_of,
    share_seen,
    signed_in,
)
from bihuan.org.domain.delegation import Days, Limits
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.domain.sharing import KindMissing, NotYoursToShare
from bihuan.org.forms import DelegationForm, ShareForm
from bihuan.org.models import Delegation, Person, Share
from bihuan.org.uses import Thing, kind_of
from bihuan.org.views.doing import attempt, sent
from bihuan.org.views.looking import is_admin, today_of

FORM = ["GET", "HEAD", "POST"]
DAY = timedelta(days=1)


@require_http_methods(FORM)
@signed_in
def delegations(request: PersonRequest) -> HttpResponse:
    """Who stands in for whom; one lends what is one's own, an administrator for anybody."""
    form = _form(request)
    made = attempt(request, form, lambda: _lend(request, form))
    if made is not None:
        messages.success(
            request, _("%(person)s stands in. Both of you are told.") % {"person": made.deputy.name}
        )
        return redirect("org:delegations")
    context = {
        "form": form,
        "lines": _lines(request),
        "today": today_of(request),
        "is_admin": is_admin(request),
        "may_lend": is_admin(request) or bool(own_scope_of(request.person).all_paths),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "org/delegations.html", context, status=status)


def _form(request: PersonRequest) -> DelegationForm:
    today = today_of(request)
    if is_admin(request):
        everybody = Person.objects.filter(tenant=request.tenant, is_robot=False)
        people = everybody.active_on(today)
    else:
        people = seeing.colleagues_of(request.person, today)
    given = {"valid_from": today, "last_day": today + 6 * DAY}
    form = DelegationForm(sent(request), scope=request.scope, people=people, initial=given)
    if not is_admin(request):
        del form.fields["lender"]
    return form


def _lend(request: PersonRequest, form: DelegationForm) -> Delegation:
    given = form.cleaned_data
    return actions.lend(
        lender=given.get("lender") or request.person,
        deputy=given["deputy"],
        days=Days(given["valid_from"], given["last_day"] + DAY),
        limits=Limits(
            role=Role(given["role"]) if given["role"] else None,
            path=given["unit"].path if given["unit"] else "",
        ),
        reason=given["reason"],
        by=request.person,
    )


def _lines(request: PersonRequest) -> list[seeing.Standing]:
    found = seeing.delegations_of(request.person, sees_all=is_admin(request))
    return seeing.standing_of(found[: seeing.SHOWN], today_of(request))


@require_safe
@signed_in
def delegations_export(request: PersonRequest) -> HttpResponse:
    rows = (
        (
            each.delegation.lender.name,
            each.delegation.deputy.name,
            str(each.role),
            each.delegation.unit.name if each.delegation.unit else "",
            each.delegation.valid_from,
            each.delegation.valid_to - DAY,
            each.label,
            each.delegation.reason,
        )
        for each in _lines(request)
    )
    header = (
        _("Is away"),
        _("Stands in"),
        _("Role"),
        _("Unit"),
        _("First day"),
        _("Last day"),
        _("State"),
        _("Reason"),
    )
    return sheet(workbook(_("Delegations"), header, rows), "delegations")


def sheet(book: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_POST
@signed_in
def end_delegation(request: PersonRequest, delegation_id: int) -> HttpResponse:
    found = delegation_seen(delegation_id, request.person)
    actions.end_delegation(delegation=found, by=request.person)
    messages.success(request, _("The delegation is over. Both of you are told."))
    return redirect("org:delegations")


@require_safe
@signed_in
def shares(request: PersonRequest) -> HttpResponse:
    """What one shares with others, and what others share with oneself."""
    today = today_of(request)
    context = {
        "mine": seeing.share_lines(request.person, request.scope, by_me=True, today=today),
        "others": seeing.share_lines(request.person, request.scope, by_me=False, today=today),
    }
    return render(request, "org/shares.html", context)


@require_safe
@signed_in
def shares_export(request: PersonRequest) -> HttpResponse:
    today = today_of(request)
    lines = [
        line
        for by_me in (True, False)
        for line in seeing.share_lines(request.person, request.scope, by_me=by_me, today=today)
    ]
    rows = (
        (
            each.kind,
            each.thing.name if each.thing else "",
            each.share.sharer.name,
            (each.share.person or each.share.unit).name,  # type: ignore[union-attr]  # one of the two
            each.share.valid_to - DAY,
            each.label,
            each.share.reason,
        )
        for each in lines
    )
    header = (
        _("Kind"),
        _("What"),
        _("Shared by"),
        _("Shared with"),
        _("Last day"),
        _("State"),
        _("Reason"),
    )
    return sheet(workbook(_("Shares"), header, rows), "shares")


@require_http_methods(FORM)
@signed_in
def share(request: PersonRequest, kind: str, thing_id: int) -> HttpResponse:
    """Show a thing to a colleague or a unit."""
    thing = thing_seen(kind, thing_id, request.scope)
    sort = kind_of(kind)
    if not sort.is_shareable or not sort.shares(thing.pk, own_scope_of(request.person)):
        raise NotYoursToShare()
    today = today_of(request)
    form = ShareForm(
        sent(request),
        scope=request.scope,
        people=seeing.colleagues_of(request.person, today),
        initial={"last_day": today + 29 * DAY},
    )
    made = attempt(request, form, lambda: _share(request, form, thing))
    if made is not None:
        messages.success(request, _("Shared to be read. They are told."))
        return redirect(thing.url)
    context = {
        "form": form,
        "thing": thing,
        "kind": sort,
        "shares": seeing.shares_of(kind, thing.pk, today),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "org/share.html", context, status=status)


def _share(request: PersonRequest, form: ShareForm, thing: Thing) -> Share:
    given = form.cleaned_data
    return actions.share(
        kind=thing.kind,
        thing_id=thing.pk,
        whom=given["person"] or given["unit"],
        until=given["last_day"] + DAY,
        reason=given["reason"],
        by=request.person,
    )


@require_POST
@signed_in
def take_back(request: PersonRequest, share_id: int) -> HttpResponse:
    found = share_seen(share_id, request.person)
    actions.take_back(share=found, by=request.person)
    messages.success(request, _("It is shared no longer."))
    return redirect("org:shares")


def thing_seen(kind: str, thing_id: int, scope: Scope) -> Thing:
    """Return a thing that somebody sees; a hidden one looks like one that is not there."""
    thing = kind_of(kind).seen(thing_id, scope)
    if thing is None:
        raise KindMissing()
    return thing
