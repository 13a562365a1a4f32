"""Where somebody is signed in and how, and what ends it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bihuan.org import actions, queries
from bihuan.org.access import PersonRequest, allowed_to, person_seen, signed_in
from bihuan.org.domain.role import Role
from bihuan.org.sessions import has_factor


def _can_be_asked(request: HttpRequest) -> bool:
    """Tell whether there is a password or a second step to ask for; a provider's people lack it."""
    return bool(get_adapter().get_reauthentication_methods(request.user))


asked_again = reauthentication_required(enabled=_can_be_asked)
"""Whoever finds a browser open does not sign its owner out elsewhere."""


@require_safe
@signed_in
def security(request: PersonRequest) -> HttpResponse:
    lines = queries.open_sessions(request.person, request.session.session_key)
    has_second = has_factor(request.user)
    context = {
        "has_factor": has_second,
        "sessions": lines,
        "others": sum(not line.is_here for line in lines),
    }
    return render(request, "org/security.html", context)


@require_POST
@signed_in
@asked_again  # type: ignore[untyped-decorator]  # allauth has no types
def end_one(request: PersonRequest, mark: str) -> HttpResponse:
    actions.end_session(mark=mark, here=request.session.session_key, by=request.person)
    messages.success(request, _("That device is signed out."))
    return redirect("org:security")


@require_POST
@signed_in
@asked_again  # type: ignore[untyped-decorator]  # allauth has no types
def end_others(request: PersonRequest) -> HttpResponse:
    count = actions.end_other_sessions(here=request.session.session_key, by=request.person)
    said = ngettext("%(count)s device is signed out.", "%(count)s devices are signed out.", count)
    messages.success(request, said % {"count": count})
    return redirect("org:security")


@require_POST
@allowed_to(Role.ADMIN)
def sign_out(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    actions.end_sessions_of(person=found, by=request.person)
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": found.name})
    return redirect("org:person", found.pk)


@require_POST
@allowed_to(Role.ADMIN)
def reset_factors(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    actions.reset_factors(person=found, by=request.person)
    said = _("%(person)s signs in with the password alone, and sets up a second step anew.")
    messages.success(request, said % {"person": found.name})
    return redirect("org:person", found.pk)


@require_POST
@allowed_to(Role.ADMIN)
def shut(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    actions.shut_login(person=found, by=request.person)
    messages.success(request, _("The login of %(person)s is shut.") % {"person": found.name})
    return redirect("org:person", found.pk)


@require_POST
@allowed_to(Role.ADMIN)
def reopen(request: PersonRequest, person_id: int) -> HttpResponse:
    found = person_seen(person_id, request.scope)
    actions.reopen_login(person=found, by=request.person)
    messages.success(request, _("The login of %(person)s is open again.") % {"person": found.name})
    return redirect("org:person", found.pk)
