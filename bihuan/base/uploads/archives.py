"""Archives and Office documents that somebody brings: what of them is refused, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from bihuan.base.archives import Bounds, NotOpened, Why, opened
from bihuan.base.uploads.errors import (
    ArchiveTooLarge,
    ArchiveUnfit,
    FileBroken,
    FileNotWhatItSays,
    FileRuns,
)
from bihuan.kernel.errors import Invalid

MOST_PARTS = 2_000
MEGABYTES = 200
BOUNDS = Bounds(parts=MOST_PARTS, unpacked=MEGABYTES * 2**20)
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
RUNS = re.compile(r"vbaProject|/activeX/|\.(bin\.exe|exe|dll|js|vbs|bat|ps1)$", re.IGNORECASE)
FETCHES = re.compile(
    rb"<[^>]*(?:attachedTemplate|oleObject|subDocument|/frame|externalLinkPath|mailMergeSource)"
    rb"[^>]*TargetMode\s*=\s*[\"']External[^>]*>|<[^>]*TargetMode\s*=\s*[\"']External[^>]*"
    rb"(?:attachedTemplate|oleObject|subDocument|/frame|externalLinkPath|mailMergeSource)",
    re.IGNORECASE,
)
"""A part that is fetched from elsewhere as soon as somebody opens the document."""
XML = (".xml", ".rels", ".vml")


def parts_of(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each file of a zip with its content; refuse one that is not what it declares."""
    try:
        for path, pieces in opened(BytesIO(content), BOUNDS).parts():
            yield path, b"".join(pieces)
    except NotOpened as fault:
        raise _refusal(name, fault) from fault


def _refusal(name: str, fault: NotOpened) -> Invalid:
    if fault.why is Why.BROKEN:
        return FileBroken(name=name)
    if fault.why in (Why.LOCKED, Why.OUTSIDE):
        return ArchiveUnfit(name=name, entry=fault.part.encode("ascii", "replace").decode())
    return ArchiveTooLarge(name=name, most=MEGABYTES, entries=MOST_PARTS)


def check_office(name: str, content: bytes, *, part: str) -> None:
    """Refuse an Office document that runs or fetches something, or is none of its kind."""
    names = set()
    for path, held in parts_of(name, content):
        names.add(path)
        if RUNS.search(path):
            raise FileRuns(name=name)
        if path.lower().endswith(XML):
            _check_xml(name, path, held)
    if "[Content_Types].xml" not in names or not any(each.startswith(part) for each in names):
        raise FileNotWhatItSays(name=name)


def _check_xml(name: str, path: str, held: bytes) -> None:
    if DECLARATION.search(held) or b"\x00" in held:
        raise FileBroken(name=name)
    if path.endswith(".rels") and FETCHES.search(held):
        raise FileRuns(name=name)
    if path == "[Content_Types].xml" and b"macroEnabled" in held:
        raise FileRuns(name=name)
