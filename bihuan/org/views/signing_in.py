"""How people of a company sign in: the second step, and providers elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.org import actions, queries
from bihuan.org.access import PersonRequest, provider_seen
from bihuan.org.actions.signing_in import ProviderDraft
from bihuan.org.domain.factor import NeededFor
from bihuan.org.forms import ProviderForm, SecondFactorForm
from bihuan.org.views.doing import attempt, for_admins, form_page, sent

KEPT = ("code", "name", "issuer", "client_id", "match_by", "code_claim", "may_create", "is_on")


@for_admins
def signing_in(request: PersonRequest) -> HttpResponse:
    form = SecondFactorForm(
        sent(request), initial={"needed_for": request.tenant.second_factor_for, "grace_days": 14}
    )
    made = attempt(
        request,
        form,
        lambda: actions.set_second_factor(
            tenant=request.tenant,
            needed_for=NeededFor(form.cleaned_data["needed_for"]),
            grace_days=form.cleaned_data["grace_days"],
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("Kept."))
        return redirect("org:signing_in")
    context = {
        "form": form,
        "since": request.tenant.second_factor_from,
        "providers": queries.providers_of(request.tenant),
        "without": queries.without_factor(request.tenant),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "org/signing_in.html", context, status=status)


@for_admins
def add_provider(request: PersonRequest) -> HttpResponse:
    form = ProviderForm(sent(request))
    return _put(request, form, title=_("Add a provider"))


@for_admins
def provider(request: PersonRequest, provider_id: int) -> HttpResponse:
    found = provider_seen(provider_id, request.person)
    form = ProviderForm(sent(request), initial={name: getattr(found, name) for name in KEPT})
    form.fields["code"].disabled = True
    return _put(request, form, title=found.name)


def _put(request: PersonRequest, form: ProviderForm, *, title: str) -> HttpResponse:
    made = attempt(
        request,
        form,
        lambda: actions.put_provider(
            tenant=request.tenant,
            code=form.cleaned_data["code"],
            draft=ProviderDraft(**form.draft()),
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("Kept."))
        return redirect("org:signing_in")
    back = reverse("org:signing_in")
    return form_page(request, form, title=title, submit=_("Save"), back=back)
