"""Wording: two texts of a definition side by side, line by line.

>>> old = ["“金额”之和，其中类型为签约", "− “金额”之和，其中类型为退货"]
>>> new = ["“金额”之和，其中类型为签约且金额大于0", "− “金额”之和，其中类型为退货"]
>>> for pair in side_by_side(old, new):
...     print(pair.is_same, pair.old, "|", pair.new)
False “金额”之和，其中类型为签约 | “金额”之和，其中类型为签约且金额大于0
True − “金额”之和，其中类型为退货 | − “金额”之和，其中类型为退货
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Pair:
    """A line as it was and as it will be; nothing where there is no such line."""

    old: str | None
    new: str | None

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def side_by_side(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return the lines of two texts with those that belong together beside each other."""
    pairs = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for _, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        pairs += [
            Pair(before, after)
            for before, after in zip_longest(old[from_old:to_old], new[from_new:to_new])
        ]
    return pairs
