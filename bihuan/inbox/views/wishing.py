"""Pages on which one says how one wants to hear of things."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.inbox import actions, queries
from bihuan.inbox.channels import open_channels
from bihuan.inbox.domain.letter import Topic
from bihuan.inbox.domain.wish import Quiet, read_choices
from bihuan.inbox.forms.delivering import WishForm, kept_wish
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@signed_in
def own(request: PersonRequest) -> HttpResponse:
    """Show and keep how a person wants to hear of things."""
    found = open_channels(request.tenant)
    company = queries.company_wishes(request.tenant)
    names = [(each.code, each.name) for each in found]
    form = WishForm(
        *([request.POST] if request.method == "POST" else []),
        channels=names,
        company=company,
        initial=_own(request),
    )
    if request.method == "POST" and form.is_valid():
        actions.set_own_wish(
            choices=form.chosen(),
            quiet=form.quiet_hours(),
            digest_at=form.cleaned_data["digest_at"],
            by=request.person,
        )
        messages.success(request, _("Kept: from now on you are told so."))
        return redirect("inbox:wishes")
    reached = [
        (each.name, each.addresses(request.tenant, [request.person.pk]).get(request.person.pk))
        for each in found
    ]
    context = {"form": form, "reached": reached, "is_admin": Role.ADMIN in request.roles}
    status = 422 if request.method == "POST" else 200
    return render(request, "inbox/wishes.html", context, status=status)


def _own(request: PersonRequest) -> dict[str, object]:
    kept = queries.own_wish(request.person)
    if kept is None:
        return kept_wish(None, None, {})
    quiet = None
    if kept.quiet_from is not None and kept.quiet_until is not None:
        quiet = Quiet(kept.quiet_from, kept.quiet_until)
    return kept_wish(quiet, kept.digest_at, read_choices(kept.choices))


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def company(request: PersonRequest) -> HttpResponse:
    """Show and keep how it is in the company for who says nothing."""
    wishes = queries.company_wishes(request.tenant)
    names = [(each.code, each.name) for each in open_channels(request.tenant)]
    choices = {(code, topic): wishes.how(code, topic) for code, _name in names for topic in Topic}
    form = WishForm(
        *([request.POST] if request.method == "POST" else []),
        channels=names,
        company=None,
        initial=kept_wish(wishes.quiet, wishes.digest_at, choices),
    )
    if request.method == "POST" and form.is_valid():
        quiet = form.quiet_hours()
        assert quiet is not None, "a company has nobody above it to leave it to"
        actions.set_company_wish(
            tenant=request.tenant,
            choices=form.chosen(),
            quiet=quiet,
            digest_at=form.cleaned_data["digest_at"],
            by=request.person,
        )
        messages.success(request, _("Kept: it holds for everybody who says nothing else."))
        return redirect("inbox:company_wishes")
    status = 422 if request.method == "POST" else 200
    return render(request, "inbox/wishes.html", {"form": form, "is_company": True}, status=status)
