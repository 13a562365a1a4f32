"""Which kinds of files are accepted: how the name ends, and what must then be in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 2**20
MOST_BYTES = 20 * MEGABYTE
"""No file is larger; a longer video belongs on a video site and comes as a link."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class Family(StrEnum):
    """What is looked at beyond the first bytes."""

    PICTURE = "picture"
    PDF = "pdf"
    OFFICE = "office"
    OLD_OFFICE = "old_office"
    ARCHIVE = "archive"
    SOUND = "sound"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file: its media type, and the bytes that stand at which place."""

    media_type: str
    family: Family
    marks: tuple[bytes, ...] = ()
    at: int = 0
    part: str = ""
    """The folder that an Office document of this kind has inside, or the format of a picture."""
    most_bytes: int = MOST_BYTES

    def is_marked(self, content: bytes) -> bool:
        return not self.marks or content.startswith(self.marks, self.at)


def _picture(form: str, *marks: bytes) -> Kind:
    kind = f"image/{form.lower()}"
    return Kind(media_type=kind, family=Family.PICTURE, marks=marks, part=form)


def _office(name: str, part: str) -> Kind:
    kind = f"{_OFFICE}.{name}"
    return Kind(media_type=kind, family=Family.OFFICE, marks=(_ZIP,), part=part)


def _old(name: str) -> Kind:
    return Kind(media_type=f"application/{name}", family=Family.OLD_OFFICE, marks=(_OLE,))


def _sound(name: str, *marks: bytes, at: int = 0) -> Kind:
    return Kind(media_type=name, family=Family.SOUND, marks=marks, at=at)


def _text(name: str) -> Kind:
    kind = f"text/{name}"
    return Kind(media_type=kind, family=Family.TEXT, most_bytes=10 * MEGABYTE)


_FRAMES = tuple(b"\xff" + bytes([each]) for each in b"\xe2\xe3\xf2\xf3\xfa\xfb")
"""How sound of layer III begins where no label stands before it."""
_JPEG = _picture("JPEG", b"\xff\xd8\xff")
KINDS = {
    ".pdf": Kind(media_type="application/pdf", family=Family.PDF, marks=(b"%PDF-",)),
    ".docx": _office("wordprocessingml.document", "word/"),
    ".xlsx": _office("spreadsheetml.sheet", "xl/"),
    ".pptx": _office("presentationml.presentation", "ppt/"),
    ".doc": _old("msword"),
    ".xls": _old("vnd.ms-excel"),
    ".ppt": _old("vnd.ms-powerpoint"),
    ".wps": _old("vnd.ms-works"),
    ".et": _old("vnd.ms-excel"),
    ".zip": Kind(media_type="application/zip", family=Family.ARCHIVE, marks=(_ZIP,)),
    ".csv": _text("csv"),
    ".txt": _text("plain"),
    ".md": _text("markdown"),
    ".png": _picture("PNG", b"\x89PNG\r\n\x1a\n"),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".gif": _picture("GIF", b"GIF87a", b"GIF89a"),
    ".webp": _picture("WEBP", b"RIFF"),
    ".mp3": _sound("audio/mpeg", b"ID3", *_FRAMES),
    ".m4a": _sound("audio/mp4", b"ftyp", at=4),
    ".amr": _sound("audio/amr", b"#!AMR"),
    ".wav": _sound("audio/wav", b"WAVEfmt ", at=8),
    ".mp4": _sound("video/mp4", b"ftyp", at=4),
    ".mov": _sound("video/quicktime", b"ftyp", at=4),
}
ACCEPTED = frozenset(KINDS)
SPOKEN = {
    **{ending: KINDS[ending] for ending in (".mp3", ".m4a", ".wav", ".amr")},
    ".webm": _sound("audio/webm", b"\x1a\x45\xdf\xa3"),
    ".ogg": _sound("audio/ogg", b"OggS"),
    ".flac": _sound("audio/flac", b"fLaC"),
}
"""What phones and browsers record, told by what it holds: nobody names it."""
