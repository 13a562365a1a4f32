"""Files that people bring: what is accepted, how it is kept, and how it comes back.

One way in for all of them. A file is accepted by what it holds *and* by how its name ends, and
nothing is accepted that a browser or a computer would run. Pictures are drawn anew, so
that nothing travels in them that is not seen: no place, no device, no second file. Archives
and Office documents are looked through before anything opens them.

    accepted = accept("报价 单.xlsx", content)      refuses, or says name, bytes, kind, digest
    keep(accepted, folder)                          by digest, whole or not at all
    handed_over(name, open file)                    to be saved, never to be shown
"""

from __future__ import annotations

from bihuan.base.uploads.accepting import Accepted, accept, accept_sound
from bihuan.base.uploads.errors import (
    ArchiveTooLarge,
    ArchiveUnfit,
    FileBroken,
    FileEmpty,
    FileKindRefused,
    FileNotWhatItSays,
    FileRuns,
    FileTooBig,
    PictureTooLarge,
)
from bihuan.base.uploads.keeping import keep, path_of
from bihuan.base.uploads.kinds import ACCEPTED, KINDS, MOST_BYTES
from bihuan.base.uploads.names import NAME_LENGTH, clean_name, ending_of
from bihuan.base.uploads.serving import handed_over, sealed_off

__all__ = [
    "ACCEPTED",
    "KINDS",
    "MOST_BYTES",
    "NAME_LENGTH",
    "Accepted",
    "ArchiveTooLarge",
    "ArchiveUnfit",
    "FileBroken",
    "FileEmpty",
    "FileKindRefused",
    "FileNotWhatItSays",
    "FileRuns",
    "FileTooBig",
    "PictureTooLarge",
    "accept",
    "accept_sound",
    "clean_name",
    "ending_of",
    "handed_over",
    "keep",
    "path_of",
    "sealed_off",
]
