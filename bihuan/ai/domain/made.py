"""Made: what made a text, from what, and what a person said of it.

A text names its sources by the records they are from, so that each can be
opened; and it is nothing but a proposal until somebody says a word about it.

>>> source = SourceText("customers.conversation:7", "王主任说价格偏高。")
>>> source.about
'customers.conversation:7'
>>> KIND_OF_WORD[Word.ADOPTED]
'text.adopted'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop


class Task(StrEnum):
    """What was asked for."""

    SUMMARY = "summary"
    KEYWORDS = "keywords"
    DRAFT = "draft"
    TRANSCRIPT = "transcript"


class Backend(StrEnum):
    """What made a text: the product itself, or a service that it asked."""

    LOCAL = "local"
    REMOTE = "remote"


class Word(StrEnum):
    """What a person said of a text."""

    ADOPTED = "adopted"
    ADJUSTED = "adjusted"
    REFUSED = "refused"


KIND_OF_WORD: Mapping[Word, str] = {word: f"text.{word.value}" for word in Word}
"""The kind of fact that each word is."""


class Trouble(StrEnum):
    """Why a service was not used, or its answer was not."""

    ABSENT = "absent"
    SLOW = "slow"
    BUSY = "busy"
    FAILING = "failing"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    CUT = "cut"
    RESTING = "resting"
    SPENT = "spent"


RESTS_AFTER = frozenset({Trouble.ABSENT, Trouble.SLOW, Trouble.BUSY, Trouble.FAILING})
"""After these a service is left alone for a while: asking again would only cost time."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text and the record it is from; ``names`` are those that must not leave the house."""

    about: str
    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A text as a backend made it; ``parts`` says which sentence is from which source."""

    text: str
    backend: Backend
    model: str
    prompt: str
    trouble: Trouble | None = None
    parts: tuple[tuple[str, str], ...] = ()
    tokens: int = 0


class NothingToRead(Invalid):
    code = "ai.nothing_to_read"
    says = gettext_noop("There is no text to work on.")


class WordSaid(Conflict):
    code = "ai.word_said"
    says = gettext_noop("Somebody has adopted, adjusted or refused this text already.")


class AdjustedEmpty(Invalid):
    code = "ai.adjusted_empty"
    says = gettext_noop("Write how the text should read instead.")
