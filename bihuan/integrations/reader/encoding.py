"""In which encoding a text is written, and whether it has been damaged on the way."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.table import Certainty
from bihuan.integrations.reader.limits import FileRefused
from bihuan.kernel.errors import Problem

_SAVE_AS_UTF8 = gettext_noop("Open the original and save it as “CSV UTF-8”.")

UNDECODABLE = Fault(
    "reader.undecodable",
    gettext_noop("The text is not %(encoding)s: byte %(offset)s does not fit."),
    gettext_noop("Name the encoding in the mapping, or save the original as “CSV UTF-8”."),
)
MIXED_ENCODINGS = Fault(
    "reader.mixed_encodings",
    gettext_noop("The file mixes UTF-8 and GB18030: from byte %(offset)s it is another one."),
    gettext_noop("It was put together from several files. Save each as “CSV UTF-8” first."),
)
ENCODING_UNSURE = Fault(
    "reader.encoding_unsure",
    gettext_noop("It cannot be told in which encoding the file is written; perhaps %(encoding)s."),
    gettext_noop("Name the encoding in the mapping, or save the original as “CSV UTF-8”."),
)
UNKNOWN_ENCODING = Fault(
    "reader.unknown_encoding",
    gettext_noop("The encoding “%(encoding)s” is not known."),
    gettext_noop("Known are utf-8, gb18030 (gbk), utf-16, big5 and windows-1252."),
)
MOJIBAKE = Fault(
    "reader.mojibake",
    gettext_noop("The text is garbled: “%(value)s” should probably read “%(meant)s”."),
    _SAVE_AS_UTF8,
)
DAMAGED_TEXT = Fault(
    "reader.damaged_text",
    gettext_noop("Characters were lost (�) before this file was saved, at byte %(offset)s."),
    gettext_noop("They cannot be restored. Export the file again from where it came from."),
)
NUL_BYTES = Fault(
    "reader.nul_bytes",
    gettext_noop("The file contains bytes that are not text (NUL), first at byte %(offset)s."),
    gettext_noop("It is damaged or not a text file. Export it again."),
)

ENCODINGS = {
    "utf8": "utf-8",
    "utf8sig": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "big5": "big5",
    "windows1252": "windows-1252",
    "cp1252": "windows-1252",
    "latin1": "windows-1252",
    "iso88591": "windows-1252",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Two or more characters of GB2312 in a row: four bytes that Latin text never has together.
_GB2312_RUN = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]){2}")
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN_HIGH = "".join(
    sorted({bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0x100)})
)
_LATIN_RUN = re.compile(f"[{re.escape(_LATIN_HIGH)}\u0080-\u009f]{{4,}}")
_CJK_RUN = re.compile(r"[\u2e80-\uffef]{3,}")
CHECKED_RUNS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the encoding it was read in and how sure that is."""

    text: str
    encoding: str
    certainty: Certainty


def decode(raw: bytes, origin: Origin, *, given: str = "") -> Decoded:
    """Return the text of a file, or refuse what cannot be read without guessing."""
    decoded = _as_told(raw, origin, given) if given else _detect(raw, origin)
    _check_nul(decoded, origin)
    _check_damage(decoded, origin)
    return decoded


def _as_told(raw: bytes, origin: Origin, given: str) -> Decoded:
    name = ENCODINGS.get(re.sub(r"[^a-z0-9]", "", given.lower()))
    if name is None:
        raise FileRefused(UNKNOWN_ENCODING.at(origin, encoding=given))
    for bom, bom_name in _BOMS:
        if raw.startswith(bom) and bom_name.startswith(name):
            raw, name = raw[len(bom) :], bom_name
    if name == "utf-16":
        name = _utf16_order(raw) or "utf-16-le"
    return Decoded(text=_strictly(raw, name, origin), encoding=name, certainty=Certainty.GIVEN)


def _detect(raw: bytes, origin: Origin) -> Decoded:
    for bom, name in _BOMS:
        if raw.startswith(bom):
            text = _strictly(raw[len(bom) :], name, origin)
            return Decoded(text=text, encoding=name, certainty=Certainty.CERTAIN)
    if b"\x00" in raw and (order := _utf16_order(raw)):
        text = _strictly(raw, order, origin)
        return Decoded(text=text, encoding=order, certainty=Certainty.LIKELY)
    try:
        return Decoded(text=raw.decode(), encoding="utf-8", certainty=Certainty.CERTAIN)
    except UnicodeDecodeError as error:
        return _detect_gb18030(raw, error, origin)


def _detect_gb18030(raw: bytes, not_utf8: UnicodeDecodeError, origin: Origin) -> Decoded:
    _check_mixed(raw, not_utf8, origin)
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        name, at = "utf-8", not_utf8.start
        if _GB2312_RUN.search(raw[: error.start]):
            name, at = "gb18030", error.start
        raise FileRefused(_undecodable(raw, origin, name, at)) from error
    if not _GB2312_RUN.search(raw):
        raise FileRefused(ENCODING_UNSURE.at(origin, encoding="gb18030, windows-1252"))
    return Decoded(text=text, encoding="gb18030", certainty=Certainty.LIKELY)


