"""Attachment: a file somebody lays to a task, and what of its name is kept.

What is accepted is what people send each other at work: documents, pictures, recordings.
Nothing is accepted that a browser or a computer would run.

>>> clean_name("C:\\\\Users\\\\lin\\\\ 报价 单.xlsx ")
'报价 单.xlsx'
>>> clean_name("../../etc/passwd\\n.pdf")
'passwd.pdf'
>>> check_file(name="report.pdf", size=2048)
>>> check_file(name="page.html", size=2048)
Traceback (most recent call last):
bihuan.inbox.domain.attachment.FileKindRefused: Files of this kind are not accepted: .html.
>>> check_file(name="report.pdf", size=0)
Traceback (most recent call last):
bihuan.inbox.domain.attachment.FileEmpty: The file “report.pdf” is empty.
"""

from __future__ import annotations

import re
import unicodedata

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

NAME_LENGTH = 120
MOST_BYTES = 20 * 2**20
FILES_AT_MOST = 20
ACCEPTED = frozenset(
    (
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".csv"),
        *(".txt", ".md", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".zip"),
        *(".mp3", ".m4a", ".amr", ".wav", ".mp4", ".mov"),
    )
)
UNFIT = re.compile(r'[<>:"|?*]')


class FileKindRefused(Invalid):
    code = "inbox.file_kind_refused"
    says = gettext_noop("Files of this kind are not accepted: %(kind)s.")


class FileTooBig(Invalid):
    code = "inbox.file_too_big"
    says = gettext_noop("The file “%(name)s” is larger than %(most)s MB.")


class FileEmpty(Invalid):
    code = "inbox.file_empty"
    says = gettext_noop("The file “%(name)s” is empty.")


class FilesTooMany(Conflict):
    code = "inbox.files_too_many"
    says = gettext_noop("A task takes up to %(most)s files.")


def clean_name(name: str) -> str:
    """Return the name of a file without folders, control characters and what no disk takes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(each for each in last if not unicodedata.category(each).startswith("C"))
    kept = UNFIT.sub("", unicodedata.normalize("NFC", plain)).strip(" .")
    stem, kind = kept[: len(kept) - len(kind_of(kept))], kind_of(kept)
    return stem.strip()[: NAME_LENGTH - len(kind)] + kind


def kind_of(name: str) -> str:
    """Return the kind of a file, as its name ends.

    >>> kind_of("Offer.PDF"), kind_of("readme")
    ('.PDF', '')
    """
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def check_file(*, name: str, size: int) -> None:
    """Refuse a file of a kind that is not accepted, an empty one, and one that is too large."""
    if kind_of(name).lower() not in ACCEPTED:
        raise FileKindRefused(kind=kind_of(name) or name)
    if size == 0:
        raise FileEmpty(name=name)
    if size > MOST_BYTES:
        raise FileTooBig(name=name, most=MOST_BYTES // 2**20)
