"""Accepting a file: its name, its size, what it holds, and what of it is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from dataclasses import dataclass

from bihuan.base.uploads.archives import check_office, parts_of
from bihuan.base.uploads.errors import (
    ArchiveUnfit,
    FileEmpty,
    FileKindRefused,
    FileNotWhatItSays,
    FileRuns,
    FileTooBig,
)
from bihuan.base.uploads.kinds import ACCEPTED, KINDS, MEGABYTE, SPOKEN, Family, Kind
from bihuan.base.uploads.names import clean_name, ending_of
from bihuan.base.uploads.pictures import drawn_anew

MARKUP = re.compile(
    r"\s*(<(!doctype|\?|html|head|body|script|svg|iframe|meta|table|object|embed|style|link)"
    r"|#!|%pdf-|mz[\x80-\xff\x00])",
    re.IGNORECASE,
)
"""How a text begins that some program takes for a page, a document or a program."""
MARKUP_WITHIN = re.compile(rb"<\s*(script|html|svg|iframe|\?php)", re.IGNORECASE)
HEAD = 1024
ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES, ZIP_COMMENT = 22, 2**16
PLAIN = frozenset("\t\n\v\f\r")
STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
PDF_RUNS = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)(?![A-Za-z0-9])")
OLE_RUNS = tuple(
    each.encode("utf-16-le") for each in ("_VBA_PROJECT", "\x01Ole10Native", "\x01CompObjPackage")
)
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What systems put into an archive by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A file as it is kept: its name made harmless, its bytes, and what they are."""

    name: str
    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def accept(name: str, content: bytes, *, among: Container[str] = ACCEPTED) -> Accepted:
    """Return what is kept of a file that somebody brings; refuse what is not fit to keep.

    ``among`` says how the names of files may end that are wanted here.
    """
    name = clean_name(name)
    ending = ending_of(name).lower()
    if ending not in among or ending not in KINDS:
        raise FileKindRefused(kind=ending_of(name) or name)
    kind = KINDS[ending]
    if not content:
        raise FileEmpty(name=name)
    if len(content) > kind.most_bytes:
        raise FileTooBig(name=name, most=kind.most_bytes // MEGABYTE)
    _check(name, content, kind)
    if kind.family is Family.ARCHIVE:
        _check_archive(name, content)
    if kind.family is Family.PICTURE:
        content = drawn_anew(name, content, kind.part)
    return Accepted(name=name, content=content, media_type=kind.media_type)


def accept_sound(content: bytes) -> str | None:
    """Return how the name of a recording would end, as it holds; nothing where it is none.

    A recording has no name to lie in. What is a page or an archive as well is refused.
    """
    for ending, kind in SPOKEN.items():
        if kind.is_marked(content):
            _check_alone(f"recording{ending}", content)
            return ending
    return None


def _check(name: str, content: bytes, kind: Kind) -> None:
    """Refuse a file that does not hold what its kind holds, or holds something that runs."""
    if not kind.is_marked(content):
        raise FileNotWhatItSays(name=name)
    if kind.family is Family.TEXT:
        _check_text(name, content)
    elif kind.family is Family.OFFICE:
        check_office(name, content, part=kind.part)
    elif kind.family in (Family.PDF, Family.OLD_OFFICE, Family.SOUND):
        _check_alone(name, content)
    if kind.family is Family.PDF and _pdf_runs(content):
        raise FileRuns(name=name)
    if kind.family is Family.OLD_OFFICE and any(mark in content for mark in OLE_RUNS):
        raise FileRuns(name=name)


def _check_text(name: str, content: bytes) -> None:
    """Refuse a text that cannot be read as one, or that begins like a page or a program."""
    text = _decoded(content)
    if text is None or MARKUP.match(text.lstrip("\ufeff")):
        raise FileNotWhatItSays(name=name)
    if any(ord(each) < ord(" ") and each not in PLAIN for each in set(text)):
        raise FileNotWhatItSays(name=name)


def _decoded(content: bytes) -> str | None:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _check_alone(name: str, content: bytes) -> None:
    """Refuse a file that another program would take for a page or an archive."""
    end = content.rfind(ZIP_END, max(0, len(content) - ZIP_COMMENT - ZIP_END_BYTES))
    is_archive = end >= 0 and _comment_length(content, end) == len(content) - end - ZIP_END_BYTES
    if is_archive or MARKUP_WITHIN.search(content[:HEAD]):
        raise FileNotWhatItSays(name=name)


def _comment_length(content: bytes, end: int) -> int:
    return int.from_bytes(content[end + ZIP_END_BYTES - 2 : end + ZIP_END_BYTES], "little")


def _pdf_runs(content: bytes) -> bool:
    """Tell whether a document says openly that it runs something.

    What is packed inside is not looked into; a reader of documents still asks before it runs it.
    """
    open_part = STREAM.sub(b"", content)
    return bool(PDF_RUNS.search(HEX.sub(_unescaped, open_part)))


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _check_archive(name: str, content: bytes) -> None:
    """Refuse an archive with anything in it that would not be accepted by itself."""
    for path, held in parts_of(name, content):
        if path.startswith(CLUTTER[0]) or path.rpartition("/")[2] in CLUTTER:
            continue
        kind = KINDS.get(ending_of(path.rpartition("/")[2]).lower())
        if kind is None or kind.family is Family.ARCHIVE:
            raise ArchiveUnfit(name=name, entry=path)
        if held:
            _check(name, held, kind)
