"""The hostile files, each with the door it comes to and what must become of it."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from zipfile import ZIP_LZMA

from tests.hostile import making as m

OTHER = "base.file_not_what_it_says"
KIND = "base.file_kind_refused"
RUNS = "base.file_runs"
BROKEN = "base.file_broken"
LARGE = "base.archive_too_large"
INSIDE = "base.archive_unfit"
POINTS = "base.picture_too_large"


class Door(StrEnum):
    TASK = "task"
    PLAY = "play"
    IMPORT = "import"
    BUNDLE = "bundle"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file, and the code of its refusal; none where it is kept, made harmless."""

    name: str
    what: str
    content: Callable[[], bytes]
    code: str = ""
    kept_as: str = ""
    gone: tuple[bytes, ...] = ()
    """What was in the file and must not be in what is kept."""
    door: Door = Door.TASK

    def __str__(self) -> str:
        return f"{self.door.value}: {self.what}: {self.name!r}"[:90]


def given(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def wrong_types() -> Iterator[Case]:
    """Pages, programs and scripts under the name of something harmless."""
    contents = {
        "page": given(m.HTML),
        "drawing": given(m.SVG),
        "program": given(m.PROGRAM),
        "program of Linux": given(m.ELF),
        "script": given(m.SHELL),
        "script of a server": given(m.PHP),
        "jar": m.jar,
    }
    endings = ("pdf", "docx", "xlsx", "png", "jpg", "gif", "webp", "mp3", "mp4", "doc", "txt")
    for ending in (*endings, "csv", "md", "zip", "wav"):
        for what, content in contents.items():
            is_inside = (ending, what) == ("zip", "jar")
            code = INSIDE if is_inside else OTHER
            yield Case(name=f"报价.{ending}", what=what, content=content, code=code)


def refused_endings() -> Iterator[Case]:
    runs = "exe com scr bat cmd ps1 vbs js jar apk msi dll lnk url hta py php sh iso"
    shown = "html htm xhtml svg mht swf xml"
    others = "xlsm docm dotm pptm xlsb heic eml ics 7z rar pdf.exe"
    for ending in f"{runs} {shown} {others}".split():
        yield Case(name=f"a.{ending}", what="ending", content=given(m.PDF), code=KIND)
    for name in ("pdf", ".pdf", "a.", "a.pdf.", "a.pdf\x00.exe", "a.pdf ", "a.pdf::$DATA"):
        code = "" if name in ("a.pdf.", "a.pdf ") else KIND
        yield Case(
            name=name,
            what="ending",
            content=given(m.PDF),
            code=code,
            kept_as="" if code else "a.pdf",
        )


def names() -> Iterator[Case]:
    for name, kept in (
        ("../../../etc/cron.d/a.pdf", "a.pdf"),
        ("..\\..\\windows\\a.pdf", "a.pdf"),
        ("/etc/passwd/a.pdf", "a.pdf"),
        ("C:\\Users\\a.pdf", "a.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("a\u200b\ufeffb.pdf", "ab.pdf"),
        ("a\x07\x1b[31mb.pdf", "a[31mb.pdf"),
        ("a<script>.pdf", "ascript.pdf"),
        ('a"; filename="x.exe.pdf', "a; filename=x.exe.pdf"),
        ("x" * 400 + ".pdf", "x" * 116 + ".pdf"),
        ("=cmd|'/c calc'!A0.pdf", "c calc'!A0.pdf"),
    ):
        yield Case(name=name, what="name", content=given(m.PDF), kept_as=kept)


def archives() -> Iterator[Case]:
    def case(what: str, content: Callable[[], bytes], code: str) -> Case:
        return Case(name="a.zip", what=what, content=content, code=code)

    yield case("bomb", m.bomb, LARGE)
    yield case("many files", lambda: m.zipped({f"{n}.txt": b"" for n in range(2001)}), LARGE)
    yield case(
        "declares 300 MB",
        lambda: m.with_directory(m.zipped({"a.txt": b"x"}), at=24, form="<I", value=300 * 2**20),
        LARGE,
    )
    yield case("declares too little", m.lying_small, LARGE)
    yield case("parts on each other", m.overlapping, BROKEN)
    yield case("locked", m.locked, INSIDE)
    yield case("link", m.linked, INSIDE)
    yield case("zip in a zip", lambda: m.zipped({"b.zip": m.zipped({"a.txt": b"a"})}), INSIDE)
    yield case("something before it", lambda: m.PROGRAM + m.zipped({"a.txt": b"a"}), OTHER)
    yield case("unfit packing", lambda: m.zipped({"a.txt": b"a" * 99}, how=ZIP_LZMA), BROKEN)
    yield case("cut off", lambda: m.zipped({"a.txt": b"a" * 99})[:-9], BROKEN)
    yield case("empty header only", given(b"PK\x03\x04"), BROKEN)
    yield case(
        "another name in front",
        lambda: m.zipped({"aaaa.txt": b"a"}).replace(b"aaaa.txt", b"a.exe\x00\x00\x00", 1),
        BROKEN,
    )
    yield case(
        "wrong sum",
        lambda: m.with_directory(m.zipped({"a.txt": b"a"}), at=16, form="<I", value=7),
        BROKEN,
    )
    for path in ("../a.txt", "/a.txt", "a/../../b.txt", "C:/a.txt", "a\\..\\b.txt", "a\x1b.txt"):
        yield case(f"path {path!a}", partial(m.zipped, {path: b"a"}), INSIDE)
    for path, held in (
        ("a.exe", m.PROGRAM),
        ("a.html", m.HTML),
        ("a.svg", m.SVG),
        ("run.js", b"alert(1)"),
        ("a.lnk", b"L\x00\x00\x00"),
    ):
        yield case(f"with {path}", partial(m.zipped, {path: held}), INSIDE)
    yield case("program called PDF", lambda: m.zipped({"a.pdf": m.PROGRAM}), OTHER)
    yield case("macros in a document", lambda: m.zipped({"a.docx": _macros("docx")}), RUNS)


def _macros(kind: str) -> bytes:
    folder = m.FOLDERS[kind].partition("/")[0]
    return m.office(kind, {f"{folder}/vbaProject.bin": b"x"})


ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def documents() -> Iterator[Case]:
    for kind, part in m.FOLDERS.items():
        folder = part.partition("/")[0]
        other = {"docx": "xlsx", "xlsx": "pptx", "pptx": "docx"}[kind]
        parts: tuple[tuple[str, dict[str, bytes], str], ...] = (
            ("entity outside", {f"{folder}/a.xml": ENTITY}, BROKEN),
            ("billion laughs", {f"{folder}/a.xml": b'<!doctype a [<!ENTITY a "x">]>'}, BROKEN),
            ("entity in UTF-16", {f"{folder}/a.xml": ENTITY.decode().encode("utf-16")}, BROKEN),
            ("macros", {f"{folder}/vbaProject.bin": b"x"}, RUNS),
            ("controls", {f"{folder}/activeX/activeX1.xml": b"<a/>"}, RUNS),
            ("program inside", {f"{folder}/embeddings/a.exe": m.PROGRAM}, RUNS),
            (
                "template from elsewhere",
                {f"{folder}/_rels/a.rels": m.relation("attachedTemplate", first=True)},
                RUNS,
            ),
            (
                "object from elsewhere",
                {f"{folder}/_rels/a.rels": m.relation("oleObject", first=False)},
                RUNS,
            ),
        )
        for what, more, code in parts:
            yield Case(
                name=f"a.{kind}",
                what=what,
                content=partial(m.office, kind, more),
                code=code,
            )
        yield Case(
            name=f"a.{kind}",
            what=f"{other}",
            content=partial(m.office, other),
            code=OTHER,
        )
        yield Case(
            name=f"a.{kind}",
            what="bomb",
            content=partial(m.office, kind, {"a.xml": b" " * 30 * 2**20}),
            code=LARGE,
        )
        yield Case(
            name=f"a.{kind}",
            what="says macros",
            content=partial(
                m.zipped, {"[Content_Types].xml": b"<a ContentType='macroEnabled'/>", part: b"<a/>"}
            ),
            code=RUNS,
        )
    for ending in ("doc", "xls", "ppt", "wps", "et"):
        marks = ("_VBA_PROJECT_CUR", "\x01Ole10Native")
        for mark in marks:
            content = m.OLE + mark.encode("utf-16-le")
            yield Case(name=f"a.{ending}", what=mark, content=given(content), code=RUNS)


def pdfs() -> Iterator[Case]:
    for what in (
        b"/JavaScript (app.alert(1))",
        b"/JS (app.alert(1))",
        b"/#4a#53 (app.alert(1))",
        b"/J#61vaScript (x)",
        b"/Launch /F (cmd.exe)",
        b"/RichMedia 3 0 R",
    ):
        content = b"%PDF-1.7\n1 0 obj <</OpenAction <<" + what + b">>>> endobj\n%%EOF"
        yield Case(name="a.pdf", what=what.decode(), content=given(content), code=RUNS)
    tail = m.zipped({"a.class": b"x"})
    yield Case(name="a.pdf", what="and a jar", content=given(m.PDF + tail), code=OTHER)
    yield Case(name="a.pdf", what="and a page", content=given(m.PDF + m.HTML), code=OTHER)
    yield Case(name="a.pdf", what="later on", content=given(b"junk" + m.PDF), code=OTHER)
    packed = b"%PDF-1.7\n2 0 obj <<>> stream\nxx /JS yy\nendstream endobj"
    yield Case(name="a.pdf", what="only in packed bytes", content=given(packed), kept_as="a.pdf")


def pictures() -> Iterator[Case]:
    secrets = (b"SecretPhone", b"SecretComment", b"script", b"Exif")

    def kept(name: str, what: str, content: Callable[[], bytes], *gone: bytes) -> Case:
        return Case(name=name, what=what, content=content, kept_as=name, gone=gone)

    yield kept("a.jpg", "place and device", m.photo, *secrets)
    for turn in range(1, 9):
        yield kept("a.jpeg", f"turned {turn}", partial(m.photo, turn), *secrets)
    yield kept("a.png", "labels", m.labelled, b"SecretLabel", b"SecretXmp")
    yield kept("a.gif", "moving", m.moving, b"SecretGif")
    for name, form in (("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.gif", "GIF"), ("a.webp", "WEBP")):
        tails = {"page": m.HTML, "jar": m.jar(), "script": m.PHP, "program": m.PROGRAM}
        for what, tail in tails.items():
            whole = m.picture(form) + tail
            yield kept(name, f"and a {what}", given(whole), tail)
        cut = m.picture(form, size=(400, 300))[:90]
        yield Case(name=name, what="cut off", content=given(cut), code=BROKEN)
        for other in {"JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"} - {form}:
            yield Case(name=name, what=f"is {other}", content=given(m.picture(other)), code=OTHER)
    for wide, high in ((60_000, 60_000), (30_000, 10), (10, 30_000), (9_000, 9_000)):
        yield Case(
            name="a.png",
            what=f"{wide} × {high}",
            content=partial(m.png_of, wide, high),
            code=POINTS,
        )
    yield Case(name="a.png", what="no points", content=lambda: m.png_of(0, 10), code=BROKEN)
    yield Case(name="a.png", what="too few", content=lambda: m.png_of(300, 300), code=BROKEN)
    gif = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)//;"
    yield Case(name="a.gif", what="script", content=given(gif), code=BROKEN)
    yield Case(name="a.jpg", what="head only", content=given(b"\xff\xd8\xff\xe0"), code=BROKEN)
    yield Case(
        name="a.webp", what="sound", content=given(b"RIFF\x24\x00\x00\x00WAVEfmt "), code=BROKEN
    )


def sounds() -> Iterator[Case]:
    ftyp = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"
    for name, begin in (
        ("a.mp3", b"ID3\x04\x00"),
        ("a.mp4", ftyp),
        ("a.m4a", ftyp),
        ("a.mov", ftyp),
        ("a.amr", b"#!AMR\n"),
        ("a.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
    ):
        yield Case(name=name, what="and a page", content=given(begin + m.HTML), code=OTHER)
        yield Case(name=name, what="and a jar", content=given(begin + m.jar()), code=OTHER)
        yield Case(name=name, what="nothing", content=given(b""), code="base.file_empty")
    large = b"ID3" + b"\x00" * (20 * 2**20)
    yield Case(name="a.mp3", what="too large", content=given(large), code="base.file_too_big")


def texts() -> Iterator[Case]:
    for what, content in (
        ("NUL", b"a,b\n1,\x002\n"),
        ("escape", b"a\x1b]0;title\x07,b\n"),
        ("backspace", b"safe\x08\x08\x08\x08evil"),
        ("page behind a mark", b"\xef\xbb\xbf  \n<html>"),
        ("page in UTF-16", "<html><script>1</script>".encode("utf-16")),
        ("no encoding", b"\xff\x80\x81\xfe\xfd"),
        ("PDF", m.PDF),
    ):
        for ending in ("csv", "txt"):
            yield Case(name=f"a.{ending}", what=what, content=given(content), code=OTHER)
    formulas = b"name,amount\n=cmd|'/c calc'!A0,1\n"
    yield Case(name="a.csv", what="formulas", content=given(formulas), kept_as="a.csv")


def at_other_doors() -> Iterator[Case]:
    unfit = "playbooks.file_unfit"
    for name, content, code in (
        ("a.svg", m.SVG, unfit),
        ("a.zip", m.zipped({"a.txt": b"a"}), unfit),
        ("a.pdf", m.HTML, OTHER),
        ("a.docx", _macros("docx"), RUNS),
        ("a.png", m.png_of(60_000, 60_000), POINTS),
        ("a.xlsx", m.office("xlsx", {"xl/a.xml": ENTITY}), BROKEN),
    ):
        yield Case(name=name, what="hostile", content=given(content), code=code, door=Door.PLAY)
    yield Case(
        name="a.jpg",
        what="place and device",
        content=m.photo,
        kept_as="a.jpg",
        gone=(b"SecretPhone",),
        door=Door.PLAY,
    )
    for name, content, code in (
        ("a.csv", m.HTML, "reader.not_text"),
        ("a.csv", m.PROGRAM, "reader.not_text"),
        ("a.xlsx", m.HTML, "reader.not_a_workbook"),
        ("a.xls", m.OLE, "reader.legacy_workbook"),
        ("a.xlsx", m.OLE, "reader.encrypted"),
        ("a.xlsm", m.office("xlsx"), "reader.macros"),
        ("a.zip", m.zipped({"a.csv": b"a"}), "reader.archive"),
        ("a.exe", m.PROGRAM, "reader.unknown_suffix"),
        ("a.html", m.HTML, "reader.unknown_suffix"),
        ("a.csv.gz", b"a,b\n", "reader.not_text"),
        ("a.csv", b"", "reader.empty_file"),
        ("..", b"a,b\n", "base.file_kind_refused"),
        ("a.csv", gzip.compress(b"a"), "reader.not_text"),
    ):
        yield Case(name=name, what="hostile", content=given(content), code=code, door=Door.IMPORT)
    for name in ("../../../etc/a.csv", "..\\a.csv", "/a.csv", "a\x00.csv", "\u202ea.csv"):
        yield Case(
            name=name, what="name", content=given(b"a,b\n"), kept_as="a.csv", door=Door.IMPORT
        )
    for what, content, code in (
        ("bomb", m.bomb(name="a.md"), "playbooks.bundle_too_large"),
        ("path", m.zipped({"../a.md": b"x"}), "playbooks.bundle_unreadable"),
        ("parts on each other", m.overlapping(), "playbooks.bundle_unreadable"),
        ("locked", m.locked(), "playbooks.bundle_unreadable"),
        ("page", m.HTML, "playbooks.bundle_unreadable"),
        ("no play", m.zipped({"a.exe": m.PROGRAM}), "playbooks.bundle_empty"),
    ):
        yield Case(name="a.zip", what=what, content=given(content), code=code, door=Door.BUNDLE)
    for what, content, code in (
        ("page", m.HTML, "base.file_unreadable"),
        ("entity", m.office("xlsx", {"xl/a.xml": ENTITY}), "base.file_unreadable"),
        ("macros", _macros("xlsx"), "base.file_unreadable"),
        ("bomb", m.office("xlsx", {"xl/a.xml": b" " * 30 * 2**20}), "base.file_too_large"),
        ("document", m.office("docx"), "base.file_unreadable"),
        ("old", m.OLE, "base.file_unreadable"),
        ("large", b"PK\x03\x04" + struct.pack("<I", 0) * 2**22, "base.file_too_large"),
    ):
        yield Case(name="a.xlsx", what=what, content=given(content), code=code, door=Door.SHEET)


CASES = tuple(
    case
    for family in (
        *(wrong_types, refused_endings, names, archives, documents, pdfs, pictures),
        *(sounds, texts, at_other_doors),
    )
    for case in family()
)
