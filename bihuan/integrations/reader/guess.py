"""Which field a column is for, guessed from its header and from what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from bihuan.integrations.domain.fault import gettext_noop
from bihuan.integrations.domain.profile import ColumnProfile, ColumnType, profile

__all__ = ["Guess", "guess", "profile", "synonyms"]

HEADERS = Path(__file__).with_name("headers.yaml")
LEAST = 60
SHOWN = 4

SAME_WORD = gettext_noop("The header is “%(word)s”.")
SIMILAR_WORD = gettext_noop("The header is like “%(word)s”.")
FITS = {
    "business_on": {ColumnType.DAY, ColumnType.INSTANT},
    "occurred_at": {ColumnType.INSTANT},
    "opened_on": {ColumnType.DAY, ColumnType.INSTANT},
    "due_on": {ColumnType.DAY, ColumnType.INSTANT},
    "amount": {ColumnType.INTEGER, ColumnType.DECIMAL},
    "quantity": {ColumnType.INTEGER, ColumnType.DECIMAL},
    "list_amount": {ColumnType.INTEGER, ColumnType.DECIMAL},
    "minutes": {ColumnType.INTEGER, ColumnType.DECIMAL},
}
WORDS = {ColumnType.TEXT, ColumnType.INTEGER, ColumnType.BOOLEAN}
MISFIT = 45
"""So many points a field loses when the column holds something else than it wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A field that a column may be for, with points up to 100 and the reason."""

    field: str
    score: int
    reason: str
    params: dict[str, str]


@cache
def synonyms() -> dict[str, dict[str, list[str]]]:
    """Return the words for fields and kinds."""
    content: dict[str, dict[str, list[str]]] = yaml.load(
        HEADERS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
    return content


def words_of(header: str) -> str:
    """Return a header as words: CloseDate and close_date as ``close date``, units left out."""
    text = re.sub(r"[(（\[【].*?[)）\]】]", "", header)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return " ".join(re.sub(r"[_\-./\\:：*#]+", " ", text).lower().split())


def guess(profiles: Sequence[ColumnProfile]) -> dict[str, tuple[Guess, ...]]:
    """Return for each column the fields it may be for, the best first."""
    return {each.column: _guesses(each) for each in profiles}


def _guesses(column: ColumnProfile) -> tuple[Guess, ...]:
    if column.type is ColumnType.EMPTY:
        return ()
    words = words_of(column.column)
    found = [
        each
        for name, spellings in synonyms()["fields"].items()
        if (each := _guess(name, spellings, words, column)).score >= LEAST
    ]
    return tuple(sorted(found, key=lambda each: -each.score)[:SHOWN])


def _guess(name: str, spellings: Sequence[str], words: str, column: ColumnProfile) -> Guess:
    closest, score = "", 0
    for spelling in spellings:
        points = 100 if words == spelling else _likeness(words, spelling)
        if points > score:
            closest, score = spelling, points
    if column.type not in FITS.get(name, WORDS):
        score -= MISFIT
    if name == "key" and column.distinct_count < column.row_count - column.empty_count:
        score -= MISFIT
    reason = SAME_WORD if words == closest else SIMILAR_WORD
    return Guess(field=name, score=max(score, 0), reason=reason, params={"word": closest})


def _likeness(words: str, spelling: str) -> int:
    """Return how alike two headers are, 95 at most: only the same word is certain.

    A Chinese header that ends with the word is of that kind: 首次签约金额 is an
    amount. Latin words are compared as wholes, so that ``no`` is not in ``note``.
    """
    if not spelling.isascii():
        if words.endswith(spelling):
            return 70 + min(25, 25 * len(spelling) // max(len(words), 1))
        return min(90, int(fuzz.ratio(words, spelling)))
    parts = words.split()
    if spelling in parts or all(part in parts for part in spelling.split()):
        return 65 + 25 * len(spelling) // max(len(words), 1)
    return min(90, int(fuzz.ratio(words, spelling)))
