"""Erasing a sound: its bytes, and every text that was heard in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import QuerySet

from bihuan.ai.actions import forget
from bihuan.ai.models import AiText
from bihuan.base import clock, journal
from bihuan.customers.models import Recording, Sound
from bihuan.org.actions import robot_of

# How a transcript names the recording it was made of.
RECORDED = re.compile(r"^customers\.recording:(\d+)$")


def erase_sound(recording: Recording) -> int:
    """Erase the sound of a recording with its transcripts; returns how many of these there were."""
    Sound.objects.filter(recording=recording).delete()
    Recording.objects.filter(pk=recording.pk).update(erased_at=clock.now())
    return forget(tenant=recording.tenant, about=recording.about)


def erase_sounds_of(conversations: Sequence[int]) -> int:
    """Erase the sound of conversations out of whose words somebody's name was taken."""
    found = Recording.objects.filter(conversation__in=conversations, erased_at__isnull=True)
    return _erase_sounds(found)


def erase_sounds_of_texts(texts: Sequence[int]) -> int:
    """Erase the sound of recordings out of whose transcripts somebody's name was taken."""
    sources = AiText.objects.filter(pk__in=texts).values_list("sources", flat=True)
    named = {found[1] for each in sources for about in each if (found := RECORDED.match(about))}
    return _erase_sounds(Recording.objects.filter(pk__in=named, erased_at__isnull=True))


def _erase_sounds(found: QuerySet[Recording]) -> int:
    held = list(found.select_for_update(of=["self"]).order_by("pk"))
    for each in held:
        forgotten = erase_sound(each)
        journal.record(robot_of(each.tenant), "recording.erased", each, texts=forgotten)
    return len(held)
