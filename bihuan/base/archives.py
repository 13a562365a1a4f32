"""Archives, looked through before anything opens them: one guard for whoever unpacks a zip.

What the directory of a zip declares may lie, so every part is unpacked in pieces, counted and
proved by its checksum. Parts must lie one after the other, from the first byte on, under the
name that the directory gives them: whatever else there is would be read differently by
another program. Whoever opens one says in its own words why it is refused.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct, error
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MEGABYTE = 2**20
CHUNK = 2**20
LOCAL_HEADER = Struct("<4s5H3I2H")
LOCKED, UTF8 = 0x1, 0x800
UNREAD = (BadZipFile, zlib.error, error, NotImplementedError, EOFError, ValueError, OverflowError)


class Why(StrEnum):
    """Why an archive is not opened."""

    BROKEN = "broken"
    LOCKED = "locked"
    OUTSIDE = "outside"
    """A part that would lie outside of the folder it is unpacked into, or is a link."""
    MANY = "many"
    LARGE = "large"
    LIES = "lies"
    """A part unpacks to more than the directory declares."""
    SWOLLEN = "swollen"
    """It unpacks to so many times its size as only files do that are made to do harm."""


class NotOpened(Exception):
    """An archive is not opened; ``part`` names the part that is not fit, ``count`` how much."""

    def __init__(self, why: Why, *, part: str = "", count: int = 0) -> None:
        super().__init__(why)
        self.why, self.part, self.count = why, part, count


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much an archive may be."""

    parts: int = 2_000
    unpacked: int = 200 * MEGABYTE
    times: int = 150
    small: int = 10 * MEGABYTE
    """Below this it does not matter how much something unpacks to."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose directory is in order."""

    file: BinaryIO
    entries: tuple[ZipInfo, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(entry.filename for entry in self.entries)

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield each file by its name, with what it holds, piece by piece, in the order it lies."""
        end = 0
        for entry in sorted(self.entries, key=lambda each: each.header_offset):
            if entry.header_offset != end and (end == 0 or entry.header_offset < end):
                raise NotOpened(Why.BROKEN)
            begin = self._begin(entry)
            end = begin + entry.compress_size
            if not entry.is_dir():
                yield entry.filename, self._pieces(entry, begin)

    def _begin(self, entry: ZipInfo) -> int:
        """Return where a part begins; its own header must name it as the directory does."""
        self.file.seek(entry.header_offset)
        try:
            head = LOCAL_HEADER.unpack(self.file.read(LOCAL_HEADER.size))
        except error as fault:
            raise NotOpened(Why.BROKEN) from fault
        spelled = self.file.read(head[9])
        given = spelled.decode("utf-8" if entry.flag_bits & UTF8 else "cp437", "replace")
        if head[0] != b"PK\x03\x04" or given != entry.orig_filename:
            raise NotOpened(Why.BROKEN)
        return entry.header_offset + LOCAL_HEADER.size + int(head[9] + head[10])

    def _pieces(self, entry: ZipInfo, begin: int) -> Iterator[bytes]:
        """Yield what a part holds; refuse it as soon as it is more, or other, than declared."""
        packed, size, seen = self._chunks(begin, entry.compress_size), 0, 0
        try:
            for piece in _unpacked(packed, entry.compress_type):
                size += len(piece)
                if size > entry.file_size:
                    raise NotOpened(Why.LIES, count=size)
                seen = zlib.crc32(piece, seen)
                yield piece
        except zlib.error as fault:
            raise NotOpened(Why.BROKEN) from fault
        if size != entry.file_size or seen != entry.CRC:
            raise NotOpened(Why.BROKEN)

    def _chunks(self, at: int, left: int) -> Iterator[bytes]:
        while left:
            self.file.seek(at)
            chunk = self.file.read(min(CHUNK, left))
            if not chunk:
                raise NotOpened(Why.BROKEN)
            at, left = at + len(chunk), left - len(chunk)
            yield chunk


def _unpacked(packed: Iterator[bytes], how: int) -> Iterator[bytes]:
    if how == ZIP_STORED:
        yield from packed
        return
    if how != ZIP_DEFLATED:
        raise NotOpened(Why.BROKEN)
    opening = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        if opening.eof:
            raise NotOpened(Why.BROKEN)
        is_more = True
        while is_more and not opening.eof:
            piece = opening.decompress(chunk, CHUNK)
            chunk = opening.unconsumed_tail
            is_more = bool(chunk) or len(piece) == CHUNK
            yield piece
    if not opening.eof or opening.unused_data:
        raise NotOpened(Why.BROKEN)


def opened(file: BinaryIO, bounds: Bounds) -> Archive:
    """Return an archive whose directory is in order; refuse any other."""
    try:
        with ZipFile(file) as archive:
            entries = tuple(archive.infolist())
    except UNREAD as fault:
        raise NotOpened(Why.BROKEN) from fault
    packed = file.seek(0, 2)
    _check_size(entries, packed, bounds)
    for each in entries:
        if each.flag_bits & LOCKED:
            raise NotOpened(Why.LOCKED, part=each.filename)
        if not _is_plain(each):
            raise NotOpened(Why.OUTSIDE, part=each.filename)
    return Archive(file, entries)


def _check_size(entries: tuple[ZipInfo, ...], packed: int, bounds: Bounds) -> None:
    size = sum(each.file_size for each in entries)
    if len(entries) > bounds.parts:
        raise NotOpened(Why.MANY, count=len(entries))
    if size > bounds.unpacked:
        raise NotOpened(Why.LARGE, count=size)
    if size > bounds.small and size > bounds.times * packed:
        raise NotOpened(Why.SWOLLEN, count=size // max(packed, 1))


def _is_plain(entry: ZipInfo) -> bool:
    """Tell whether a part is a file that lies where its name says, inside the archive."""
    path = entry.filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_outside = path.startswith("/") or ".." in path.split("/") or "\\" in path or ":" in path
    return not is_link and not is_outside and path.isprintable()
