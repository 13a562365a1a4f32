"""Code: the short name of a company in addresses, files and commands, made from its name.

Chinese is spelled in pinyin, whatever else is no letter and no digit becomes a hyphen,
and where the code is taken a number follows.

>>> code_from("华东精工（苏州）有限公司")
'huadongjinggong-suzhou-youxiangongsi'
>>> code_from("ACME Sales, Ltd.")
'acme-sales-ltd'
>>> free_code("acme", taken={"acme", "acme-2"})
'acme-3'
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from bihuan.org.domain.name import sort_key

LENGTH = 40
GOOD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LATIN = re.compile(r"[A-Za-z0-9]")


def code_from(name: str) -> str:
    """Return a code for a company of this name."""
    has_latin = bool(LATIN.search(name))
    spelled = name if has_latin and name.isascii() else sort_key(name).replace(" ", "")
    kept = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")
    return kept[:LENGTH].strip("-") or "company"


def free_code(code: str, *, taken: Collection[str]) -> str:
    """Return the code, or the first that follows it with a number and is not taken."""
    if code not in taken:
        return code
    following = (f"{code[: LENGTH - len(str(n)) - 1]}-{n}" for n in count(2))
    return next(each for each in following if each not in taken)
