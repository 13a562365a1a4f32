"""Keeping the sound of a conversation, and writing down what was said in it.

A sound is evidence and no fact: that a conversation took place becomes one when its
words are written down. A transcript is a proposal, and what its reader makes of it is
their word: kept as it is, put right, or not used.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from bihuan.ai.actions import say_word, transcribe
from bihuan.ai.domain.made import Word
from bihuan.ai.models import AiText
from bihuan.base import clock, journal
from bihuan.base.uploads import accept_sound
from bihuan.customers.actions.silencing import erase_sound
from bihuan.customers.actions.talking import record_conversation, require_sees
from bihuan.customers.domain.conversation import Channel, Held, check_past, worded
from bihuan.customers.domain.recording import SoundGone, WrittenDown, fit_form, word_of
from bihuan.customers.models import Conversation, Recording, Sound
from bihuan.customers.queries.hearing import transcript_of
from bihuan.facts.models import Member
from bihuan.org.access import NotYours
from bihuan.org.models import Person


@transaction.atomic
def keep_recording(*, account: Member, held: Held, content: bytes, by: Person) -> Recording:
    """Keep the sound of a conversation that a person held; its words come later."""
    require_sees(account, by)
    check_past(held.happened_at, clock.now())
    form = fit_form(_form_of(content), size=len(content))
    made = Recording.objects.create(
        tenant=by.tenant,
        account=account,
        by=by,
        happened_at=held.happened_at,
        channel=held.channel.value,
        form=form,
        size=len(content),
        kept_at=clock.now(),
    )
    Sound.objects.create(recording=made, content=content)
    journal.record(by, "recording.kept", made, form=form, size=len(content))
    return made


def transcribe_recording(*, recording: Recording, by: Person) -> AiText:
    """Have a recording written down by a language service, as a proposal to who made it.

    This may wait for the service, so nothing is held meanwhile.
    """
    found = _open(Recording.objects.get(pk=recording.pk), by)
    sound = Sound.objects.get(recording=found)
    return transcribe(
        bytes(sound.content),
        name=f"recording.{found.form}",
        about=found.about,
        tenant=by.tenant,
        reader=by,
    )


@transaction.atomic
def write_down(*, recording: Recording, text: str, by: Person) -> Conversation:
    """Write down what was said; with a transcript, this is the word about it."""
    found = _open(_held(recording), by)
    kept = worded(text)
    heard = transcript_of(found, by)
    if heard is not None and not heard.word:
        word = word_of(kept, heard=heard.text)
        say_word(text=heard, word=word, by=by, adjusted=kept if word is Word.ADJUSTED else "")
    held = Held(happened_at=found.happened_at, channel=Channel(found.channel), text="")
    made = record_conversation(account=found.account, held=replace(held, text=kept), by=by)
    found.conversation = made
    found.save(update_fields=["conversation"])
    return made


@transaction.atomic
def refuse_transcript(*, recording: Recording, by: Person) -> None:
    """Say that the transcript of a recording is of no use."""
    found = _open(_held(recording), by)
    heard = transcript_of(found, by)
    if heard is not None and not heard.word:
        say_word(text=heard, word=Word.REFUSED, by=by)


@transaction.atomic
def discard_recording(*, recording: Recording, by: Person) -> None:
    """Erase a recording that was never written down."""
    found = _open(_held(recording), by)
    forgotten = erase_sound(found)
    journal.record(by, "recording.discarded", found, texts=forgotten)


def _form_of(content: bytes) -> str | None:
    ending = accept_sound(content)
    return None if ending is None else ending.removeprefix(".")


def _held(recording: Recording) -> Recording:
    held = Recording.objects.select_for_update(of=["self"])
    return held.select_related("account", "tenant").get(pk=recording.pk)


def _open(recording: Recording, by: Person) -> Recording:
    """Return a recording of a person that still waits for its words."""
    if recording.by_id != by.pk:
        raise NotYours(unit="")
    if recording.erased_at is not None:
        raise SoundGone()
    if recording.conversation_id is not None:
        raise WrittenDown()
    return recording
