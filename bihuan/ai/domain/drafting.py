"""Draft: a text begun for somebody who will finish it, from points that others made.

The local draft is a form with the points filled in, in the language they are in.

>>> print(drafted(Purpose.FOLLOW_UP, ["价格再谈一次。"]))
您好！感谢您抽时间交流。我们上次谈到：
1. 价格再谈一次。
以上几点我会尽快给您明确答复。您看本周什么时间方便，我们再沟通一次？
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bihuan.ai.domain.words import is_chinese


class Purpose(StrEnum):
    """What a draft is for."""

    FOLLOW_UP = "follow_up"
    COACHING = "coaching"


FORMS: Mapping[tuple[Purpose, bool], tuple[str, str]] = {
    (Purpose.FOLLOW_UP, True): (
        "您好！感谢您抽时间交流。我们上次谈到：",
        "以上几点我会尽快给您明确答复。您看本周什么时间方便，我们再沟通一次？",
    ),
    (Purpose.FOLLOW_UP, False): (
        "Hello, and thank you for your time. Last time we spoke of this:",
        "I will come back to you on each point. When would suit you this week?",
    ),
    (Purpose.COACHING, True): (
        "最近几次客户沟通的要点：",
        "辅导时可以一起看：哪一点最影响成交？已经试过什么？本周先做哪一件事，需要谁支持？",
    ),
    (Purpose.COACHING, False): (
        "What the last conversations with customers came to:",
        "To talk over: which point decides the sale? What has been tried? "
        "What is done first this week, and whose help does it need?",
    ),
}


def drafted(purpose: Purpose, points: Sequence[str]) -> str:
    """Return the form of a purpose with the points filled in."""
    opening, closing = FORMS[purpose, is_chinese("".join(points))]
    numbered = (f"{number}. {point}" for number, point in enumerate(points, start=1))
    return "\n".join((opening, *numbered, closing))
