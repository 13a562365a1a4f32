"""Pages on which conversations with customers are read, written down, summed up and erased."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.ai.actions import summarise
from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    accounts_of,
    conversation_seen,
    customer_seen,
    entity_map,
    require_may_erase,
)
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.customers.forms import ConversationForm, ReasonForm
from bihuan.facts.models import Member
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in
from bihuan.org.domain.role import Role

FORM = ["GET", "HEAD", "POST"]
PAGE_SIZE = 20
SUMMED_UP = 5
"""So many of the last conversations a summary is made of."""


@require_safe
@signed_in
def conversations(request: PersonRequest, account_id: int) -> HttpResponse:
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    said = queries.conversations_of(accounts_of(found, entities), request.scope)
    page = Paginator(said, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = queries.worded(page.object_list, request.scope)
    context = {
        "customer": found,
        "page": page,
        "may_erase_all": Role.ADMIN in request.roles,
    }
    return render(request, "customers/conversations.html", context)


@require_http_methods(FORM)
@signed_in
def add_conversation(request: PersonRequest, account_id: int) -> HttpResponse:
    """Write down a conversation that one held oneself."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    accounts = Member.objects.in_bulk(accounts_of(found, entities))
    zone = ZoneInfo(request.tenant.time_zone)
    form = ConversationForm(
        request.POST or None, accounts=accounts, now=clock.now().astimezone(zone)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        held = Held(
            happened_at=given["happened_at"].replace(tzinfo=zone),
            channel=Channel(given["channel"]),
            text=given["text"],
        )
        account = accounts[int(given["account"])]
        try:
            actions.record_conversation(account=account, held=held, by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The conversation is written down."))
            return redirect("customers:customer", found.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "customer": found}
    return render(request, "customers/add_conversation.html", context, status=status)


@require_http_methods(FORM)
@signed_in
def erase_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    """Erase what was said; that it was said stays."""
    found = conversation_seen(conversation_id, request.scope)
    require_may_erase(request.person, found)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_conversation(
                conversation=found, reason=form.cleaned_data["reason"], by=request.person
            )
        except Invalid as error:
            form.add_error("reason", sentence(error))
        else:
            messages.success(request, _("The words are erased. That you spoke stays a fact."))
            return redirect("customers:customer", found.account_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "conversation": found}
    return render(request, "customers/erase_conversation.html", context, status=status)


@require_POST
@signed_in
def summary(request: PersonRequest, account_id: int) -> HttpResponse:
    """Sum up the last conversations with a customer, for whoever asks."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    said = queries.conversations_of(accounts_of(found, entities), request.scope)
    texts = queries.source_texts(said.filter(erased_at__isnull=True)[:SUMMED_UP], request.scope)
    summarise(texts, tenant=request.tenant, reader=request.person)
    return redirect("customers:customer", found.pk)
