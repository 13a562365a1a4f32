"""Pages on which customers are joined, told apart and given their credit code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.base.refusals import sentence
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    MAY_JOIN,
    customer_seen,
    distinction_seen,
    entity_map,
    merge_seen,
    merges_of,
    require_may_part,
)
from bihuan.customers.domain.entity import entity_map as entity_map_of
from bihuan.customers.forms import MergeForm, ReasonForm, UsccForm
from bihuan.customers.views.looking import said
from bihuan.facts.models import Member
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@allowed_to(*MAY_JOIN)
def compare(request: PersonRequest, account_id: int, other_id: int) -> HttpResponse:
    """Show two customers side by side, and merge them."""
    entities = entity_map(request.tenant)
    one, other = (customer_seen(pk, request.scope, entities) for pk in (account_id, other_id))
    if one == other:
        return redirect("customers:customer", one.pk)
    compared = queries.comparison(one, other, request.scope, entities)
    reasons = [said(each) for each in compared.likeness.reasons]
    against = [said(each) for each in compared.likeness.against]
    form = MergeForm(
        request.POST or None, compared=compared, initial={"reason": "；".join(reasons)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = _merge(request, form, one, other)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("customers:customer", kept.pk)
    context = {"form": form, "compared": compared, "reasons": reasons, "against": against}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/compare.html", context, status=status)


def _merge(request: PersonRequest, form: MergeForm, one: Member, other: Member) -> Member:
    """Merge two customers into the one that was chosen, and return it."""
    kept, gone = (one, other) if form.cleaned_data["kept"] == "one" else (other, one)
    actions.merge_accounts(
        account=gone,
        into=kept,
        reason=form.cleaned_data["reason"],
        despite_uscc=form.cleaned_data.get("despite_uscc", False),
        by=request.person,
    )
    names = {"gone": gone.name, "kept": kept.name}
    messages.success(request, _("“%(gone)s” now belongs to “%(kept)s”.") % names)
    return kept


@require_http_methods(FORM)
@allowed_to(*MAY_JOIN)
def tell_apart(request: PersonRequest, account_id: int, other_id: int) -> HttpResponse:
    entities = entity_map(request.tenant)
    one, other = (customer_seen(pk, request.scope, entities) for pk in (account_id, other_id))
    if one == other:
        return redirect("customers:customer", one.pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_apart(
                one=one, other=other, reason=form.cleaned_data["reason"], by=request.person
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Kept: these are two customers."))
            return redirect("customers:duplicates")
    context = {"form": form, "one": one, "other": other}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/tell_apart.html", context, status=status)


@require_POST
@allowed_to(*MAY_JOIN)
def withdraw_distinction(request: PersonRequest, distinction_id: int) -> HttpResponse:
    entities = entity_map(request.tenant)
    found = distinction_seen(distinction_id, request.scope, request.tenant, entities)
    actions.withdraw(distinction=found, by=request.person)
    messages.success(request, _("Withdrawn: the two may be suggested again."))
    return redirect("customers:apart")


@require_http_methods(FORM)
@allowed_to(*MAY_JOIN)
def undo_merge(request: PersonRequest, seq: int) -> HttpResponse:
    fact = merge_seen(seq, request.scope, request.tenant)
    merges = merges_of(request.tenant)
    merge = next(each for each in merges if each.seq == seq)
    require_may_part(request.person, merges, merge)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.unmerge(merge=fact, reason=form.cleaned_data["reason"], by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Taken back: they are two customers again."))
            return redirect("customers:customer", merge.account)
    entities = entity_map_of(merges)
    [line] = queries.merge_lines(request.scope, request.tenant, entities, seq=seq)
    context = {"form": form, "line": line}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/undo.html", context, status=status)


@require_http_methods(FORM)
@allowed_to(*MAY_JOIN)
def uscc(request: PersonRequest, account_id: int) -> HttpResponse:
    found = customer_seen(account_id, request.scope, entity_map(request.tenant))
    form = UsccForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_uscc(account=found, uscc=form.cleaned_data["uscc"], by=request.person)
        except Invalid as error:
            form.add_error("uscc", sentence(error))
        else:
            messages.success(request, _("The credit code is kept."))
            return redirect("customers:customer", found.pk)
    context = {"form": form, "customer": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/uscc.html", context, status=status)
