"""Name: how Chinese names sort and are found.

The embedded server has no Chinese collation, so names carry a pinyin key to
sort by and initials to find by. Some characters are read another way in a
surname; the table says how.

>>> sort_key("单雄信"), initials("单雄信")
('shan xiong xin', 'sxx')
>>> sort_key("Anna Snelling"), initials("Anna Snelling")
('anna snelling', 'as')
"""

from __future__ import annotations

from functools import lru_cache

SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "朴": "piao",
    "任": "ren", "华": "hua", "盖": "ge", "纪": "ji", "尉迟": "yu chi", "万俟": "mo qi",
    "种": "chong", "缪": "miao", "乐": "yue", "召": "shao", "折": "she", "翟": "zhai", "覃": "qin",
    "冼": "xian", "员": "yun", "洗": "xian", "秘": "bi", "逄": "pang", "隗": "wei", "黑": "he",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def syllables(name: str) -> tuple[str, ...]:
    """Return the readings of a name, word by word, surnames read as surnames."""
    for length in (2, 1):
        reading = SURNAMES.get(name[:length])
        if reading and 2 <= len(name) <= 4:
            return (*reading.split(), *syllables_of_text(name[length:]))
    return syllables_of_text(name)


def syllables_of_text(text: str) -> tuple[str, ...]:
    """Return the readings of a text that is not a person's name."""
    from pypinyin import Style, lazy_pinyin  # Its dictionary would hold up every start.

    return tuple(word for part in lazy_pinyin(text, style=Style.NORMAL) for word in part.split())


def sort_key(name: str) -> str:
    """Return what a name sorts by."""
    return " ".join(syllables(name.strip())).lower()[:200]


def initials(name: str) -> str:
    """Return the first letters of a name's readings, to find it by."""
    return "".join(word[0] for word in syllables(name.strip()) if word).lower()[:80]
