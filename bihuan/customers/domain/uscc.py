"""USCC 统一社会信用代码: the eighteen characters by which China knows a company.

The last one checks the others, so a slip of the pen is seen:

>>> checked("91110000600037341L"), checked(" 9111 0000 6000 37341l ")
('91110000600037341L', '91110000600037341L')
>>> checked("91110000600037341A")
Traceback (most recent call last):
...
bihuan.customers.domain.uscc.UsccWrong: “91110000600037341A” is not a unified social credit code: \
its last character does not fit the others.

>>> known_in({"name": "x", "统一社会信用代码": "91110000600037341L"})
'91110000600037341L'
>>> known_in({"uscc": "unknown"})
''
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from stdnum.cn import uscc
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidLength,
    ValidationError,
)

from bihuan.kernel.errors import Invalid, gettext_noop

KEY = "uscc"
"""The attribute of an account that holds its code."""

ALSO = ("统一社会信用代码", "社会信用代码", "信用代码", "纳税人识别号", "税号")
"""What sources call it: since 2015 a company's tax number is the same code."""

KEYS = (KEY, *ALSO)


class UsccWrong(Invalid):
    code = "customers.uscc_wrong"
    says = gettext_noop(
        "“%(uscc)s” is not a unified social credit code: "
        "its last character does not fit the others."
    )


class UsccMalformed(UsccWrong):
    code = "customers.uscc_malformed"
    says = gettext_noop(
        "“%(uscc)s” is not a unified social credit code: it begins with eight digits, "
        "and the letters I, O, Z, S and V do not occur."
    )


class UsccLength(UsccWrong):
    code = "customers.uscc_length"
    says = gettext_noop(
        "“%(uscc)s” is not a unified social credit code: it has %(length)s characters, not 18."
    )


def checked(text: str) -> str:
    """Return a code as it is kept, or refuse it and say what is wrong."""
    compact = uscc.compact(unicodedata.normalize("NFKC", text))
    try:
        return uscc.validate(compact)
    except InvalidLength as error:
        raise UsccLength(uscc=text.strip(), length=len(compact)) from error
    except InvalidChecksum as error:
        raise UsccWrong(uscc=text.strip()) from error
    except ValidationError as error:
        raise UsccMalformed(uscc=text.strip()) from error


def known_in(attributes: Mapping[str, object]) -> str:
    """Return the code that an account's attributes hold; one that is wrong proves nothing."""
    for key in KEYS:
        text = unicodedata.normalize("NFKC", str(attributes.get(key) or ""))
        if uscc.is_valid(text):
            return uscc.compact(text)
    return ""
