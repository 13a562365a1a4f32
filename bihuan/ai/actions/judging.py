"""Saying a word about a text that was made, and forgetting one whose source was erased."""

from __future__ import annotations

from django.db import transaction

from bihuan.ai.access import text_seen
from bihuan.ai.decisions import tell
from bihuan.ai.domain.made import AdjustedEmpty, Word, WordSaid
from bihuan.ai.models import AiText
from bihuan.base import clock, journal
from bihuan.org.models import Person, Tenant


@transaction.atomic
def say_word(*, text: AiText, word: Word, by: Person, adjusted: str = "") -> AiText:
    """Adopt, adjust or refuse a text, once; ``adjusted`` is how it should read instead."""
    text_seen(text.pk, by)
    found = AiText.objects.select_for_update().get(pk=text.pk)
    if found.word or found.forgotten_at:
        raise WordSaid()
    instead = adjusted.strip()
    if word is Word.ADJUSTED and not instead:
        raise AdjustedEmpty()
    found.word, found.said_by, found.said_at = word.value, by, clock.now()
    found.adjusted = instead[:LONGEST] if word is Word.ADJUSTED else ""
    found.save(update_fields=["word", "said_by", "said_at", "adjusted"])
    journal.record(by, f"text.{word.value}", found, task=found.task, made_by=found.made_by)
    tell(found, by)
    return found


LONGEST = 4_000


@transaction.atomic
def forget(*, tenant: Tenant, about: str) -> int:
    """Erase every text that was made of a record; returns how many there were."""
    made = AiText.objects.filter(
        tenant=tenant, sources__contains=[about], forgotten_at__isnull=True
    )
    return made.update(text="", adjusted="", parts=[], content_key="", forgotten_at=clock.now())
