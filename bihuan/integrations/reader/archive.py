"""The directory of a workbook, looked at before anything parses it.

A workbook is a zip of XML. What the directory declares may lie, so every part
is also inflated once, in pieces, and counted; on the way it is seen whether
any cell is a formula or an error, and whether the XML brings declarations that
could reach outside the file.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.reader.content import ARCHIVE, ENCRYPTED, MACROS, NOT_A_WORKBOOK
from bihuan.integrations.reader.delimited import CHUNK, check_inflated
from bihuan.integrations.reader.limits import TOO_MANY_PARTS, FileRefused, Limits

BROKEN_WORKBOOK = Fault(
    "reader.broken_workbook",
    gettext_noop("The workbook is damaged and cannot be opened."),
    gettext_noop("Open it in Excel or WPS, save it under a new name and import that."),
)
XML_DECLARATIONS = Fault(
    "reader.xml_declarations",
    gettext_noop("The workbook contains XML declarations that no spreadsheet program writes."),
    gettext_noop("The file is not read. If it is honest, copy the values into a new workbook."),
)

_ENCRYPTED_BIT = 0x1
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# A formula element of a cell, with or without a prefix of its namespace.
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# A cell whose type is "error".
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
OVERLAP = 32


@dataclass(slots=True)
class Inside:
    """What was seen while looking through the parts."""

    has_formulas: bool = False
    has_errors: bool = False

    def look(self, name: str, piece: bytes) -> None:
        if "worksheets/" in name:
            self.has_formulas = self.has_formulas or bool(_FORMULA.search(piece))
            self.has_errors = self.has_errors or bool(_ERROR.search(piece))


def look_inside(path: Path, origin: Origin, limits: Limits) -> Inside:
    """Return what a workbook contains, or refuse one that is not an honest workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, origin, limits, packed=path.stat().st_size)
            return _inflate_all(archive, origin, limits, packed=path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise FileRefused(BROKEN_WORKBOOK.at(origin)) from error


def _check_directory(
    archive: zipfile.ZipFile, origin: Origin, limits: Limits, *, packed: int
) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > limits.zip_entries:
        raise FileRefused(TOO_MANY_PARTS.at(origin, count=len(entries), limit=limits.zip_entries))
    if any(entry.flag_bits & _ENCRYPTED_BIT for entry in entries):
        raise FileRefused(ENCRYPTED.at(origin))
    declared = sum(entry.file_size for entry in entries)
    check_inflated(origin, size=declared, packed=packed, limits=limits)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise FileRefused(MACROS.at(origin))
    if "xl/workbook.bin" in names or "mimetype" in names:
        content = "xlsb" if "xl/workbook.bin" in names else "ods"
        raise FileRefused(NOT_A_WORKBOOK.at(origin, content=content))
    if "[Content_Types].xml" not in names:
        raise FileRefused(ARCHIVE.at(origin))
    if not any(name.startswith("xl/") for name in names):
        raise FileRefused(NOT_A_WORKBOOK.at(origin, content="docx, pptx"))


def _inflate_all(
    archive: zipfile.ZipFile, origin: Origin, limits: Limits, *, packed: int
) -> Inside:
    inside = Inside()
    size = 0
    for entry in archive.infolist():
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        tail = b""
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                check_inflated(origin, size=size, packed=packed, limits=limits)
                piece = tail + chunk
                if is_xml and (_DECLARATION.search(piece) or b"\x00" in piece):
                    raise FileRefused(XML_DECLARATIONS.at(origin, value=entry.filename))
                inside.look(entry.filename, piece)
                tail = chunk[-OVERLAP:]
    return inside
