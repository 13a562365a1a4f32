"""Writing down what was said with customers, and erasing it.

That a conversation took place is a fact and stays one. What was said is kept
beside the ledger, never in it, so that it can be erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.ai.actions import forget
from bihuan.base import clock, journal
from bihuan.customers.access import (
    CustomerMissing,
    accounts_visible_to,
    customers_visible_to,
    entity_map,
    require_may_erase,
)
from bihuan.customers.actions.merging import checked_reason
from bihuan.customers.actions.silencing import erase_sound
from bihuan.customers.domain.conversation import (
    CHANNELS,
    Held,
    channel_of,
    check_past,
    reference,
    worded,
)
from bihuan.customers.models import Conversation, Recording
from bihuan.facts.actions import open_source, record
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Member, Source
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import NotYours, scope_of
from bihuan.org.models import Person, Tenant

SOURCE = "conversations"
"""The source of the facts that conversations make."""


class AlreadyWritten(Conflict):
    code = "customers.already_written"
    says = gettext_noop("This conversation is written down already, in other words.")


class NoConversation(Invalid):
    code = "customers.no_conversation"
    says = gettext_noop("Fact number %(seq)s is no call, visit or message with a customer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The words that belong to a fact which is in the ledger already."""

    fact: Fact
    text: str


@transaction.atomic
def record_conversation(*, account: Member, held: Held, by: Person) -> Conversation:
    """Write down a conversation that a person held, with the fact that it took place.

    The same words again give the conversation that is there already.
    """
    require_sees(account, by)
    text = worded(held.text)
    check_past(held.happened_at, clock.now())
    source = open_source(
        tenant=by.tenant, code=SOURCE, name="Conversations", kind=Source.Kind.FORM.value
    )
    means = CHANNELS[held.channel]
    draft = Draft(
        kind=means.kind,
        business_on=clock.business_day(held.happened_at, by.tenant.time_zone),
        occurred_at=held.happened_at,
        source_ref=reference(person=by.pk, account=account.pk, held=held),
        person_id=by.pk,
        account_id=account.pk,
        attributes={"channel": means.word},
    )
    return _keep(record(draft=draft, source=source, by=by), text, by)


def require_sees(account: Member, by: Person) -> None:
    """Refuse unless a person sees an account, or the customer that it belongs to."""
    if account.tenant_id != by.tenant_id or not _is_seen(account, by):
        raise CustomerMissing()


def _is_seen(account: Member, by: Person) -> bool:
    scope, entities = scope_of(by), entity_map(by.tenant)
    if accounts_visible_to(scope).filter(pk=account.pk).exists():
        return True
    customer = entities.get(account.pk, account.pk)
    return customers_visible_to(scope, entities).filter(pk=customer).exists()


@transaction.atomic
def add_words(*, fact: Fact, text: str, by: Person) -> Conversation:
    """Add what was said to a call, a visit or a message that is in the ledger already."""
    if fact.tenant_id != by.tenant_id or (fact.person_id != by.pk and not by.is_robot):
        raise NotYours()
    if _channel(fact) is None or not Fact.objects.live().filter(pk=fact.pk).exists():
        raise NoConversation(seq=fact.seq)
    return _keep(fact, worded(text), by)


def _channel(fact: Fact) -> str | None:
    if fact.account_id is None or fact.person_id is None:
        return None
    found = channel_of(fact.kind, fact.channel)
    return None if found is None else found.value


def _keep(fact: Fact, text: str, by: Person) -> Conversation:
    """Keep the words of a fact once: whoever comes second is told when they are others."""
    new = _of(Heard(fact=fact, text=text), by)
    made, is_new = Conversation.objects.get_or_create(
        fact=fact,
        defaults={name: getattr(new, name) for name in KEPT},
    )
    if not is_new and made.text != text:
        raise AlreadyWritten()
    if is_new:
        journal.record(by, "conversation.recorded", made, fact=fact.seq, channel=made.channel)
    return made


KEPT = (
    *("tenant_id", "account_id", "person_id", "happened_at", "channel", "text"),
    *("recorded_by_id", "recorded_at"),
)


def _of(heard: Heard, by: Person) -> Conversation:
    fact, channel = heard.fact, _channel(heard.fact)
    assert channel is not None, "checked before"
    assert fact.account_id, "what has a channel has a customer"
    assert fact.person_id, "and somebody who spoke"
    return Conversation(
        tenant_id=fact.tenant_id,
        fact=fact,
        account_id=fact.account_id,
        person_id=fact.person_id,
        happened_at=fact.occurred_at or _at_noon(fact, by.tenant.time_zone),
        channel=channel,
        text=heard.text,
        recorded_by=by,
        recorded_at=clock.now(),
    )


def _at_noon(fact: Fact, zone: str) -> datetime:
    """Return an instant of the day of a fact that does not say when it happened."""
    return datetime.combine(fact.business_on, time(12), ZoneInfo(zone))


@transaction.atomic
def keep_conversations(*, tenant: Tenant, heard: Sequence[Heard], by: Person) -> int:
    """Add words to many facts at once, as a program brings them; returns how many are new."""
    assert by.is_robot, "only a program tells what others said"
    for each in heard:
        if each.fact.tenant_id != tenant.pk or _channel(each.fact) is None:
            raise NoConversation(seq=each.fact.seq)
    there = Conversation.objects.filter(tenant=tenant, fact__in=[each.fact.pk for each in heard])
    known = set(there.values_list("fact_id", flat=True))
    fresh = [
        _of(Heard(fact=each.fact, text=worded(each.text)), by)
        for each in heard
        if each.fact.pk not in known
    ]
    Conversation.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)


@transaction.atomic
def erase_conversation(*, conversation: Conversation, reason: str, by: Person) -> Conversation:
    """Erase what was said, and every text made of it; that it was said stays a fact."""
    found = Conversation.objects.select_for_update().get(pk=conversation.pk, tenant=by.tenant)
    require_may_erase(by, found)
    why = checked_reason(reason)
    if found.is_erased:
        return found
    found.text, found.erased_by, found.erased_at = "", by, clock.now()
    found.save(update_fields=["text", "erased_by", "erased_at"])
    forgotten = forget(tenant=by.tenant, about=found.about)
    recording = Recording.objects.filter(conversation=found).first()
    if recording is not None:
        forgotten += erase_sound(recording)
    journal.record(by, "conversation.erased", found, reason=why, texts=forgotten)
    return found
