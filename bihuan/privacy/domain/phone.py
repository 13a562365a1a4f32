"""Phone: one way to write a number, however people type it.

Numbers are kept as E.164 says, so that two spellings of one number are found as
one. A number without its country is one of China.

>>> e164("138 0013 8000"), e164("+86-138-0013-8000"), e164("（0512）6288 8888")
('+8613800138000', '+8613800138000', '+8651262888888')
>>> e164("+44 20 7946 0958")
'+442079460958'

An extension stays with the number. What cannot be a number is refused:

>>> e164("0512-62888888 转 806")
'+8651262888888;ext=806'
>>> e164("12")
Traceback (most recent call last):
    ...
bihuan.privacy.domain.phone.PhoneUnfit: This is no phone number: 12
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from bihuan.kernel.errors import Invalid, gettext_noop

HOME = "CN"
# What stands before an extension in Chinese: 转 (put through), 分机 (extension).
EXTENSION = re.compile(r"\s*(转|轉|分机|分機)\s*")
SHOWN = 40


class PhoneUnfit(Invalid):
    code = "privacy.phone_unfit"
    says = gettext_noop("This is no phone number: %(text)s")


def e164(text: str) -> str:
    """Return a phone number with its country and nothing else; one that cannot be is refused."""
    plain = EXTENSION.sub(" ext ", unicodedata.normalize("NFKC", text).strip())
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException as fault:
        raise PhoneUnfit(text=text[:SHOWN]) from fault
    if not phonenumbers.is_possible_number(number):
        raise PhoneUnfit(text=text[:SHOWN])
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written};ext={number.extension}" if number.extension else written


def written_out(number: str) -> str:
    """Return a kept number as people read it: those of China without their country.

    >>> written_out("+8613800138000"), written_out("+442079460958")
    ('138 0013 8000', '+44 20 7946 0958')
    """
    plain, _, extension = number.partition(";ext=")
    parsed = phonenumbers.parse(plain, None)
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if phonenumbers.region_code_for_number(parsed) == HOME
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    shown = phonenumbers.format_number(parsed, form)
    return f"{shown} 转 {extension}" if extension else shown
