"""Keywords: the words that tell texts apart from what everybody says all the time.

A word counts by how often it is said, and the less the more sentences it stands in
(TF-IDF, the sentences being the documents):

    weight = occurrences x ln(1 + sentences / sentences with the word)

and twice as much when it is a word of what decides a sale.

>>> texts = [SourceText("a", "价格偏高，价格要再谈。预算没批，价格谈不动。试用机器下周到。")]
>>> keywords(texts, most=3)
('价格', '偏高', '预算')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal

from bihuan.ai.domain.made import SourceText
from bihuan.ai.domain.words import CUES, sentences, words

EXACT = Context(prec=20)
"""So many digits, on every machine the same."""


def keywords(texts: Sequence[SourceText], *, most: int) -> tuple[str, ...]:
    """Return the words that weigh most, the heaviest first; equal ones as they come."""
    documents = [words(each) for text in texts for each in sentences(text.text)]
    said = Counter(word for document in documents for word in document if not word.isdigit())
    stands_in = Counter(word for document in documents for word in set(document))
    weights = {
        word: count * _rarity(len(documents), stands_in[word]) * (2 if word in CUES else 1)
        for word, count in said.items()
    }
    order = {word: place for place, word in enumerate(said)}
    return tuple(sorted(weights, key=lambda word: (-weights[word], order[word]))[:most])


def _rarity(documents: int, with_word: int) -> Decimal:
    return EXACT.ln(1 + EXACT.divide(Decimal(documents), Decimal(with_word)))
