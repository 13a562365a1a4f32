"""Normal name: a company's name without what people write now one way and now another.

Full-width and traditional characters, brackets, spaces, capitals and the legal
form go; the region and the branch are taken out and kept apart, because they
tell companies from each other:

>>> normal_name("苏州汇川控制技术有限公司")
NormalName(core='汇川控制技术', region='3205', branch='')
>>> normal_name("蘇州匯川控制技術 （股份）有限公司") == normal_name("苏州汇川控制技术有限责任公司")
True
>>> normal_name("汇川控制技术（苏州）有限公司") == normal_name("苏州市汇川控制技术公司")
True
>>> normal_name("苏州汇川控制") == normal_name("深圳汇川控制")
False

A branch is not the company:

>>> normal_name("苏州汇川控制技术有限公司上海分公司")
NormalName(core='汇川控制技术', region='3205', branch='31分公司')

Names of other countries lose their legal forms as well:

>>> normal_name("ACME Widgets Co., Ltd.") == normal_name("Acme Widgets Inc")
True
>>> normal_name("Müller & Söhne GmbH").core
'müller söhne'

What is nothing but a legal form or a region keeps it:

>>> normal_name("公司").core, normal_name("上海").core
('公司', '上海')
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from bihuan.customers.domain.region import SHORTEST_REST, leading, named, trailing

_SIMPLIFIED = OpenCC("t2s")

# Any Chinese character: such a name is read without spaces.
CHINESE = re.compile(r"[\u3400-\u9fff]")

# What stands in brackets, once all brackets are round.
BRACKETED = re.compile(r"\(([^()]*)\)")

# An earlier name in brackets says nothing of what the company is called now.
FORMER = re.compile(r"^(原|曾用名|原名|旧称)")

# What tells a part of a company from the company.
BRANCH = re.compile(r"(分公司|分行|支行|办事处|代表处|营业部|经营部|分厂|分店|分中心|门店|项目部)$")

# Chinese legal forms, the longest first; a name may end with several.
FORMS = re.compile(
    r"(集团股份有限公司|股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|总公司"
    r"|合伙企业|个人独资企业|普通合伙|有限合伙|特殊普通合伙|公司|集团|股份)$"
)

# Legal forms of other countries, without dots, as whole words at the end.
FOREIGN_FORMS = frozenset(
    [
        *("co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc"),
        *("llp", "lp", "plc", "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "se", "sa", "sas"),
        *("sarl", "spa", "srl", "bv", "nv", "ab", "as", "asa", "aps", "oy", "oyj", "pte", "pty"),
        *("kk", "sdn", "bhd", "group", "holding", "holdings"),
    ]
)

_ROUND = str.maketrans("【】〔〕[]{}〈〉《》", "()()()()()()")


@dataclass(frozen=True, slots=True)
class NormalName:
    """What is left of a name: its core, the code of its region, the branch it is of."""

    core: str
    region: str = ""
    branch: str = ""


@lru_cache(maxsize=200_000)
def normal_name(text: str) -> NormalName:
    """Return the normal form of a company's name."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ROUND).strip()
    if CHINESE.search(plain) is None:
        return NormalName(_foreign(plain))
    return _chinese(re.sub(r"\s+", "", _SIMPLIFIED.convert(plain)))


def _foreign(text: str) -> str:
    """Return a name in letters, word by word, without its legal forms."""
    without_dots = re.sub(r"[.'’]", "", text)
    words = re.sub(r"[^\w]+", " ", without_dots).split()
    kept = list(words)
    while kept and kept[-1] in FOREIGN_FORMS:
        kept.pop()
    return " ".join(kept or words) or text


def _chinese(text: str) -> NormalName:
    """Return the parts of a name that has Chinese in it and no spaces."""
    bracketed, text = _without_brackets(text)
    branch, text = _without_branch(text)
    text = _without_forms(text)
    region, core = leading(text)
    if not region:
        region, core = trailing(text)
    core = _without_forms(core)
    return NormalName(_bare(core) or text, region or bracketed, branch)


def _without_brackets(text: str) -> tuple[str, str]:
    """Return the region that stands in brackets, and the name without brackets."""
    region = ""
    for inside in BRACKETED.findall(text):
        if named(inside):
            region, text = named(inside), text.replace(f"({inside})", "", 1)
        elif FORMER.match(inside):
            text = text.replace(f"({inside})", "", 1)
    return region, re.sub(r"[()]", "", text)


def _without_branch(text: str) -> tuple[str, str]:
    """Return which branch a name is of, and the name of the company it belongs to."""
    found = BRANCH.search(text)
    if found is None:
        return "", text
    before = text[: found.start()]
    head, company, where = before.rpartition("公司")
    if not company:
        region, head = trailing(before)
        return f"{region}{found[1]}", head or text
    return f"{named(where) or where}{found[1]}", head + company


def _without_forms(text: str) -> str:
    """Return a name without the legal forms at its end, as long as something is left."""
    while (found := FORMS.search(text)) and found.start() >= SHORTEST_REST:
        text = text[: found.start()]
    return _without_latin_forms(text)


def _without_latin_forms(text: str) -> str:
    """Return a Chinese name without a foreign legal form behind it: 某某co.,ltd."""
    return re.sub(r"(?<=[\u3400-\u9fff])(co\.?,?)?(ltd|inc|llc|gmbh|corp)\.?$", "", text)


def _bare(text: str) -> str:
    """Return a text without punctuation."""
    return re.sub(r"[^\w]", "", text)
