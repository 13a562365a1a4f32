"""Recordings: told by what they hold, written down by who made them, erased with the words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from bihuan.ai.actions.transcribing import FORMS, NoEar
from bihuan.ai.actions.transcribing import LARGEST as LARGEST_HEARD
from bihuan.ai.engine.rest import recovered
from bihuan.ai.engine.service import service_in_use
from bihuan.ai.models import AiText
from bihuan.ai.tests.endpoint import Endpoint, endpoint
from bihuan.base.uploads import FileNotWhatItSays
from bihuan.base.uploads.kinds import SPOKEN
from bihuan.customers import actions
from bihuan.customers.access import RecordingMissing, own_recording, recording_heard
from bihuan.customers.domain.recording import (
    LARGEST,
    MEDIA_TYPES,
    NoSound,
    SoundGone,
    SoundTooLarge,
    WrittenDown,
)
from bihuan.customers.models import Conversation, Recording, Sound
from bihuan.customers.tests.test_conversations import AT, held, signed_in
from bihuan.customers.tests.world import World
from bihuan.facts.models import Fact
from bihuan.org.access import scope_of
from tests.hostile.making import zipped

pytestmark = pytest.mark.django_db

OGG = b"OggS" + bytes(40)
HEARD = "王主任说价格偏高，预算月底才批。"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ear(settings: Settings) -> Iterator[Endpoint]:
    """Let a language service hear."""
    with endpoint() as told:
        settings.AI_URL, settings.AI_MODEL, settings.AI_KEY = told.url, "test-1", "sk-secret"
        settings.AI_AUDIO_MODEL, settings.AI_TIMEOUT_SECONDS = "ear-1", 2
        told.body = json.dumps({"text": HEARD}).encode()
        service = service_in_use()
        assert service is not None
        recovered(service)
        yield told


def kept(world: World, content: bytes = OGG) -> Recording:
    return actions.keep_recording(
        account=world.a, held=held(""), content=content, by=world.east_rep
    )


def test_what_is_no_sound_is_refused_whatever_its_name(world: World) -> None:
    for content in (b"", b"MZ\x90\x00" * 8, b"<html>", b"%PDF-1.7", b"PK\x03\x04"):
        with pytest.raises(NoSound):
            kept(world, content)
    for content in (OGG + b"<script>", OGG + zipped({"a.txt": b"a"})):  # Something else as well.
        with pytest.raises(FileNotWhatItSays):
            kept(world, content)
    with pytest.raises(SoundTooLarge):
        kept(world, OGG + bytes(LARGEST))
    assert Recording.objects.count() == Sound.objects.count() == 0
    assert {f".{form}": kind for form, kind in MEDIA_TYPES.items()} == {
        ending: kind.media_type for ending, kind in SPOKEN.items()
    }
    # What may be kept, a language service is given.
    assert (set(MEDIA_TYPES) <= set(FORMS), LARGEST <= LARGEST_HEARD) == (True, True)


def test_a_sound_is_no_fact_until_its_words_are_written_down(world: World) -> None:
    facts = Fact.objects.count()
    made = kept(world)
    assert Fact.objects.count() == facts
    told = actions.write_down(recording=made, text=HEARD, by=world.east_rep)
    assert (told.text, told.channel, told.happened_at) == (HEARD, "call", AT)
    assert Fact.objects.filter(pk=told.fact_id, kind="call.logged").exists()
    with pytest.raises(WrittenDown):
        actions.write_down(recording=made, text="x", by=world.east_rep)
    with pytest.raises(WrittenDown):
        actions.discard_recording(recording=made, by=world.east_rep)


def test_without_a_service_nothing_is_made_up(world: World) -> None:
    made = kept(world)
    with pytest.raises(NoEar):
        actions.transcribe_recording(recording=made, by=world.east_rep)
    client = signed_in(world.east_rep)
    page = client.get(f"/customers/recordings/{made.pk}/").content.decode()
    assert "系统自身不具备转写能力" in page
    assert "转写成文字" not in page
    answer = client.post(f"/customers/recordings/{made.pk}/transcribe/", follow=True)
    assert "语言服务" in answer.content.decode()
    assert AiText.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "word"), [(HEARD, "adopted"), ("王主任说价格偏高，预算下月才批。", "adjusted")]
)
def test_what_one_writes_is_the_word_about_the_transcript(
    world: World, ear: Endpoint, said: str, word: str
) -> None:
    made = kept(world)
    client = signed_in(world.east_rep)
    address = f"/customers/recordings/{made.pk}/"
    client.post(f"{address}transcribe/")
    assert HEARD in client.get(address).content.decode()
    assert client.post(address, {"text": said}).status_code == 302
    [text] = AiText.objects.all()
    assert (text.word, text.said_by, text.sources) == (word, world.east_rep, [made.about])
    assert Conversation.objects.get().text == said
    assert Fact.objects.filter(kind=f"text.{word}", person=world.east_rep).count() == 1


def test_a_transcript_that_is_refused_leaves_an_empty_page(world: World, ear: Endpoint) -> None:
    made = kept(world)
    actions.transcribe_recording(recording=made, by=world.east_rep)
    client = signed_in(world.east_rep)
    client.post(f"/customers/recordings/{made.pk}/refuse/")
    assert AiText.objects.get().word == "refused"
    assert HEARD not in client.get(f"/customers/recordings/{made.pk}/").content.decode()


def test_the_sound_is_heard_by_who_reads_the_words_and_goes_with_them(
    world: World, ear: Endpoint
) -> None:
    made = kept(world)
    for other in (world.east_head, world.admin, world.west_rep):
        with pytest.raises(RecordingMissing):
            recording_heard(made.pk, other, scope_of(other))
    actions.transcribe_recording(recording=made, by=world.east_rep)
    told = actions.write_down(recording=made, text=HEARD, by=world.east_rep)
    address = f"/customers/recordings/{made.pk}/sound/"
    answer = signed_in(world.east_head).get(address)
    assert (answer.content, answer["Content-Type"]) == (OGG, "audio/ogg")
    assert signed_in(world.west_rep).get(address).status_code == 404
    with pytest.raises(RecordingMissing):
        own_recording(made.pk, world.east_head)
    actions.erase_conversation(conversation=told, reason="客户要求", by=world.east_rep)
    assert (Sound.objects.count(), AiText.objects.get().text) == (0, "")
    assert signed_in(world.east_head).get(address).status_code == 404


def test_a_recording_that_nobody_wants_is_erased(world: World) -> None:
    made = kept(world)
    client = signed_in(world.east_rep)
    listed = client.get(f"/customers/{world.a.pk}/recordings/add/").content.decode()
    assert f"/customers/recordings/{made.pk}/" in listed
    assert client.post(f"/customers/recordings/{made.pk}/discard/").status_code == 302
    assert Sound.objects.count() == 0
    with pytest.raises(SoundGone):
        actions.write_down(recording=made, text=HEARD, by=world.east_rep)


def test_a_program_does_what_the_page_does(world: World, ear: Endpoint) -> None:
    client = signed_in(world.east_rep)
    api = "/api/v1/customers"
    given = {"channel": "visit", "happened_at": AT.isoformat()}
    file = SimpleUploadedFile("../a.exe", OGG, "application/x-evil")
    answer = client.post(f"{api}/{world.a.pk}/recordings", {**given, "file": file})
    assert (answer.status_code, answer.json()["form"]) == (201, "ogg")
    one = f"{api}/recordings/{answer.json()['id']}"
    assert client.get(f"{one}/sound").content == OGG
    assert client.post(f"{one}/transcript").json()["text"] == HEARD
    told = client.post(f"{one}/words", {"text": HEARD}, content_type="application/json").json()
    assert (told["channel"], told["text"]) == ("visit", HEARD)
    assert client.get(one).json()["conversation"] == told["id"]
    assert client.post(f"{one}/discard").status_code == 409
