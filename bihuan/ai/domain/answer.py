"""Answer: what a service wrote, made fit to be shown as text and as nothing else.

Characters that steer a screen or turn the direction of writing are taken out, and
so are zero-width ones, which hide words in words. The length is bounded. What is
left is shown as it is: no mark-up in it is ever read as such.

>>> tidied("一切正常\\u202e\\x1b[31m。\\r\\n\\n\\n\\n见下。", limit=50)
'一切正常[31m。\\n\\n见下。'
>>> tidied("<script>alert(1)</script>", limit=8)
'<script…'
"""

from __future__ import annotations

import re
import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return a text without characters that cannot be seen, except line breaks."""
    lines = re.sub(r"\r\n?|[\u2028\u2029]", "\n", text).replace("\t", " ")
    return "".join(each for each in lines if each == "\n" or not _is_unseen(each))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN


def tidied(text: str, *, limit: int) -> str:
    """Return an answer as it is kept: plain, without runs of empty lines, cut when too long."""
    kept = re.sub(r"\n{3,}", "\n\n", plain(text)).strip()
    return kept if len(kept) <= limit else f"{kept[: limit - 1]}…"
