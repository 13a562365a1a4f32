"""The directory of a workbook, looked at before anything parses it.

A workbook is a zip of XML. The guard of all archives unpacks and counts every part in
pieces; on the way it is seen whether any cell is a formula or an error, and whether the
XML brings declarations that could reach outside the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bihuan.base.archives import Archive, Bounds, NotOpened, Why, opened
from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.reader.content import ARCHIVE, ENCRYPTED, MACROS, NOT_A_WORKBOOK
from bihuan.integrations.reader.limits import (
    MEGABYTE,
    SMALL_INFLATED_BYTES,
    TOO_MANY_PARTS,
    UNPACKS_TOO_LARGE,
    UNPACKS_TOO_MUCH,
    FileRefused,
    Limits,
)
from bihuan.kernel.errors import Problem

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
    bounds = Bounds(
        parts=limits.zip_entries,
        unpacked=limits.inflated_bytes,
        times=limits.inflated_ratio,
        small=SMALL_INFLATED_BYTES,
    )
    try:
        with path.open("rb") as file:
            archive = opened(file, bounds)
            _check_names(archive.names, origin)
            return _look_through(archive, origin)
    except NotOpened as fault:
        raise FileRefused(_problem(fault, origin, limits)) from fault


def _problem(fault: NotOpened, origin: Origin, limits: Limits) -> Problem:
    if fault.why is Why.MANY:
        return TOO_MANY_PARTS.at(origin, count=fault.count, limit=limits.zip_entries)
    if fault.why is Why.LARGE:
        return UNPACKS_TOO_LARGE.at(origin, limit=limits.inflated_bytes // MEGABYTE)
    if fault.why is Why.SWOLLEN:
        return UNPACKS_TOO_MUCH.at(origin, ratio=fault.count)
    return (ENCRYPTED if fault.why is Why.LOCKED else BROKEN_WORKBOOK).at(origin)


def _check_names(names: frozenset[str], origin: Origin) -> None:
    if any(name.endswith("vbaProject.bin") for name in names):
        raise FileRefused(MACROS.at(origin))
    if "xl/workbook.bin" in names or "mimetype" in names:
        content = "xlsb" if "xl/workbook.bin" in names else "ods"
        raise FileRefused(NOT_A_WORKBOOK.at(origin, content=content))
    if "[Content_Types].xml" not in names:
        raise FileRefused(ARCHIVE.at(origin))
    if not any(name.startswith("xl/") for name in names):
        raise FileRefused(NOT_A_WORKBOOK.at(origin, content="docx, pptx"))


def _look_through(archive: Archive, origin: Origin) -> Inside:
    inside = Inside()
    for name, pieces in archive.parts():
        is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
        tail = b""
        for chunk in pieces:
            piece = tail + chunk
            if is_xml and (_DECLARATION.search(piece) or b"\x00" in piece):
                raise FileRefused(XML_DECLARATIONS.at(origin, value=name))
            inside.look(name, piece)
            tail = chunk[-OVERLAP:]
    return inside
