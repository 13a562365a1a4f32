"""Recording: the sound of a conversation, until somebody has written down what was said.

It is told by what it holds and not by its name: nothing that a phone does not record.

>>> fit_form("wav", size=1000)
'wav'
>>> fit_form("exe", size=1000)
Traceback (most recent call last):
    ...
bihuan.customers.domain.recording.NoSound: This is no recording that can be played here: ...

Its words are kept as they were heard, or as somebody put them right:

>>> word_of("价格偏高。", heard="价格偏高。"), word_of("价格偏高一成。", heard="价格偏高。")
(<Word.ADOPTED: 'adopted'>, <Word.ADJUSTED: 'adjusted'>)
"""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.ai.domain.made import Word
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

LARGEST = 25 * 1024 * 1024
"""An hour of speech, as phones record it; more than that no language service takes."""
MEDIA_TYPES: Mapping[str, str] = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "amr": "audio/amr",
}


class NoSound(Invalid):
    code = "customers.no_sound"
    says = gettext_noop("This is no recording that can be played here: %(forms)s.")


class SoundTooLarge(Invalid):
    code = "customers.sound_too_large"
    says = gettext_noop("A recording has up to %(megabytes)s MB.")


class WrittenDown(Conflict):
    code = "customers.written_down"
    says = gettext_noop("What was said in this recording is written down already.")


class SoundGone(Conflict):
    code = "customers.sound_gone"
    says = gettext_noop("This recording was erased.")


def fit_form(form: str | None, *, size: int) -> str:
    """Return in which form a sound is; what is none, or too large, is refused."""
    if size > LARGEST:
        raise SoundTooLarge(megabytes=LARGEST // 1024**2)
    if form is None or form not in MEDIA_TYPES:
        raise NoSound(forms=", ".join(MEDIA_TYPES))
    return form


def word_of(text: str, *, heard: str) -> Word:
    """Return what somebody says of a transcript by writing down a text."""
    return Word.ADOPTED if text.strip() == heard.strip() else Word.ADJUSTED
