"""Recording: the sound of a conversation, until somebody has written down what was said.

It is told by what it holds and not by its name: nothing that a phone does not record.

>>> form_of(b"RIFF\\x24\\x00\\x00\\x00WAVEfmt ")
'wav'
>>> form_of(b"\\x00\\x00\\x00\\x20ftypM4A ")
'm4a'
>>> form_of(b"MZ\\x90\\x00") is None
True
>>> check_sound(b"MZ\\x90\\x00")
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
_MARKS = (
    ("mp3", 0, b"ID3"),
    ("m4a", 4, b"ftyp"),
    ("wav", 8, b"WAVE"),
    ("webm", 0, b"\x1a\x45\xdf\xa3"),
    ("ogg", 0, b"OggS"),
    ("flac", 0, b"fLaC"),
    ("amr", 0, b"#!AMR"),
)


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


def form_of(content: bytes) -> str | None:
    """Return in which form a sound is, as its first bytes tell; none where it is no sound."""
    for form, place, mark in _MARKS:
        if content[place : place + len(mark)] == mark:
            return form
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2
    return "mp3" if is_frame else None


def check_sound(content: bytes) -> str:
    """Return in which form a sound is; what is none, or too large, is refused."""
    if len(content) > LARGEST:
        raise SoundTooLarge(megabytes=LARGEST // 1024**2)
    form = form_of(content)
    if form is None:
        raise NoSound(forms=", ".join(MEDIA_TYPES))
    return form


def word_of(text: str, *, heard: str) -> Word:
    """Return what somebody says of a transcript by writing down a text."""
    return Word.ADOPTED if text.strip() == heard.strip() else Word.ADJUSTED
