"""Recordings of conversations for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Field, File, Form, Schema, Status
from ninja.files import UploadedFile

from bihuan.ai.api import TextOut, text_out
from bihuan.base.instants import Instant
from bihuan.base.taking import require_may_take
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    RecordingMissing,
    accounts_of,
    customer_seen,
    entity_map,
    own_recording,
    recording_heard,
)
from bihuan.customers.api.accounts import AccountRef, Id, account_ref, router
from bihuan.customers.api.talking import ConversationOut, conversation_out
from bihuan.customers.domain.conversation import LONGEST, Channel, Held
from bihuan.customers.domain.recording import LARGEST
from bihuan.customers.models import Recording
from bihuan.facts.models import Member
from bihuan.org.access import PersonRequest


class RecordingOut(Schema):
    """A recording; ``conversation`` is there once somebody has written down what was said."""

    id: int
    account: AccountRef
    channel: Channel
    happened_at: datetime
    form: str
    size: int
    conversation: int | None
    erased_at: datetime | None


class RecordingIn(Schema):
    channel: Channel
    happened_at: Instant


class WordsIn(Schema):
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]


def _out(each: Recording) -> RecordingOut:
    return RecordingOut(
        id=each.pk,
        account=account_ref(each.account),
        channel=Channel(each.channel),
        happened_at=each.happened_at,
        form=each.form,
        size=each.size,
        conversation=each.conversation_id,
        erased_at=each.erased_at,
    )


@router.post("/{account_id}/recordings", response={201: RecordingOut})
def keep(
    request: PersonRequest, account_id: Id, given: Form[RecordingIn], file: File[UploadedFile]
) -> Status[RecordingOut]:
    """Keep the recording of a conversation that you held; its words come next."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    ours = accounts_of(found, entities)
    account = Member.objects.get(pk=account_id if account_id in ours else found.pk)
    held = Held(happened_at=given.happened_at, channel=given.channel, text="")
    content = file.read(LARGEST + 1)
    made = actions.keep_recording(account=account, held=held, content=content, by=request.person)
    return Status(201, _out(made))


@router.get("/recordings/{recording_id}", response=RecordingOut)
def recording(request: PersonRequest, recording_id: Id) -> RecordingOut:
    """Return a recording of yours, or of a conversation that you may read."""
    return _out(recording_heard(recording_id, request.person, request.scope))


@router.get("/recordings/{recording_id}/sound", response={200: None})
def sound(request: PersonRequest, recording_id: Id) -> HttpResponse:
    """Hand over the sound itself."""
    heard = queries.sound_of(recording_heard(recording_id, request.person, request.scope))
    if heard is None:
        raise RecordingMissing()
    require_may_take(0)
    answer = HttpResponse(heard.content, content_type=heard.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{heard.name}"'
    return answer


@router.post("/recordings/{recording_id}/transcript", response=TextOut)
def transcript(request: PersonRequest, recording_id: Id) -> TextOut:
    """Have your recording written down, as a proposal; refused where no service can hear."""
    found = own_recording(recording_id, request.person)
    return text_out(actions.transcribe_recording(recording=found, by=request.person))


@router.post("/recordings/{recording_id}/words", response=ConversationOut)
def words(request: PersonRequest, recording_id: Id, given: WordsIn) -> ConversationOut:
    """Write down what was said; as the transcript says it, or otherwise."""
    found = own_recording(recording_id, request.person)
    made = actions.write_down(recording=found, text=given.text, by=request.person)
    return conversation_out(made, request.scope)


@router.post("/recordings/{recording_id}/discard", response=RecordingOut)
def discard(request: PersonRequest, recording_id: Id) -> RecordingOut:
    """Erase a recording of yours that was never written down."""
    found = own_recording(recording_id, request.person)
    actions.discard_recording(recording=found, by=request.person)
    return _out(own_recording(found.pk, request.person))
