"""Redaction: personal data is replaced before a text leaves the house, and put back after.

Each value becomes a placeholder of its sort, the same value the same one, so that a
service can still tell who is who:

>>> hidden = redact("张总 13812345678 让李雷转告张总", names=["李雷"])
>>> hidden.text
'〔姓名2〕总 〔号码1〕 让〔姓名1〕转告〔姓名2〕总'
>>> put_back("请致电〔姓名2〕总：〔号码1〕。", hidden)
'请致电张总：13812345678。'

Too much is hidden rather than too little: what is hidden comes back unharmed. Digits
are found in whatever form they are written, and behind characters that cannot be seen:

>>> redact("手机１３８ 1234 5678，或幺三九零零零零幺幺幺幺").text
'手机〔号码1〕，或〔号码2〕'
>>> redact("身份证 11010519491231002X，卡 6222 0212 3456 7894 与 a.b@c-d.com").text
'身份证 〔证件1〕，卡 〔卡号1〕 与 〔邮箱1〕'
>>> redact("微信号：wx_zhang88，车牌沪A·12345").text
'微信号：〔账号1〕，车牌〔车牌1〕'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.ai.domain.answer import plain
from bihuan.kernel.personal import NAME, READ_AS, SORTS, Sort


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without personal data, and what each placeholder stands for."""

    text: str
    values: Mapping[str, str]


class Redactor:
    """Hides values over several texts, the same value behind the same placeholder."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        known = {name for each in names if len(name := plain(each).strip()) > 1}
        self._names = sorted(known, key=len, reverse=True)
        self._given: dict[tuple[str, str], str] = {}

    def hide(self, text: str) -> str:
        """Return a text without personal data."""
        seen = plain(text).replace("〔", "（").replace("〕", "）")
        for name in self._names:
            if name in seen:
                seen = seen.replace(name, self._placeholder(NAME, name))
        for sort in SORTS:
            seen = self._without(sort, seen)
        return seen

    def _without(self, sort: Sort, text: str) -> str:
        parts, at = [], 0
        # A given name may hold a Chinese digit: names are read as they are written.
        read = text if sort.name == NAME else text.translate(READ_AS)
        for found in sort.look.finditer(read):
            start, end = found.span(sort.group)
            value = text[start:end]
            if sort.sure is not None and not sort.sure(found.group(sort.group)):
                continue
            parts += [text[at:start], self._placeholder(sort.name, value)]
            at = end
        return "".join((*parts, text[at:]))

    def _placeholder(self, sort: str, value: str) -> str:
        key = (sort, value)
        if key not in self._given:
            number = 1 + sum(1 for known, _ in self._given if known == sort)
            self._given[key] = f"〔{sort}{number}〕"
        return self._given[key]

    def hide_all(self, texts: Sequence[str]) -> list[str]:
        """Return texts without personal data: a name that one gives away is hidden in all."""
        for each in texts:
            self.hide(each)
        given = (value for sort, value in self._given if sort == NAME and len(value) > 1)
        self._names = sorted({*self._names, *given}, key=len, reverse=True)
        return [self.hide(each) for each in texts]

    @property
    def values(self) -> dict[str, str]:
        return {placeholder: value for (_, value), placeholder in self._given.items()}


def redact(text: str, *, names: Iterable[str] = ()) -> Hidden:
    """Return a text without personal data; ``names`` are hidden wherever they stand."""
    redactor = Redactor(names)
    [hidden] = redactor.hide_all([text])
    return Hidden(hidden, redactor.values)


def put_back(text: str, hidden: Hidden) -> str:
    """Return an answer with the values that its placeholders stand for."""
    return re.sub(r"〔[^〔〕]{1,8}〕", lambda found: hidden.values.get(found[0], found[0]), text)
