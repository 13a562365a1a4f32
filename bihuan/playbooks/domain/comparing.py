"""Comparing: what a version of a text says otherwise than another one, line by line.

>>> [(each.change, each.text) for each in compared("一\\n二\\n三", "一\\n贰\\n三")]
[('kept', '一'), ('gone', '二'), ('new', '贰'), ('kept', '三')]
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, GONE, NEW = "kept", "gone", "new"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either text, and what became of it."""

    change: str
    text: str


def compared(old: str, new: str) -> list[Line]:
    """Return the lines of both texts in order: those kept, those gone, those new."""
    before, after = old.split("\n"), new.split("\n")
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line(KEPT, text) for text in before[i1:i2]]
        else:
            lines += [Line(GONE, text) for text in before[i1:i2]]
            lines += [Line(NEW, text) for text in after[j1:j2]]
    return lines
