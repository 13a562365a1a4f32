"""Tidy: a cell without what nobody meant to type.

Spaces around a value, invisible characters inside it and full-width letters
and digits come from typing and copying, not from meaning. Full-width
punctuation stays: 北京（集团） is how the company writes itself.

>>> tidy("　Ａ１２３ ")
'A123'
>>> tidy("北京（集团）")
'北京（集团）'
>>> half_width("￥１，２３４．５０")
'¥1,234.50'
"""

from __future__ import annotations

import re

_LETTERS = {
    code: code - 0xFEE0
    for start, end in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(start, end)
}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_TIDY = {**_LETTERS, **_INVISIBLE, 0x00A0: " ", 0x3000: " ", 0x202F: " "}
_ALL = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **_INVISIBLE,
    0x3000: " ",
    0x00A0: " ",
    0xFFE5: "¥",
    0x2212: "-",
}
# Anything that `_TIDY` would change; most cells have none of it and are left as they are.
_UNTIDY = re.compile(r"[\u00a0\u00ad\u200b-\u200d\u202f\u2060\u3000\ufeff０-９Ａ-Ｚａ-ｚ]")


def tidy(text: str) -> str:
    """Return a text without outer spaces, invisible characters and full-width letters."""
    if text.isascii() or not _UNTIDY.search(text):
        return text.strip()
    return text.translate(_TIDY).strip()


def half_width(text: str) -> str:
    """Return a text with every full-width form in its ASCII form, for numbers and dates."""
    return text.strip() if text.isascii() else text.translate(_ALL).strip()
