"""Plays and their tags in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from bihuan.org.models import Tenant
from bihuan.playbooks.domain.play import TAG_NAMES, Tags
from bihuan.playbooks.models import PlayVersion
from bihuan.playbooks.uses import Word, words_of


def is_chinese() -> bool:
    """Return whether Chinese is the language in force."""
    return (get_language() or "").startswith("zh")


def title_of(version: PlayVersion) -> str:
    """Return the title in the language in force, or in the one it has."""
    first, second = version.title_zh, version.title_en
    return (first or second) if is_chinese() else (second or first)


def summary_of(version: PlayVersion) -> str:
    first, second = version.summary_zh, version.summary_en
    return (first or second) if is_chinese() else (second or first)


def body_of(version: PlayVersion) -> str:
    first, second = version.body_zh, version.body_en
    return (first or second) if is_chinese() else (second or first)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the tags of a company's plays are called."""

    words: dict[str, dict[str, Word]]

    def name(self, tag: str, code: str) -> str:
        """Return what a tag is called; one that is not known any more, by its code."""
        word = self.words.get(tag, {}).get(code)
        if word is None:
            return code
        return word.zh if is_chinese() else word.en

    def names(self, tag: str, codes: Iterable[str]) -> list[str]:
        return [self.name(tag, each) for each in codes]

    def choices(self, tag: str) -> list[tuple[str, str]]:
        """Return what a kind of tag can be, with its name; nothing where any word will do."""
        return [(code, self.name(tag, code)) for code in self.words.get(tag, {})]

    def told(self, tags: Tags) -> dict[str, list[str]]:
        """Return the names of all tags by their kind, where there are any."""
        return {
            name: self.names(name, codes) for name in TAG_NAMES if (codes := getattr(tags, name))
        }


def wording_of(tenant: Tenant) -> Wording:
    """Return what tags are called, as the packages above tell it today."""
    known = {name: words_of(name, tenant) for name in TAG_NAMES}
    return Wording({name: words for name, words in known.items() if words is not None})
