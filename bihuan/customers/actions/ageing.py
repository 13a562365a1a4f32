"""Letting go of words and sounds of conversations whose time is over; that they were stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, QuerySet

from bihuan.base import journal
from bihuan.customers.actions.silencing import erase_sound
from bihuan.customers.actions.talking import erase_conversation
from bihuan.customers.models import Contact, Conversation, Recording
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf

WHY = "Kept as long as the company keeps conversations."


def _old_words(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Conversation]:
    """Return conversations with nobody who is held: no colleague, and no contact of the account."""
    said = Conversation.objects.filter(tenant=tenant, happened_at__lt=limit, erased_at__isnull=True)
    return said.exclude(person__in=held.people).exclude(account__in=_accounts(held))


def _old_sounds(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Recording]:
    heard = Recording.objects.filter(tenant=tenant, kept_at__lt=limit, erased_at__isnull=True)
    return heard.exclude(by__in=held.people).exclude(account__in=_accounts(held))


def _accounts(held: Held) -> QuerySet[Contact, int]:
    return Contact.objects.filter(subject__in=held.subjects).values_list("account", flat=True)


def _end_words(rows: Sequence[Model], by: Person) -> None:
    for each in Conversation.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"):
        erase_conversation(conversation=each, reason=WHY, by=by)


def _end_sounds(rows: Sequence[Model], by: Person) -> None:
    for each in Recording.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"):
        journal.record(by, "recording.erased", each, texts=erase_sound(each))


WORDS = Shelf(old=_old_words, instant="happened_at", let_go=_end_words)
SOUNDS = Shelf(old=_old_sounds, instant="kept_at", let_go=_end_sounds)
