"""What files hold: whether a value occurs in one, and why one could not be looked into."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from bihuan.base.archives import Bounds, NotOpened, Why, opened
from bihuan.privacy.domain.sight import Unseen

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
MEGABYTE = 2**20
MOST_UNPACKED = 64 * MEGABYTE
BOUNDS = Bounds(unpacked=MOST_UNPACKED, small=MOST_UNPACKED)
GZIPPED = 16
"""What zlib is told to read the head and the checksum of a gzip file."""
DEEPEST = 4
"""Archives within archives are opened so deep."""
ZIP, PDF, OLE, GZIP = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"
OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
# What a PDF packs its pages into.
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
LOCKED_OLE = "EncryptedPackage".encode("utf-16-le")
LOCKED_PDF = b"/Encrypt"
GLYPHS = re.compile(rb"/Identity-[HV]|/Type0\b")
WHY = {Why.LOCKED: Unseen.LOCKED, Why.BROKEN: Unseen.DAMAGED, Why.OUTSIDE: Unseen.DAMAGED}


@dataclass(slots=True)
class _Budget:
    """How much may still be unpacked of one file, however deep it lies."""

    left: int = MOST_UNPACKED


@dataclass(frozen=True, slots=True)
class Look:
    """What looking into a file came to; one in which a value was found is seen well enough."""

    has_value: bool
    unseen: Unseen | None = None


def look_at(path: Path, pattern: str) -> Look:
    """Look into a file on disk; its name counts as what it holds."""
    if re.search(pattern, path.name, re.IGNORECASE):
        return Look(has_value=True)
    try:
        content = path.read_bytes()
    except OSError:
        return Look(has_value=False, unseen=Unseen.UNREADABLE)
    return look_into(content, pattern)


def look_into(content: bytes, pattern: str) -> Look:
    """Look into what a file holds: as text, packed as office files are, or in a PDF."""
    found = re.compile(pattern, re.IGNORECASE)
    unseen: Unseen | None = None
    for part in _parts(content, _Budget(), DEEPEST):
        if isinstance(part, Unseen):
            unseen = unseen or part
        elif any(found.search(part.decode(name, "ignore")) for name in ENCODINGS):
            return Look(has_value=True)
    return Look(has_value=False, unseen=unseen)


def _parts(content: bytes, budget: _Budget, deep: int) -> Iterator[bytes | Unseen]:
    """Yield what is in a file, unpacked, and why some of it could not be."""
    yield content
    if content.startswith(ZIP):
        yield from _of_archive(content, budget, deep)
    elif content.startswith(PDF):
        yield from _of_pdf(content, budget)
    elif content.startswith(GZIP):
        yield from _of_gzip(content, budget, deep)
    elif content.startswith(OLE) and LOCKED_OLE in content:
        yield Unseen.LOCKED
    elif content.startswith(OTHER_ARCHIVES):
        yield Unseen.UNREADABLE


def _of_archive(content: bytes, budget: _Budget, deep: int) -> Iterator[bytes | Unseen]:
    if not deep:
        yield Unseen.TOO_LARGE
        return
    try:
        for name, pieces in opened(BytesIO(content), BOUNDS).parts():
            yield name.encode()
            held = b"".join(pieces)
            budget.left -= len(held)
            if budget.left < 0:
                yield Unseen.TOO_LARGE
                return
            yield from _parts(held, budget, deep - 1)
    except NotOpened as fault:
        yield WHY.get(fault.why, Unseen.TOO_LARGE)


def _of_gzip(content: bytes, budget: _Budget, deep: int) -> Iterator[bytes | Unseen]:
    opening = zlib.decompressobj(zlib.MAX_WBITS | GZIPPED)
    try:
        held = opening.decompress(content, max(budget.left, 1))
    except zlib.error:
        yield Unseen.DAMAGED
        return
    budget.left -= len(held)
    if opening.eof and not opening.unused_data and deep:
        yield from _parts(held, budget, deep - 1)
    else:
        yield Unseen.TOO_LARGE if opening.unconsumed_tail else Unseen.DAMAGED


def _of_pdf(content: bytes, budget: _Budget) -> Iterator[bytes | Unseen]:
    if LOCKED_PDF in content:
        yield Unseen.LOCKED
        return
    has_glyphs = bool(GLYPHS.search(content))
    for packed in STREAM.findall(content):
        try:
            opening = zlib.decompressobj()
            held = opening.decompress(packed, max(budget.left, 1))
        except zlib.error:  # A picture, which has no words.
            continue
        budget.left -= len(held)
        if opening.unconsumed_tail or budget.left < 0:
            yield Unseen.TOO_LARGE
            return
        has_glyphs = has_glyphs or bool(GLYPHS.search(held))
        yield held
    if has_glyphs:
        yield Unseen.GLYPHS
