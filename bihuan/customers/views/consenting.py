"""Pages on which who looks after a contact notes consents, and asks for erasure or a copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.base.refusals import sentence
from bihuan.customers import queries
from bihuan.customers.access import (
    consent_seen,
    contact_seen,
    entity_map,
    require_may_speak_for,
)
from bihuan.customers.models import Contact
from bihuan.customers.views.contacts import contact_page
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in
from bihuan.privacy.actions import ask, note_consent, withdraw_consent
from bihuan.privacy.domain.petition import Asked
from bihuan.privacy.forms import AskForm, ConsentForm

FORM = ["GET", "HEAD", "POST"]


def _theirs(request: PersonRequest, contact_id: int) -> Contact:
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    require_may_speak_for(request.person, found)
    return found


@require_POST
@signed_in
def add_consent(request: PersonRequest, contact_id: int) -> HttpResponse:
    """Note what a contact agreed to."""
    found = _theirs(request, contact_id)
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            note_consent(subject=found.subject, **form.said(), by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The consent is noted."))
            return redirect("customers:contact", found.pk)
    return contact_page(request, found, consent_form=form)


@require_POST
@signed_in
def end_consent(request: PersonRequest, contact_id: int, consent_id: int) -> HttpResponse:
    """Note that a contact no longer agrees."""
    found = _theirs(request, contact_id)
    withdraw_consent(consent=consent_seen(consent_id, found), by=request.person)
    messages.success(request, _("It is noted that they no longer agree."))
    return redirect("customers:contact", found.pk)


@require_http_methods(FORM)
@signed_in
def ask_erasure(request: PersonRequest, contact_id: int) -> HttpResponse:
    return _ask(request, contact_id, Asked.ERASURE)


@require_http_methods(FORM)
@signed_in
def ask_copy(request: PersonRequest, contact_id: int) -> HttpResponse:
    return _ask(request, contact_id, Asked.COPY)


def _ask(request: PersonRequest, contact_id: int, kind: Asked) -> HttpResponse:
    """Ask, for a contact, that they be erased or be given a copy; a second person decides."""
    found = _theirs(request, contact_id)
    [line] = queries.contact_lines([found], request.person)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = ask(kind=kind, subject=found.subject, reason=reason, by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("It is asked for. Somebody else decides on it."))
            return redirect("privacy:petition", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "called": line.name, "is_copy": kind is Asked.COPY, "contact": found}
    return render(request, "privacy/ask.html", context, status=status)
