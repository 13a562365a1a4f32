"""Pages on which a fact is taken back, the ledger verified and a kind added."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base.refusals import sentence
from bihuan.facts import queries
from bihuan.facts.access import fact_seen, kinds_of
from bihuan.facts.actions import MAY_REVERSE, add_kind, reverse
from bihuan.facts.domain.kind import BUILT_IN
from bihuan.facts.forms import AttributeForms, KindForm, ReverseForm, kind_from
from bihuan.facts.queries import said_findings
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*MAY_REVERSE)
def reverse_fact(request: PersonRequest, seq: int) -> HttpResponse:
    fact = fact_seen(seq, request.scope)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = reverse(fact=fact, reason=form.cleaned_data["reason"], by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Taken back by fact number %(seq)s.") % {"seq": made.seq})
            return redirect("facts:fact", seq)
    context = {"form": form, "view": queries.fact_view(fact, request.scope)}
    status = 422 if request.method == "POST" else 200
    return render(request, "facts/reverse.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def ledger(request: PersonRequest) -> HttpResponse:
    verification = queries.verify(request.tenant) if request.method == "POST" else None
    context = {
        "status": queries.ledger_status(request.tenant),
        "verification": verification,
        "findings": said_findings(verification) if verification else [],
    }
    return render(request, "facts/ledger.html", context)


@require_safe
@signed_in
def kinds(request: PersonRequest) -> HttpResponse:
    every = kinds_of(request.tenant)
    context = {
        "own": [each for code, each in every.items() if code not in BUILT_IN],
        "built_in": list(BUILT_IN.values()),
        "is_admin": Role.ADMIN in request.roles,
    }
    return render(request, "facts/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def new_kind(request: PersonRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form, attributes = KindForm(sent), AttributeForms(sent, prefix="attributes")
    if sent is not None and form.is_valid() and attributes.is_valid():
        try:
            kind = kind_from(form, attributes)
            add_kind(tenant=request.tenant, kind=kind, by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The kind “%(kind)s” was added.") % {"kind": kind.code})
            return redirect("facts:kinds")
    context = {"form": form, "attributes": attributes}
    return render(request, "facts/new_kind.html", context, status=422 if sent else 200)