def _strictly(raw: bytes, name: str, origin: Origin) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise FileRefused(_undecodable(raw, origin, name, error.start)) from error


def _undecodable(raw: bytes, origin: Origin, name: str, offset: int) -> Problem:
    line = raw.count(b"\n", 0, offset) + 1
    shown = raw[max(0, offset - 10) : offset + 4].decode(name, "backslashreplace")
    return UNDECODABLE.at(origin._replace(line=line), value=shown, encoding=name, offset=offset)


def _utf16_order(raw: bytes) -> str | None:
    """Return the byte order in which the bytes read as lines of text, if they do in one."""
    best, most = None, 0
    for name in ("utf-16-le", "utf-16-be"):
        text = raw[: len(raw) // 2 * 2].decode(name, "replace")
        marks = sum(text.count(mark) for mark in "\n\r,;\t|")
        strange = text.count("\x00") + text.count("\ufffd")
        if text.count("\n") + text.count("\r") and marks - strange > most:
            best, most = name, marks - strange
    return best


def _check_mixed(raw: bytes, not_utf8: UnicodeDecodeError, origin: Origin) -> None:
    """Refuse a file in which some lines are UTF-8 and others are not."""
    first: dict[bool, tuple[int, int]] = {}
    counts = {True: 0, False: 0}
    offset = 0
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.isascii():
            is_utf8 = _reads_as_utf8(line)
            if is_utf8 or _reads_as_gb(line):
                counts[is_utf8] += 1
                first.setdefault(is_utf8, (number, offset))
        offset += len(line) + 1
    if counts[True] and counts[False]:
        number, at = first[counts[True] < counts[False]]
        raise FileRefused(MIXED_ENCODINGS.at(origin._replace(line=number), offset=at))
    if counts[True]:
        raise FileRefused(_undecodable(raw, origin, "utf-8", not_utf8.start)) from not_utf8


def _reads_as_utf8(line: bytes) -> bool:
    """Return whether a line is Chinese in UTF-8 and not by accident."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return len(_CJK.findall(text)) >= 2 and _is_common(text) and not _is_common_gb(line)


def _reads_as_gb(line: bytes) -> bool:
    """Return whether a line is Chinese in GB18030, and not damaged UTF-8."""
    left = "".join(_CJK.findall(line.decode("utf-8", "ignore")))
    return _GB2312_RUN.search(line) is not None and not (len(left) >= 2 and _is_common(left))


def _is_common(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_common_gb(raw: bytes) -> bool:
    try:
        raw.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _place(decoded: Decoded, origin: Origin, index: int) -> tuple[Origin, int]:
    """Return the line and the byte at which a character stands."""
    before = decoded.text[:index]
    line = before.count("\n") + 1
    return origin._replace(line=line), len(before.encode(decoded.encoding, "replace"))


def _check_nul(decoded: Decoded, origin: Origin) -> None:
    index = decoded.text.find("\x00")
    if index >= 0:
        place, offset = _place(decoded, origin, index)
        raise FileRefused(NUL_BYTES.at(place, offset=offset))


def _check_damage(decoded: Decoded, origin: Origin) -> None:
    """Refuse text in which characters were lost or that was once read in a wrong encoding."""
    index = decoded.text.find("\ufffd")
    if index < 0:
        index = decoded.text.find("锟斤拷")
    if index >= 0:
        place, offset = _place(decoded, origin, index)
        shown = decoded.text[max(0, index - 5) : index + 6].split("\n")[0]
        raise FileRefused(DAMAGED_TEXT.at(place, value=shown, offset=offset))
    for pattern, meant_by in ((_LATIN_RUN, _meant_by_latin), (_CJK_RUN, _meant_by_gbk)):
        for number, found in enumerate(pattern.finditer(decoded.text)):
            if number >= CHECKED_RUNS:
                break
            if meant := meant_by(found[0]):
                place, offset = _place(decoded, origin, found.start())
                raise FileRefused(MOJIBAKE.at(place, value=found[0], meant=meant, offset=offset))


def _meant_by_latin(run: str) -> str:
    """Return the Chinese that was read as Latin letters, if the run is such."""
    raw = b"".join(
        bytes([ord(char)]) if ord(char) < 256 else char.encode("cp1252", "ignore") for char in run
    )
    text = raw.decode("utf-8", "ignore")
    if len(_CJK.findall(text)) >= 1 and len(text.encode()) >= len(raw) - 2:
        return text
    if len(raw) % 2 == 0 and _is_common_gb(raw) and _GB2312_RUN.search(raw):
        return raw.decode("gb2312")
    return ""


def _meant_by_gbk(run: str) -> str:
    """Return the Chinese in UTF-8 that was read as GBK, if the run is such."""
    if _is_common(run):
        return ""
    try:
        text = run.encode("gb18030").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""
    return text if len(_CJK.findall(text)) >= 2 and _is_common(text) else ""
