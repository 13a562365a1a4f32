"""Recordings: what was heard in them, and whether anything can hear them."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.ai.domain.made import Task
from bihuan.ai.models import AiText
from bihuan.ai.queries import can_hear, last_text
from bihuan.customers.domain.recording import MEDIA_TYPES
from bihuan.customers.models import Recording, RecordingQuerySet, Sound
from bihuan.org.models import Person

__all__ = ["Heard", "can_hear", "sound_of", "transcript_of", "waiting_recordings"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound as it is handed over: its bytes, what they are, and a name that tells nothing."""

    content: bytes
    media_type: str
    name: str


def sound_of(recording: Recording) -> Heard | None:
    """Return the sound of a recording; nothing once it was erased."""
    kept = Sound.objects.filter(recording=recording).first()
    if kept is None:
        return None
    name = f"recording-{recording.pk}.{recording.form}"
    return Heard(bytes(kept.content), MEDIA_TYPES[recording.form], name)


def transcript_of(recording: Recording, reader: Person) -> AiText | None:
    """Return the last transcript of a recording that was made for a person, if there is one."""
    return last_text(reader, Task.TRANSCRIPT, about=recording.about)


def waiting_recordings(person: Person) -> RecordingQuerySet:
    """Return the recordings that a person has still to write down, the newest first."""
    return Recording.objects.waiting(person).select_related("account")
