"""How people of a company sign in: the second step, and providers elsewhere."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.base.refusals import sentence
from bihuan.org import actions, queries, saml
from bihuan.org.access import PersonRequest, provider_seen
from bihuan.org.actions.signing_in import ProviderDraft
from bihuan.org.domain.factor import NeededFor
from bihuan.org.forms import ProviderForm, SecondFactorForm
from bihuan.org.forms.saml import BY_HAND, SamlForm
from bihuan.org.models import SignInProvider
from bihuan.org.views.doing import attempt, for_admins, form_page, sent

KEPT = ("code", "name", "issuer", "client_id", "match_by", "code_claim", "may_create", "is_on")
SAML_KEPT = (
    "code",
    "name",
    "metadata_url",
    *BY_HAND,
    "match_by",
    "code_claim",
    "may_create",
    "is_on",
)


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
def add_saml(request: PersonRequest) -> HttpResponse:
    form = SamlForm(sent(request))
    return _put(request, form, title=_("Add a provider (SAML)"), missing=not saml.is_installed())


@for_admins
def provider(request: PersonRequest, provider_id: int) -> HttpResponse:
    found = provider_seen(provider_id, request.person)
    names, of_kind = (SAML_KEPT, SamlForm) if found.is_saml else (KEPT, ProviderForm)

    form = of_kind(sent(request), initial={name: getattr(found, name) for name in names})
    form.fields["code"].disabled = True
    missing = found.is_saml and not saml.is_installed()
    return _put(request, form, title=found.name, missing=missing)


def _put(
    request: PersonRequest, form: ProviderForm | SamlForm, *, title: str, missing: bool = False
) -> HttpResponse:
    made = attempt(
        request,
        form,
        lambda: actions.put_provider(
            tenant=request.tenant,
            code=form.cleaned_data["code"],
            draft=_saml_draft(form) if isinstance(form, SamlForm) else _draft(form),
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("Kept."))
        return redirect("org:signing_in")
    back = reverse("org:signing_in")
    lead = sentence(saml.SamlMissing()) if missing else ""
    return form_page(request, form, title=title, lead=lead, submit=_("Save"), back=back)


def _draft(form: ProviderForm) -> ProviderDraft:
    return ProviderDraft(**form.draft())


def _saml_draft(form: SamlForm) -> ProviderDraft:
    """Return what the form says; metadata, pasted or fetched, go before what was typed."""
    saml.require_installed()
    given = form.cleaned_data
    said = {name: given[name] for name in BY_HAND}
    if text := given["metadata"] or (given["metadata_url"] and saml.fetched(given["metadata_url"])):
        said = asdict(saml.read_metadata(text))
    return ProviderDraft(
        **said,
        kind=SignInProvider.Kind.SAML.value,
        client_id="",
        secret="",
        **{name: given[name] for name in ("name", "metadata_url", "match_by", "code_claim")},
        **{name: given[name] for name in ("may_create", "is_on")},
    )
