"""Archives and Office documents, looked through before anything opens them.

What the directory of a zip declares may lie, so every part is also unpacked once and counted.
Parts must lie one after the other, from the first byte on, under the name that the directory
gives them: whatever else there is would be read differently by another program.
"""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Iterator
from io import BytesIO
from struct import Struct, error
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bihuan.base.uploads.errors import (
    ArchiveTooLarge,
    ArchiveUnfit,
    FileBroken,
    FileNotWhatItSays,
    FileRuns,
)

MOST_PARTS = 2_000
MEGABYTES = 200
MOST_UNPACKED = MEGABYTES * 2**20
MOST_TIMES = 150
SMALL = 10 * 2**20
"""Below this it does not matter how much something unpacks to."""
LOCAL_HEADER = Struct("<4s5H3I2H")
LOCKED, UTF8 = 0x1, 0x800
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
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
        _check_directory(name, entries, packed=len(content))
        end = 0
        for entry in sorted(entries, key=lambda each: each.header_offset):
            if entry.header_offset != end and (end == 0 or entry.header_offset < end):
                raise FileBroken(name=name)
            begin = _begin(name, entry, content)
            end = begin + entry.compress_size
            if not entry.is_dir():
                yield entry.filename, _unpacked(name, entry, content[begin:end])
    except (BadZipFile, zlib.error, error, NotImplementedError, EOFError, ValueError) as fault:
        raise FileBroken(name=name) from fault


def _check_directory(name: str, entries: list[ZipInfo], *, packed: int) -> None:
    unpacked = sum(each.file_size for each in entries)
    is_swollen = unpacked > SMALL and unpacked > MOST_TIMES * packed
    if len(entries) > MOST_PARTS or unpacked > MOST_UNPACKED or is_swollen:
        raise ArchiveTooLarge(name=name, most=MEGABYTES, entries=MOST_PARTS)
    for each in entries:
        if each.flag_bits & LOCKED or not _is_plain(each):
            raise ArchiveUnfit(name=name, entry=each.filename.encode("ascii", "replace").decode())


def _is_plain(entry: ZipInfo) -> bool:
    """Tell whether a part is a file that lies where its name says, inside the archive."""
    path = entry.filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_outside = path.startswith("/") or ".." in path.split("/") or "\\" in path or ":" in path
    return not is_link and not is_outside and path.isprintable()


def _begin(name: str, entry: ZipInfo, content: bytes) -> int:
    """Return where the bytes of a part begin; its own header must name it as the directory."""
    head = LOCAL_HEADER.unpack_from(content, entry.header_offset)
    start = entry.header_offset + LOCAL_HEADER.size
    spelled = content[start : start + head[9]]
    given = spelled.decode("utf-8" if entry.flag_bits & UTF8 else "cp437", "replace")
    if head[0] != b"PK\x03\x04" or given != entry.orig_filename:
        raise FileBroken(name=name)
    return int(start + head[9] + head[10])


def _unpacked(name: str, entry: ZipInfo, packed: bytes) -> bytes:
    if entry.compress_type == ZIP_STORED:
        content, is_whole = packed, True
    elif entry.compress_type == ZIP_DEFLATED:
        opening = zlib.decompressobj(-zlib.MAX_WBITS)
        content = opening.decompress(packed, entry.file_size + 1)
        is_whole = opening.eof and not opening.unused_data
    else:
        raise FileBroken(name=name)
    if len(content) > entry.file_size:
        raise ArchiveTooLarge(name=name, most=MEGABYTES, entries=MOST_PARTS)
    if not is_whole or len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise FileBroken(name=name)
    return content


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
