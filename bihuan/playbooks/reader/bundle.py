"""Bundles: many plays in one zip, with the files that belong to them.

The plays lie at the top, ``code.md``; what belongs to them under ``files/``, named by
the digest of what it holds. A bundle is looked at before it is unpacked, because a
small zip can hold more than there is room for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bihuan.base.taking import require_may_take
from bihuan.base.uploads import ArchiveTooLarge, ArchiveUnfit, FileBroken
from bihuan.base.uploads.archives import MEGABYTES, MOST_PARTS, parts_of
from bihuan.kernel.errors import Invalid, Problem, ProblemsFound, gettext_noop
from bihuan.playbooks.domain.sheet import SUFFIX, Sheet, read_sheet, written

FOLDER = "files/"
SHEET_MOST = 400_000
NOT_DATED = (2000, 1, 1, 0, 0, 0)
"""So that the same plays make the same zip."""


class BundleUnreadable(Invalid):
    code = "playbooks.bundle_unreadable"
    says = gettext_noop("This is neither a Markdown file nor a zip of them.")


class BundleTooLarge(Invalid):
    code = "playbooks.bundle_too_large"
    says = gettext_noop("At most %(entries)s files of together %(size)s MB can be brought at once.")


class BundleEmpty(Invalid):
    code = "playbooks.bundle_empty"
    says = gettext_noop("There is no play in it: no file whose name ends in .md.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Plays, and the contents of files by their digest."""

    sheets: tuple[Sheet, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_bundle(bundle: Bundle) -> bytes:
    """Return a zip of plays and their files."""
    require_may_take(len(bundle.sheets))
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for sheet in bundle.sheets:
            entry = ZipInfo(f"{sheet.code}{SUFFIX}", NOT_DATED)
            archive.writestr(entry, written(sheet).encode(), ZIP_DEFLATED)
        for digest, content in sorted(bundle.files.items()):
            archive.writestr(ZipInfo(f"{FOLDER}{digest}", NOT_DATED), content)
    return kept.getvalue()


def read_bundle(name: str, content: bytes) -> Bundle:
    """Return the plays of a file or a zip; refuse it with everything that is wrong."""
    if name.lower().endswith(SUFFIX):
        return Bundle(sheets=_sheets([(name, content)]))
    try:
        return _unpacked(dict(parts_of(name, content)))
    except ArchiveTooLarge as error:
        raise BundleTooLarge(entries=MOST_PARTS, size=MEGABYTES) from error
    except (FileBroken, ArchiveUnfit) as error:
        raise BundleUnreadable() from error


def _unpacked(parts: Mapping[str, bytes]) -> Bundle:
    named = {
        name: content
        for name, content in parts.items()
        if name.endswith(SUFFIX) and not name.startswith((FOLDER, "__MACOSX/"))
    }
    if any(len(content) > SHEET_MOST for content in named.values()):
        raise BundleTooLarge(entries=MOST_PARTS, size=MEGABYTES)
    sheets = _sheets(named.items())
    files = [content for name, content in parts.items() if name.startswith(FOLDER)]
    # A name could lie about what a file holds; its digest cannot.
    return Bundle(sheets=sheets, files={hashlib.sha256(each).hexdigest(): each for each in files})


def _sheets(named: Iterable[tuple[str, bytes]]) -> tuple[Sheet, ...]:
    sheets, problems = [], []
    for name, content in named:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(_not_utf8(name))
            continue
        sheet, found = read_sheet(text, file=name)
        problems += found
        if sheet is not None:
            sheets.append(sheet)
    codes = Counter(each.code for each in sheets)
    problems += [_twice(code) for code, count in codes.items() if count > 1]
    if problems:
        raise ProblemsFound(problems)
    if not sheets:
        raise BundleEmpty()
    return tuple(sorted(sheets, key=lambda each: each.code))


def _not_utf8(name: str) -> Problem:
    says = gettext_noop("The file is not written in UTF-8.")
    return Problem(code="playbooks.not_utf8", says=says, file=name)


def _twice(code: str) -> Problem:
    says = gettext_noop("There are two files for this play.")
    return Problem(code="playbooks.play_twice", says=says, file=f"{code}{SUFFIX}")
