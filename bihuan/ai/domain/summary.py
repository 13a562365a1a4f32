"""Summary: the sentences that say most of what some texts say, in their own words.

A sentence counts by how much it has in common with all others (TextRank), and more
when it speaks of what decides a sale. Every text gives its best sentence before any
gives a second, and what was said already is not said again. Nothing is made up: each
sentence stands in the text that it names.

>>> texts = [
...     SourceText("a", "天气不错。客户认为价格比竞品高 8%，希望再降价。价格谈妥就签。"),
...     SourceText("b", "预算审批还在走流程，院长月底才签字。随便聊了聊。"),
... ]
>>> [part for part in summary(texts, count=2)]
[('a', '客户认为价格比竞品高 8%，希望再降价。'), ('b', '预算审批还在走流程，院长月底才签字。')]

Weights are whole numbers, so that the same texts give the same summary on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

from bihuan.ai.domain.made import SourceText
from bihuan.ai.domain.words import CUES, sentences, words

UNIT = 1_000_000
"""What counts as one: weights are whole millionths."""
ROUNDS = 20
DAMPING = 85
"""How much of a hundred parts of a weight comes from other sentences."""
MOST_SENTENCES = 200
"""Of longer texts the beginning and the end are read."""
ALIKE = 60
"""From so many parts in a hundred on two sentences say the same."""
SHORTEST = 6
TURN = re.compile(
    r"但是|不过|否则|要求|希望|前提|担心|不|没|退回|破损|再|\b(?:but|not|unless|above|below)\b"
)
"""How people say that something is not as it should be, or what it hangs on."""
NEXT = re.compile(r"下一步|待办|约定|对方答应|(?i:next step|to do)")


@dataclass(frozen=True, slots=True)
class _Sentence:
    place: int
    source: int
    text: str
    words: frozenset[str]


def summary(texts: Sequence[SourceText], *, count: int) -> tuple[tuple[str, str], ...]:
    """Return the best sentences with the record each is from, in the order of the texts."""
    read = _read(texts)
    ranks = _ranks(read)
    best_first = sorted(read, key=lambda each: (-ranks[each.place], each.place))
    chosen = _chosen(best_first, count)
    return tuple(
        (texts[each.source].about, each.text) for each in sorted(chosen, key=lambda s: s.place)
    )


def _read(texts: Sequence[SourceText]) -> list[_Sentence]:
    found: list[_Sentence] = []
    share = max(4, MOST_SENTENCES // max(1, len(texts)))
    for source, each in enumerate(texts):
        called = frozenset(word for name in each.names for word in words(name))
        said = sentences(each.text)
        if len(said) > share:
            said = said[: share // 2] + said[-(share - share // 2) :]
        for text in said:
            found.append(_Sentence(len(found), source, text, frozenset(words(text)) - called))
    return found


def _chosen(best_first: Sequence[_Sentence], count: int) -> list[_Sentence]:
    """Return so many sentences: the best of each text first, none said twice."""
    chosen: list[_Sentence] = []
    for is_first_of_its_text in (True, False):
        for each in best_first:
            is_new = each.source not in {other.source for other in chosen}
            if len(chosen) == count or each in chosen or (is_first_of_its_text and not is_new):
                continue
            if not any(_is_said(each, other) for other in chosen):
                chosen.append(each)
    return chosen


def _is_said(one: _Sentence, other: _Sentence) -> bool:
    both, less = one.words & other.words, min(len(one.words), len(other.words))
    return one.text == other.text or (less > 0 and 100 * len(both) >= ALIKE * less)


def _ranks(read: Sequence[_Sentence]) -> list[int]:
    """Return the weight of each sentence: what it has in common with others, and its cues."""
    likeness = [[_likeness(one, other) for other in read] for one in read]
    gives = [sum(row) for row in likeness]
    ranks = [UNIT] * len(read)
    for _ in range(ROUNDS):
        shares = [rank * UNIT // out if out else 0 for rank, out in zip(ranks, gives, strict=True)]
        ranks = [
            (UNIT * (100 - DAMPING) + DAMPING * _dot(row, shares) // UNIT) // 100
            for row in likeness
        ]
    return [isqrt(rank) * _weight(each) for rank, each in zip(ranks, read, strict=True)]


def _dot(row: Iterable[int], shares: Iterable[int]) -> int:
    return sum(part * share for part, share in zip(row, shares, strict=True) if part)


def _likeness(one: _Sentence, other: _Sentence) -> int:
    """Return how much two sentences have in common, up to one, in millionths."""
    if one.place == other.place:
        return 0
    both = len(one.words & other.words)
    return both and both * UNIT // max(1, isqrt(len(one.words) * len(other.words)))


def _weight(each: _Sentence) -> int:
    """Return about ten: more for words of a sale, for what is not so, and for saying more.

    What is to be done next has its own place on any page: what was said comes first.
    """
    cues, turns = len(each.words & CUES), len(TURN.findall(each.text))
    weight = 3 + 4 * min(cues, 3) + 2 * min(turns, 3) + min(len(each.words), 8)
    is_minor = not cues or NEXT.match(each.text) or len(each.text) < SHORTEST
    return weight // 3 if is_minor else weight
