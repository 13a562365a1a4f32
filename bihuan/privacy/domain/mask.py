"""Mask: what is left of a value for whoever may know that it is there, not what it is.

>>> masked(Field.MOBILE, "+8613800138000"), masked(Field.PHONE, "+8651262888888")
('138****8000', '0512****8888')
>>> masked(Field.MAIL, "li.lei@example.com")
'l***@example.com'
>>> masked(Field.NAME, "欧阳娜娜"), masked(Field.NAME, "李雷")
('欧***', '李*')
>>> masked(Field.ID_NUMBER, "320502199003071234"), masked(Field.WECHAT, "lilei1990")
('3****************4', 'l****')
>>> masked(Field.NOTES, "likes tea"), masked(Field.MOBILE, "")
('****', '')

How a field is shown is decided by whoever asks for it:

>>> shown_as(Showing.HIDE, Field.NAME, "李雷"), shown_as(Showing.FULL, Field.NAME, "李雷")
('', '李雷')
"""

from __future__ import annotations

from enum import StrEnum

from bihuan.privacy.domain.field import SPECS, Field, Sort
from bihuan.privacy.domain.phone import written_out

STARS = "****"
LAST = 4


class Showing(StrEnum):
    """How much of a value somebody is shown."""

    FULL = "full"
    MASK = "mask"
    HIDE = "hide"


def shown_as(showing: Showing, field: Field, value: str) -> str:
    """Return what somebody is shown of a kept value."""
    if showing is Showing.HIDE:
        return ""
    return masked(field, value) if showing is Showing.MASK else in_full(field, value)


def in_full(field: Field, value: str) -> str:
    """Return a kept value as people write it."""
    return written_out(value) if value and SPECS[field].sort is Sort.PHONE else value


def masked(field: Field, value: str) -> str:
    """Return a value of which nobody can be reached or known."""
    if not value:
        return ""
    sort = SPECS[field].sort
    if sort is Sort.PHONE:
        return _phone(value)
    if sort is Sort.MAIL:
        name, _, domain = value.partition("@")
        return f"{name[0]}***@{domain}"
    if sort is Sort.NUMBER:
        return f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"
    if field in (Field.NAME, Field.EMERGENCY_NAME):
        return value[0] + "*" * max(1, len(value) - 1)
    return f"{value[0]}{STARS}" if sort is Sort.HANDLE else STARS


def _phone(value: str) -> str:
    """Keep the beginning, which says where it is, and the last four digits."""
    plain = value.partition(";")[0]
    national = "".join(c for c in written_out(plain) if c.isdigit())
    return (
        f"{national[: max(0, min(LAST, len(national) - 8))] or national[:1]}{STARS}{plain[-LAST:]}"
    )
