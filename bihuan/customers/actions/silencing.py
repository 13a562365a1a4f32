"""Erasing a sound: its bytes, and every text that was heard in it."""

from __future__ import annotations

from bihuan.ai.actions import forget
from bihuan.base import clock
from bihuan.customers.models import Recording, Sound


def erase_sound(recording: Recording) -> int:
    """Erase the sound of a recording with its transcripts; returns how many of these there were."""
    Sound.objects.filter(recording=recording).delete()
    Recording.objects.filter(pk=recording.pk).update(erased_at=clock.now())
    return forget(tenant=recording.tenant, about=recording.about)
