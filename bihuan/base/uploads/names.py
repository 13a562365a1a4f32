"""What is kept of a file's name.

>>> clean_name("C:\\\\Users\\\\lin\\\\ 报价 单.xlsx ")
'报价 单.xlsx'
>>> clean_name("../../etc/passwd\\n.pdf")
'passwd.pdf'
"""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 120
UNFIT = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """Return a file's name without folders, control characters and what no disk takes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(each for each in last if not unicodedata.category(each).startswith("C"))
    kept = UNFIT.sub("", unicodedata.normalize("NFC", plain)).strip(" .")
    ending = ending_of(kept)
    stem = kept[: len(kept) - len(ending)].strip()
    return stem[: NAME_LENGTH - len(ending)] + ending if len(ending) < NAME_LENGTH else ""


def ending_of(name: str) -> str:
    """Return how a file's name ends, from its last dot.

    >>> ending_of("Offer.PDF"), ending_of("readme"), ending_of(".pdf")
    ('.PDF', '', '')
    """
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""
