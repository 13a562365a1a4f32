"""Conversations with customers for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema, Status

from bihuan.ai.actions import summarise
from bihuan.ai.api import TextOut, text_out
from bihuan.base.instants import Instant
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    accounts_of,
    conversation_seen,
    customer_seen,
    entity_map,
    require_may_erase,
    words_for,
)
from bihuan.customers.api.accounts import MOST, AccountRef, Id, ReasonIn, account_ref, router
from bihuan.customers.domain.conversation import LONGEST, Channel, Held
from bihuan.customers.models import Conversation
from bihuan.facts.models import Member
from bihuan.org.access import PersonRequest
from bihuan.org.domain.scope import Scope

SUMMED_UP = 5


class ConversationOut(Schema):
    """What was said, and the fact that it was; words that were erased are empty."""

    id: int
    account: AccountRef
    person: int
    fact: int
    channel: Channel
    happened_at: datetime
    text: str
    erased_at: datetime | None


class ConversationsOut(Schema):
    count: int
    next: int | None
    items: list[ConversationOut]


class ConversationIn(Schema):
    channel: Channel
    happened_at: Instant
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class SummaryIn(Schema):
    sentences: Annotated[int, Field(ge=1, le=12)] = 3


def conversation_out(each: Conversation, scope: Scope) -> ConversationOut:
    return ConversationOut(
        id=each.pk,
        account=account_ref(each.account),
        person=each.person_id,
        fact=each.fact.seq,
        channel=Channel(each.channel),
        happened_at=each.happened_at,
        text=words_for(each, scope),
        erased_at=each.erased_at,
    )


@router.get("/{account_id}/conversations", response=ConversationsOut)
def conversations(
    request: PersonRequest,
    account_id: Id,
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1,
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50,
) -> ConversationsOut:
    """List what was said with a customer, the newest first, as far as you may see the facts."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    said = queries.conversations_of(accounts_of(found, entities), request.scope)
    count = said.count()
    return ConversationsOut(
        count=count,
        next=page + 1 if page * limit < count else None,
        items=[
            conversation_out(each, request.scope)
            for each in said[(page - 1) * limit : page * limit]
        ],
    )


@router.post("/{account_id}/conversations", response={201: ConversationOut})
def record(
    request: PersonRequest, account_id: Id, given: ConversationIn
) -> Status[ConversationOut]:
    """Write down a conversation that you held; the fact that it took place comes with it."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    ours = accounts_of(found, entities)
    account = Member.objects.get(pk=account_id if account_id in ours else found.pk)
    held = Held(happened_at=given.happened_at, channel=given.channel, text=given.text)
    made = actions.record_conversation(account=account, held=held, by=request.person)
    return Status(201, conversation_out(made, request.scope))


@router.post("/{account_id}/summary", response=TextOut)
def summary(request: PersonRequest, account_id: Id, given: SummaryIn) -> TextOut:
    """Sum up the last conversations with a customer."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    said = queries.conversations_of(accounts_of(found, entities), request.scope)
    texts = queries.source_texts(said.filter(erased_at__isnull=True)[:SUMMED_UP], request.scope)
    return text_out(
        summarise(texts, tenant=request.tenant, sentences=given.sentences, reader=request.person)
    )


@router.post("/conversations/{conversation_id}/erase", response=ConversationOut)
def erase(request: PersonRequest, conversation_id: Id, given: ReasonIn) -> ConversationOut:
    """Erase what was said, and every text made of it; that it was said stays a fact."""
    found = conversation_seen(conversation_id, request.scope)
    require_may_erase(request.person, found)
    actions.erase_conversation(conversation=found, reason=given.reason, by=request.person)
    found = conversation_seen(conversation_id, request.scope)
    return conversation_out(found, request.scope)
