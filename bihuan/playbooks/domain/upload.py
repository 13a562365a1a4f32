"""Upload: which files may belong to a play, told by what they hold and not by their name.

Documents, pictures and videos that phones open, and nothing that runs: no pages,
no vector graphics, no programs. The name must agree with the content.

>>> media_type("手册.pdf", b"%PDF-1.7 ...")
'application/pdf'
>>> media_type("手册.pdf", b"<html>") is None
True
>>> media_type("page.svg", b"<svg xmlns=...") is None
True
"""

from __future__ import annotations

import unicodedata

SIZE_MOST = 20 * 1024 * 1024
"""A longer video belongs on a video site and comes as a link."""
FILES_MOST = 5
NAME_LENGTH = 120

_OFFICE = "application/vnd.openxmlformats-officedocument"
KNOWN = {
    "pdf": ("application/pdf", b"%PDF-", 0),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n", 0),
    "jpg": ("image/jpeg", b"\xff\xd8\xff", 0),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff", 0),
    "mp4": ("video/mp4", b"ftyp", 4),
    "m4a": ("audio/mp4", b"ftyp", 4),
    "docx": (f"{_OFFICE}.wordprocessingml.document", b"PK\x03\x04", 0),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", b"PK\x03\x04", 0),
    "pptx": (f"{_OFFICE}.presentationml.presentation", b"PK\x03\x04", 0),
}
"""By the end of the name: the media type, and the bytes that stand at which place."""


def media_type(name: str, content: bytes) -> str | None:
    """Return what a file is; none where it may not belong to a play."""
    known = KNOWN.get(name.rpartition(".")[2].lower())
    if known is None:
        return None
    kind, mark, place = known
    return kind if content[place : place + len(mark)] == mark else None


def tidy_name(name: str) -> str:
    """Return a file's name without folders and signs that no name has, short enough to keep.

    >>> tidy_name("C:\\\\temp\\\\报价 单.pdf")
    '报价 单.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip(" .")
    stem, dot, end = kept.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(end) - 1]}{dot}{end}" if dot else kept[:NAME_LENGTH]
