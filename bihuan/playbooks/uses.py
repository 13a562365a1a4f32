"""What the packages above tell of themselves: words for tags, and why a pack is handed out.

``playbooks`` knows no metrics, reasons or alerts. A package that has metrics says
here, once, when it is set up, which there are and what they are called; one that
hands out packs says what its causes are called and where they are to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True)
class Word:
    """A code that can be a tag, and what it is called in both languages."""

    code: str
    zh: str
    en: str


Words = Callable[[Tenant], Sequence[Word]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something because of which packs are handed out: its name, and its page by id."""

    kind: str
    name: Promise
    link: Callable[[str], str]


_WORDS: dict[str, Words] = {}
_CAUSES: dict[str, Cause] = {}


def register_words(tag: str, words: Words) -> None:
    """Have the codes of a kind of tag (``metrics``, ``reasons``) named and checked."""
    _WORDS[tag] = words


def words_of(tag: str, tenant: Tenant) -> dict[str, Word] | None:
    """Return what a kind of tag can be, by code; none where any word will do."""
    words = _WORDS.get(tag)
    return None if words is None else {each.code: each for each in words(tenant)}


def register_cause(cause: Cause) -> None:
    """Have packs say what they were handed out for."""
    _CAUSES[cause.kind] = cause


def cause_of(kind: str) -> Cause | None:
    """Return what is known of a kind of cause."""
    return _CAUSES.get(kind)
