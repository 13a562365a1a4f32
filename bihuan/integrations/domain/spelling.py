"""Spelling: which known words a mistyped one is closest to.

>>> closest("GTXPro", ["GTX Pro", "GTX Basic", "MG Special"])
'GTX Pro'
>>> closest("林小", ["林晓", "王磊"])
'林晓'
>>> closest("zzz", ["林晓"])
'–'
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

NONE_CLOSE = "–"
LEAST_LIKENESS = 50


def closest(value: str, known: Iterable[str], *, limit: int = 3) -> str:
    """Return the closest known words, the best first, or a dash when none is close."""
    found = process.extract(
        value, list(known), scorer=fuzz.ratio, limit=limit, score_cutoff=LEAST_LIKENESS
    )
    return ", ".join(word for word, _, _ in found) or NONE_CLOSE
