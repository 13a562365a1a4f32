"""Field: what is kept of a person in the vault, how it is made fit, and by what it is found.

Each field says how long it may be, whether the law calls it sensitive (敏感个人信息), and of
which sort it is. Fields of one sort are found by one another: a mobile number
answers to a look-up by phone. What a mask leaves of it depends on the sort as well.

>>> fit(Field.MAIL, "  Li.Lei@Example.COM ")
'li.lei@example.com'
>>> fit(Field.MOBILE, "138-0013-8000")
'+8613800138000'
>>> fit(Field.NAME, "  李雷 "), fit(Field.TITLE, "  ")
('李雷', '')
>>> found_as(Field.MOBILE, "+8613800138000") == found_as(Field.PHONE, "+8613800138000")
True
>>> found_as(Field.NOTES, "likes tea") is None
True
>>> in_full(Field.MOBILE, "+8613800138000"), masked_as(Field.MOBILE, "+8613800138000")
('138 0013 8000', '138 **** 8000')
>>> Field.ID_NUMBER in SENSITIVE, Field.MAIL in SENSITIVE
(True, False)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.masking import STAR, Mask, masked
from bihuan.privacy.domain.phone import e164, written_out


class Field(StrEnum):
    NAME = "name"
    TITLE = "title"
    MOBILE = "mobile"
    PHONE = "phone"
    MAIL = "mail"
    WECHAT = "wechat"
    ADDRESS = "address"
    BIRTHDAY = "birthday"
    ID_NUMBER = "id_number"
    EMERGENCY_NAME = "emergency_name"
    EMERGENCY_PHONE = "emergency_phone"
    NOTES = "notes"


class Kind(StrEnum):
    """Whose fields they are: a colleague's, or those of somebody at a customer."""

    PERSON = "person"
    CONTACT = "contact"


