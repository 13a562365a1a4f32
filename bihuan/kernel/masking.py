"""Masking: what is left of a value for who may know of it and not read it.

Each sort of value shows as much as tells it from its neighbours, and no more:

>>> masked(Mask.PHONE, "13812345678"), masked(Mask.PHONE, "021-5555 1234")
('138****5678', '021-**** 1234')
>>> masked(Mask.MAIL, "zhang.san@example.com")
'z***@example.com'
>>> masked(Mask.NAME, "张三丰"), masked(Mask.NAME, "欧阳锋"), masked(Mask.NAME, "John Smith")
('张**', '欧阳*', 'J***')
>>> masked(Mask.NUMBER, "11010519491231002X"), masked(Mask.ADDRESS, "上海市浦东新区世纪大道1号")
('1****************X', '上海市***')
>>> masked(Mask.HANDLE, "lilei1990"), masked(Mask.ALL, "likes tea")
('l***', '***')

In a text, what looks like such a value is masked and the rest stays:

>>> masked(Mask.TEXT, "张总手机 138 1234 5678，微信 wx_zhang88，邮箱 a.b@c-d.com")
'张总手机 138 **** 5678，微信 w*********，邮箱 a***@c-d.com'
>>> masked(Mask.TEXT, "身份证 11010519491231002X，车牌沪A·12345，合同 120 万")
'身份证 1****************X，车牌沪A·*****，合同 120 万'

A masked value masked again stays as it is, and nothing stays of nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from bihuan.kernel.personal import DOUBLE, NAME, READ_AS, SORTS, Sort

STAR = "*"
FRONT, BACK = 3, 4
"""So many digits of a number that calls somebody are left in front and behind."""
REST = "***"
MAIL_SORT, ID_SORT, CARD_SORT, CALL_SORT, ACCOUNT_SORT, PLATE_SORT = (
    "邮箱",
    "证件",
    "卡号",
    "号码",
    "账号",
    "车牌",
)
AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{1,8}")
IN_TEXT = tuple(sort for sort in SORTS if sort.name != NAME)
"""Names stay in a text: without them nobody would know what it tells."""


class Mask(StrEnum):
    PHONE = "phone"
    MAIL = "mail"
    NAME = "name"
    NUMBER = "number"
    """A number by which an authority or a bank knows somebody."""
    ADDRESS = "address"
    HANDLE = "handle"
    """The name of an account."""
    ALL = "all"
    """Nothing is left but that there is something."""
    TEXT = "text"


def masked(mask: Mask, value: str) -> str:
    """Return what is left of a value."""
    return HOW[mask](value) if value else ""


def discreet(value: str) -> str:
    """Return a text without numbers and addresses; an amount, however large, is no number of that.

    >>> discreet("138 1234 5678 agreed"), discreet("100000000.00")
    ('138 **** 5678 agreed', '100000000.00')
    """
    return value if AMOUNT.fullmatch(value) else masked(Mask.TEXT, value)


def _starred(value: str, *, front: int, back: int) -> str:
    """Replace the letters and digits of a value, but for some in front and behind."""
    places = [at for at, each in enumerate(value) if each.isalnum() or each == STAR]
    if len(places) <= front + back:
        front, back = min(1, len(places) - 1), 0
    kept = {*places[:front], *(places[-back:] if back else ())}
    return "".join(STAR if at in set(places) - kept else each for at, each in enumerate(value))


def _phone(value: str) -> str:
    return _starred(value, front=FRONT, back=BACK)


def _number(value: str) -> str:
    """Leave the first and the last; of what is all signs, nothing."""
    has_any = any(each.isalnum() or each == STAR for each in value)
    return _starred(value if has_any else STAR * len(value), front=1, back=1)


def _mail(value: str) -> str:
    name, at, domain = value.partition("@" if "@" in value else "＠")
    return f"{name[:1] or STAR}{REST}{at}{domain}" if at else f"{value[:1]}{REST}"


def _name(value: str) -> str:
    if not re.match(r"[\u4e00-\u9fff]", value):
        return f"{value[:1]}{REST}"
    family = re.match(f"(?:{DOUBLE})(?=.)", value)
    front = len(family[0]) if family else 1
    return value[:front] + STAR * max(len(value) - front, 1)


def _address(value: str) -> str:
    """Leave the province, or the city that is one."""
    found = re.match(r"[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区|市)", value)
    return f"{found[0] if found else value[:1]}{REST}"


def _text(value: str) -> str:
    """Mask what looks like personal data, until nothing in the text does.

    Characters that cannot be seen are taken out, or a number could hide behind them.
    """
    value = "".join(each for each in value if unicodedata.category(each) != "Cf")
    while (seen := _once(value)) != value:
        value = seen
    return value


def _once(text: str) -> str:
    for sort in IN_TEXT:
        text = _without(sort, text)
    return text


def _without(sort: Sort, text: str) -> str:
    parts, at = [], 0
    for found in sort.look.finditer(text.translate(READ_AS)):
        start, end = found.span(sort.group)
        if sort.sure is None or sort.sure(found.group(sort.group)):
            parts += [text[at:start], OF_SORT[sort.name](text[start:end])]
            at = end
    return "".join((*parts, text[at:]))


HOW: Mapping[Mask, Callable[[str], str]] = {
    Mask.PHONE: _phone,
    Mask.MAIL: _mail,
    Mask.NAME: _name,
    Mask.NUMBER: _number,
    Mask.ADDRESS: _address,
    Mask.HANDLE: lambda value: f"{value[:1]}{REST}",
    Mask.ALL: lambda value: REST,
    Mask.TEXT: _text,
}
OF_SORT: Mapping[str, Callable[[str], str]] = {
    MAIL_SORT: _mail,
    ID_SORT: _number,
    CARD_SORT: lambda value: _starred(value, front=0, back=BACK),
    CALL_SORT: _phone,
    ACCOUNT_SORT: lambda value: value[:1] + STAR * (len(value) - 1),
    PLATE_SORT: lambda value: _starred(value, front=2, back=0),
}
