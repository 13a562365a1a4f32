"""Play: what a person is given to say, to show or to go through, in writing.

A play is of one kind and is tagged with what it is for. What it says is checked as
a whole, so that whoever writes or imports it is told everything at once:

>>> short = PlayText(title_zh="约见三步", tags=Tags(metrics=("visits",)))
>>> check(short, kind=Kind.SCRIPT)
[]
>>> [(each.column, each.code) for each in check(short, kind=Kind.VIDEO)]
[('link', 'playbooks.video_missing')]
>>> [each.column for each in check(PlayText(title_zh="", link="http://x"), kind=Kind.CASE)]
['title_zh', 'link']

Writing is tidied before it is kept, so the same words are the same text:

>>> tidied(PlayText(title_zh=" 约见 ", body_zh="一\\r\\n二  \\n")).body_zh
'一\\n二'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from bihuan.kernel.errors import Problem, gettext_noop


class Kind(StrEnum):
    SCRIPT = "script"
    CASE = "case"
    VIDEO = "video"
    CHECKLIST = "checklist"
    TEMPLATE = "template"


TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
BODY_LENGTH = 20_000
LINK_LENGTH = 300
TAG_LENGTH = 60
TAGS_MOST = 40
CODE_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a play is for; a play without metrics and reasons is of use to everybody."""

    metrics: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()

    def as_data(self) -> dict[str, list[str]]:
        """Return the tags in the form in which they are kept."""
        return {name: list(getattr(self, name)) for name in TAG_NAMES}


TAG_NAMES = tuple(each.name for each in fields(Tags))


def read_tags(data: dict[str, list[str]]) -> Tags:
    """Return the tags that were kept."""
    return Tags(**{name: tuple(data.get(name, ())) for name in TAG_NAMES})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayText:
    """All that a version of a play says; English is there where somebody wrote it."""

    title_zh: str
    title_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    body_zh: str = ""
    body_en: str = ""
    link: str = ""
    valid_until: date | None = None
    """The last day on which it may be used; none means for good."""
    tags: Tags = field(default_factory=Tags)


LENGTHS = {
    "title_zh": TITLE_LENGTH,
    "title_en": TITLE_LENGTH,
    "summary_zh": SUMMARY_LENGTH,
    "summary_en": SUMMARY_LENGTH,
    "body_zh": BODY_LENGTH,
    "body_en": BODY_LENGTH,
    "link": LINK_LENGTH,
}
LINES = frozenset({"body_zh", "body_en"})
"""Fields that may hold several lines."""


def tidied(text: PlayText) -> PlayText:
    """Return a text without idle spaces, with one kind of line end and sorted tags."""
    words: dict[str, str] = {
        name: _tidied(getattr(text, name), lines=name in LINES) for name in LENGTHS
    }
    tags = {
        name: tuple(sorted({_tidied(each) for each in getattr(text.tags, name)} - {""}))
        for name in TAG_NAMES
    }
    return PlayText(**words, valid_until=text.valid_until, tags=Tags(**tags))


def _tidied(text: str, *, lines: bool = False) -> str:
    kept = unicodedata.normalize("NFC", text)
    if not lines:
        return " ".join(kept.split())
    kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n")


def check(text: PlayText, *, kind: Kind, has_file: bool = False) -> list[Problem]:
    """Return everything that is wrong with a text, each at its field."""
    return [
        *_missing(text, kind, has_file=has_file),
        *_unfit_words(text),
        *_unfit_link(text.link),
        *_unfit_tags(text.tags),
    ]


def _missing(text: PlayText, kind: Kind, *, has_file: bool) -> Iterator[Problem]:
    if not text.title_zh and not text.title_en:
        yield Problem(
            code="playbooks.title_missing", says=gettext_noop("Give it a title."), column="title_zh"
        )
    is_told = bool(text.body_zh or text.body_en)
    if kind is Kind.VIDEO and not text.link and not has_file and not is_told:
        yield Problem(
            code="playbooks.video_missing",
            says=gettext_noop("A video needs a link, a file, or a text to film it by."),
            column="link",
        )


def _unfit_words(text: PlayText) -> Iterator[Problem]:
    for name, most in LENGTHS.items():
        said = getattr(text, name)
        if len(said) > most:
            yield Problem(
                code="playbooks.too_long",
                says=gettext_noop("Longer than %(most)s characters."),
                params={"most": most},
                column=name,
            )
        if any(_is_control(character) for character in said):
            yield Problem(
                code="playbooks.control_characters",
                says=gettext_noop("Holds characters that cannot be read."),
                column=name,
            )


def _is_control(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}


def _unfit_link(link: str) -> Iterator[Problem]:
    if link and not is_web_address(link):
        yield Problem(
            code="playbooks.link_unfit",
            says=gettext_noop("A link begins with https:// and names a site."),
            column="link",
            value=link[:LINK_LENGTH],
        )


def is_web_address(link: str) -> bool:
    """Return whether a link leads to a site over an encrypted connection."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and " " not in link
    except ValueError:
        return False


def _unfit_tags(tags: Tags) -> Iterator[Problem]:
    for name in TAG_NAMES:
        given = getattr(tags, name)
        if len(given) > TAGS_MOST or any(len(each) > TAG_LENGTH for each in given):
            yield Problem(
                code="playbooks.tags_unfit",
                says=gettext_noop("At most %(most)s tags, each of at most %(length)s characters."),
                params={"most": TAGS_MOST, "length": TAG_LENGTH},
                column=name,
            )