class Sort(StrEnum):
    """What a field is made of."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PHONE = "phone"
    MAIL = "mail"
    HANDLE = "handle"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Spec:
    longest: int
    sort: Sort = Sort.TEXT
    how: Mask = Mask.ALL
    """What is left of it for who may know that it is there, not what it is."""


SPECS: Mapping[Field, Spec] = {
    Field.NAME: Spec(80, how=Mask.NAME),
    Field.TITLE: Spec(80),
    Field.MOBILE: Spec(40, Sort.PHONE, Mask.PHONE),
    Field.PHONE: Spec(40, Sort.PHONE, Mask.PHONE),
    Field.MAIL: Spec(254, Sort.MAIL, Mask.MAIL),
    Field.WECHAT: Spec(64, Sort.HANDLE, Mask.HANDLE),
    Field.ADDRESS: Spec(300, how=Mask.ADDRESS),
    Field.BIRTHDAY: Spec(10, Sort.DAY),
    Field.ID_NUMBER: Spec(40, Sort.NUMBER, Mask.NUMBER),
    Field.EMERGENCY_NAME: Spec(80, how=Mask.NAME),
    Field.EMERGENCY_PHONE: Spec(40, Sort.PHONE, Mask.PHONE),
    Field.NOTES: Spec(2000, Sort.LONG_TEXT),
}

FIELDS_OF: Mapping[Kind, tuple[Field, ...]] = {
    Kind.CONTACT: (
        *(Field.NAME, Field.TITLE, Field.MOBILE, Field.PHONE, Field.MAIL, Field.WECHAT),
        Field.NOTES,
    ),
    Kind.PERSON: (
        *(Field.MOBILE, Field.MAIL, Field.WECHAT, Field.ADDRESS, Field.BIRTHDAY),
        *(Field.ID_NUMBER, Field.EMERGENCY_NAME, Field.EMERGENCY_PHONE),
    ),
}

SENSITIVE = frozenset(
    {Field.ID_NUMBER, Field.ADDRESS, Field.BIRTHDAY, Field.EMERGENCY_NAME, Field.EMERGENCY_PHONE}
)
"""What asks for a consent of its own (PIPL art. 29)."""

FOUND_BY = frozenset({Sort.PHONE, Sort.MAIL, Sort.HANDLE, Sort.NUMBER})
NOT_FOUND_BY = frozenset({Field.EMERGENCY_PHONE})
"""The number of somebody else: it does not tell who has it."""

# Something before one @ and a domain with a dot: more cannot be known without sending.
MAIL = re.compile(r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$")
LEFT_BY_MASK = "***"
SHOWN = 40


class FieldUnfit(Invalid):
    code = "privacy.field_unfit"
    says = gettext_noop("“%(text)s” is longer than %(limit)s, or holds control characters.")


class ValueMasked(Invalid):
    code = "privacy.value_masked"
    says = gettext_noop("This is what a mask left of a value, not a value: %(text)s")


class MailUnfit(Invalid):
    code = "privacy.mail_unfit"
    says = gettext_noop("This is no mail address: %(text)s")


class DayUnfit(Invalid):
    code = "privacy.day_unfit"
    says = gettext_noop("A day is written 1990-12-31, not “%(text)s”.")


def fit(field: Field, text: str) -> str:
    """Return a value in the one form in which it is kept; nothing stays nothing."""
    spec, plain = SPECS[field], unicodedata.normalize("NFC", text).strip()
    if not plain:
        return ""
    if _is_masked(plain, spec.sort):
        raise ValueMasked(text=plain[:SHOWN])
    if spec.sort is Sort.PHONE:
        return e164(plain)
    if spec.sort is Sort.MAIL:
        return _mail(plain)
    if spec.sort is Sort.DAY:
        return _day(plain)
    return _text(plain, limit=spec.longest, is_long=spec.sort is Sort.LONG_TEXT)


def _is_masked(text: str, sort: Sort) -> bool:
    """Tell whether a mask left this; in a number that is written in groups, stars stand alone."""
    return sort is not Sort.LONG_TEXT and (STAR if sort is Sort.PHONE else LEFT_BY_MASK) in text


def in_full(field: Field, value: str) -> str:
    """Return a kept value as people write it."""
    return written_out(value) if value and SPECS[field].sort is Sort.PHONE else value


def masked_as(field: Field, value: str) -> str:
    """Return what a mask leaves of a kept value."""
    return masked(SPECS[field].how, in_full(field, value))


def _text(text: str, *, limit: int, is_long: bool) -> str:
    allowed = "\n\r\t" if is_long else ""
    has_control = any(unicodedata.category(c) == "Cc" and c not in allowed for c in text)
    if len(text) > limit or has_control:
        shown = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
        raise FieldUnfit(text=shown[:SHOWN], limit=limit)
    return text


def _mail(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    if not MAIL.match(plain) or len(plain) > SPECS[Field.MAIL].longest:
        raise MailUnfit(text=text[:SHOWN])
    return plain


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        raise DayUnfit(text=text[:SHOWN]) from fault


def found_as(field: Field, value: str) -> str | None:
    """Return by what a kept value is found: its sort and itself; ``None`` where it is not."""
    sort = SPECS[field].sort
    if not value or sort not in FOUND_BY or field in NOT_FOUND_BY:
        return None
    plain = value.upper().replace(" ", "") if sort is Sort.NUMBER else value.lower()
    return f"{sort}:{plain}"


def looked_for(text: str) -> tuple[str, ...]:
    """Return by what a text may be found that somebody typed: as a phone, a mail or a handle.

    >>> looked_for("Li.Lei@example.com")
    ('mail:li.lei@example.com',)
    >>> looked_for("138 0013 8000")
    ('phone:+8613800138000', 'handle:138 0013 8000')
    >>> looked_for("li-lei")
    ('handle:li-lei',)
    """
    found: list[str] = []
    for field in (Field.MOBILE, Field.MAIL):
        try:
            known = found_as(field, fit(field, text))
        except Invalid:
            continue
        if known is not None:
            found.append(known)
    plain = text.strip().lower()
    if plain and "@" not in plain and len(plain) <= SPECS[Field.WECHAT].longest:
        found.append(f"{Sort.HANDLE}:{plain}")
    return tuple(found)
