"""What a file is, by its first bytes and not by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.reader.limits import FileRefused

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
SUFFIXES = (*TEXT_SUFFIXES, ".xlsx")

_SAVE_AS = gettext_noop("Open it and save it as .xlsx or as CSV (UTF-8), then import that.")

LEGACY_WORKBOOK = Fault(
    "reader.legacy_workbook",
    gettext_noop("This is a workbook in the old .xls format, which is not read."),
    _SAVE_AS,
)
ENCRYPTED = Fault(
    "reader.encrypted",
    gettext_noop("The workbook is protected by a password."),
    gettext_noop("Remove the password in Excel or WPS (File, Info, Protect), then import again."),
)
MACROS = Fault(
    "reader.macros",
    gettext_noop("The workbook carries macros; such files are not read."),
    _SAVE_AS,
)
NOT_A_WORKBOOK = Fault(
    "reader.not_a_workbook",
    gettext_noop("The name says workbook, but the content is %(content)s."),
    gettext_noop("Rename it as what it is (.csv for text) or save it again as .xlsx."),
)
NOT_TEXT = Fault(
    "reader.not_text",
    gettext_noop("The name says text, but the content is %(content)s."),
    gettext_noop("Rename it as what it is (.xlsx for a workbook) or save it again as CSV."),
)
ARCHIVE = Fault(
    "reader.archive",
    gettext_noop("This is a packed archive; it is not unpacked here."),
    gettext_noop("Unpack it and import the folder or the files in it."),
)
UNKNOWN_SUFFIX = Fault(
    "reader.unknown_suffix",
    gettext_noop("Files with the ending “%(suffix)s” are not read."),
    gettext_noop("Readable are .csv, .tsv, .txt, the same with .gz, and .xlsx."),
)
EMPTY = Fault(
    "reader.empty_file",
    gettext_noop("The file is empty."),
    gettext_noop("Export it again; the download may have been cut off."),
)


class Content(StrEnum):
    """A content that the first bytes tell; the values are shown to people."""

    ZIP = "zip"
    OLE = "xls"
    GZIP = "gzip"
    PDF = "pdf"
    HTML = "html"
    XML = "xml"
    IMAGE = "image"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    EXECUTABLE = "program"
    PARQUET = "parquet"
    SQLITE = "sqlite"
    TEXT = "text"


_MAGIC = (
    (b"PK\x03\x04", Content.ZIP),
    (b"PK\x05\x06", Content.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content.OLE),
    (b"\x1f\x8b", Content.GZIP),
    (b"%PDF-", Content.PDF),
    (b"\x89PNG", Content.IMAGE),
    (b"\xff\xd8\xff", Content.IMAGE),
    (b"GIF8", Content.IMAGE),
    (b"Rar!", Content.RAR),
    (b"7z\xbc\xaf\x27\x1c", Content.SEVEN_ZIP),
    (b"MZ\x90", Content.EXECUTABLE),
    (b"\x7fELF", Content.EXECUTABLE),
    (b"PAR1", Content.PARQUET),
    (b"SQLite format 3\x00", Content.SQLITE),
)
_MARKUP = (
    (b"<!doctype html", Content.HTML),
    (b"<html", Content.HTML),
    (b"<table", Content.HTML),
    (b"<meta", Content.HTML),
    (b"<?xml", Content.XML),
)


def content_of(head: bytes) -> Content:
    """Return what the first bytes of a file say that it is."""
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    for magic, content in _MARKUP:
        if start.startswith(magic):
            return content
    return Content.TEXT


def suffix_of(name: str) -> str:
    """Return the ending of a file name, ``.csv.gz`` as one."""
    path = PurePath(name.lower())
    return "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix


def check_content(origin: Origin, head: bytes) -> Content:
    """Return what a file is, or refuse one whose name and content disagree."""
    suffix = suffix_of(origin.file)
    content = content_of(head)
    if not head:
        raise FileRefused(EMPTY.at(origin))
    if content is Content.OLE:
        # A protected .xlsx is wrapped in the container of the old format.
        fault = ENCRYPTED if suffix == ".xlsx" else LEGACY_WORKBOOK
        raise FileRefused(fault.at(origin))
    if suffix == ".xlsm":
        raise FileRefused(MACROS.at(origin))
    if content in (Content.RAR, Content.SEVEN_ZIP) or suffix in (".zip", ".rar", ".7z"):
        raise FileRefused(ARCHIVE.at(origin))
    if suffix == ".xls":
        raise FileRefused(NOT_A_WORKBOOK.at(origin, content=content.value))
    if suffix not in SUFFIXES:
        raise FileRefused(UNKNOWN_SUFFIX.at(origin, suffix=suffix))
    expected = {".xlsx": Content.ZIP}.get(
        suffix, Content.GZIP if suffix.endswith(".gz") else Content.TEXT
    )
    if content is not expected:
        fault = NOT_A_WORKBOOK if suffix == ".xlsx" else NOT_TEXT
        raise FileRefused(fault.at(origin, content=content.value))
    return content
