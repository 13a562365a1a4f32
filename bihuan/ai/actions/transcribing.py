"""Writing down a recording: only a language service can, and it hears it as it is."""

from __future__ import annotations

import hashlib

from bihuan.ai.actions.asking import called
from bihuan.ai.actions.keeping import keep
from bihuan.ai.actions.spending import claim
from bihuan.ai.domain.answer import tidied
from bihuan.ai.domain.made import Backend, Task, Trouble
from bihuan.ai.engine.calling import Answer, hear
from bihuan.ai.engine.rest import may_try
from bihuan.ai.engine.service import service_in_use
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person, Tenant

LARGEST = 25 * 1024 * 1024
FORMS = ("mp3", "m4a", "wav", "webm", "ogg", "flac", "amr", "mp4")
LONGEST = 20_000


class NoEar(Conflict):
    code = "ai.no_ear"
    says = gettext_noop(
        "Only a language service can write down a recording, and none is set up for it: "
        "type what was said, or ask an administrator to set one up."
    )


class NotHeard(Conflict):
    code = "ai.not_heard"
    says = gettext_noop(
        "The language service could not write the recording down just now: "
        "try again later, or type what was said."
    )


class RecordingUnfit(Invalid):
    code = "ai.recording_unfit"
    says = gettext_noop("A recording is a file of up to %(megabytes)s MB, of one of: %(forms)s.")


def transcribe(
    recording: bytes, *, name: str, about: str, tenant: Tenant, reader: Person | None = None
) -> AiText:
    """Return the words of a recording; ``about`` names the record it belongs to.

    A recording cannot be redacted: it leaves the house as it is, and only where the
    settings name a model for it. Refused where there is none: nothing is made up.
    """
    form = name.rpartition(".")[2].lower()
    if form not in FORMS or not 0 < len(recording) <= LARGEST:
        raise RecordingUnfit(megabytes=LARGEST // 1024**2, forms=", ".join(FORMS))
    service = service_in_use()
    if service is None or not service.audio_model:
        raise NoEar()
    said = f"{Task.TRANSCRIPT.value}/{service.mark}/{service.audio_model}/".encode()
    key = hashlib.sha256(said + recording).hexdigest()
    there = AiText.objects.filter(tenant=tenant, content_key=key, reader=reader).first()
    if there is not None:
        return there
    if not may_try(service) or claim(tenant, 0) is None:
        raise NotHeard()
    answer = called(
        service,
        Task.TRANSCRIPT,
        tenant,
        lambda: Answer(hear(service, f"recording.{form}", recording), None),
    )
    if isinstance(answer, Trouble):
        raise NotHeard()
    return keep(
        AiText(
            tenant=tenant,
            reader=reader,
            task=Task.TRANSCRIPT.value,
            text=tidied(answer.text, limit=LONGEST),
            sources=[about],
            backend=Backend.REMOTE.value,
            model=service.audio_model,
            prompt="",
            content_key=key,
            made_at=clock.now(),
        )
    )
