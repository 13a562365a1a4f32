"""Pages for one's own access: tokens, and the company one works in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.org import actions, queries
from bihuan.org.access import PersonMissing, PersonRequest, person_seen, signed_in, token_seen
from bihuan.org.forms import TenantChoice, TokenForm
from bihuan.org.middleware import TENANT_KEY, person_for
from bihuan.org.models import Person
from bihuan.org.views.doing import attempt, for_admins, sent


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tokens(request: PersonRequest) -> HttpResponse:
    return _tokens(request, request.person)


@for_admins
def tokens_of_program(request: PersonRequest, person_id: int) -> HttpResponse:
    return _tokens(request, person_seen(person_id, request.scope))


def _tokens(request: PersonRequest, person: Person) -> HttpResponse:
    form = TokenForm(sent(request))
    made = attempt(
        request,
        form,
        lambda: actions.make_token(person=person, by=request.person, **form.cleaned_data),
    )
    context = {
        "shown": person,
        "is_self": person.pk == request.person.pk,
        "form": TokenForm() if made else form,
        "secret": made[1] if made else "",
        "tokens": queries.tokens_of(person),
    }
    refused = request.method == "POST" and made is None
    return render(request, "org/tokens.html", context, status=422 if refused else 200)


@require_POST
@signed_in
def revoke_token(request: PersonRequest, token_id: int) -> HttpResponse:
    token = token_seen(token_id, request.person)
    actions.revoke_token(token=token, by=request.person)
    if token.person_id == request.person.pk:
        return redirect("org:tokens")
    return redirect("org:tokens_of_program", token.person_id)


@require_POST
@signed_in
def switch_tenant(request: PersonRequest) -> HttpResponse:
    """Work in another company from now on: one in which the login opens a person."""
    form = TenantChoice(request.POST)
    wanted = form.cleaned_data["tenant"] if form.is_valid() else None
    person = person_for(request.user.pk, wanted)
    if person is None or person.tenant_id != wanted:
        raise PersonMissing(person=request.user.username)
    request.session[TENANT_KEY] = person.tenant_id
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return redirect("/")
