"""Likeness: how sure one may be that two accounts are one customer, and why.

Every judgement carries its reasons, so whoever merges sees what it rests on.
Nothing is ever merged by itself.

>>> one = Known(entity=1, names=("苏州汇川控制技术有限公司",))
>>> other = Known(entity=2, names=("汇川控制技术（苏州）有限责任公司",))
>>> likeness(one, other).score, [each.code for each in likeness(one, other).reasons]
(95, ['same_name', 'same_region'])

A different city, branch or credit code speaks against it, whatever the names say:

>>> elsewhere = Known(entity=3, names=("深圳汇川控制技术有限公司",))
>>> likeness(one, elsewhere).is_blocked, [each.code for each in likeness(one, elsewhere).against]
(True, ['different_region'])

Who was once called like the other is most likely the other, and the same code
outweighs every name:

>>> renamed = Known(entity=4, names=("苏州新远智能装备有限公司", "苏州汇川控制技术有限公司"))
>>> [each.code for each in likeness(one, renamed).reasons]
['former_name', 'same_region']
>>> with_code = Known(entity=5, names=("甲公司",), codes=frozenset({"91110000600037341L"}))
>>> again = Known(entity=6, names=("乙公司",), codes=frozenset({"91110000600037341L"}))
>>> likeness(with_code, again).score
100
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from rapidfuzz import fuzz

from bihuan.customers.domain.normal_name import NormalName, normal_name
from bihuan.customers.domain.region import apart
from bihuan.kernel.errors import gettext_noop

SIMILAR_FROM = 85
"""Cores of names that are alike to so many percent are worth a look."""

SAME_USCC = 100
SAME_NAME = 95
FORMER_NAME = 92
SIMILAR_LESS = 10
"""Likeness of letters alone is worth so much less than its percentage."""
SAME_REGION = 4
WORTH_SHOWING = 75


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a customer: its names, today's first, and its credit codes."""

    entity: int
    names: tuple[str, ...]
    codes: frozenset[str] = frozenset()

    @property
    def normal_names(self) -> tuple[NormalName, ...]:
        return tuple(normal_name(name) for name in self.names)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against: a code and a sentence."""

    code: str
    says: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two customers are, 0 to 100, with what speaks for it and against it."""

    score: int
    reasons: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class _Likeliest:
    """The pair of names that speaks most for it: how much, and what it says."""

    score: int
    reasons: tuple[Evidence, ...]
    here: NormalName
    there: NormalName


def _same_uscc(uscc: str) -> Evidence:
    says = gettext_noop("Same unified social credit code: %(uscc)s")
    return Evidence("same_uscc", says, {"uscc": uscc})


SAID_SAME_NAME = Evidence(
    "same_name", gettext_noop("Same name, apart from the way it is written and the legal form")
)
SAID_FORMER_NAME = Evidence("former_name", gettext_noop("One was once called like the other"))
SAID_SAME_REGION = Evidence("same_region", gettext_noop("Same region"))
SAID_OTHER_REGION = Evidence("different_region", gettext_noop("Different region"))
SAID_OTHER_BRANCH = Evidence(
    "different_branch", gettext_noop("One is a branch, the other is not, or is another branch")
)


def _similar(percent: int) -> Evidence:
    says = gettext_noop("Names are %(percent)s%% alike")
    return Evidence("similar_name", says, {"percent": percent})


def _other_uscc(here: frozenset[str], there: frozenset[str]) -> Evidence:
    says = gettext_noop("Different unified social credit codes: %(one)s, %(other)s")
    params = {"one": ", ".join(sorted(here)), "other": ", ".join(sorted(there))}
    return Evidence("different_uscc", says, params)


def likeness(one: Known, other: Known) -> Likeness:
    """Judge two customers by their codes and by all the names they ever had."""
    shared = sorted(one.codes & other.codes)
    best = max(
        (
            _of_names(here, there, is_now=(a, b) == (0, 0))
            for (a, here), (b, there) in product(
                enumerate(one.normal_names), enumerate(other.normal_names)
            )
        ),
        key=lambda each: each.score,
    )
    against = _against(best.here, best.there)
    if shared:
        reasons = (_same_uscc(shared[0]), *best.reasons)
        return Likeness(SAME_USCC, reasons, against)
    if one.codes and other.codes:
        against = (_other_uscc(one.codes, other.codes), *against)
    return Likeness(best.score, best.reasons, against, is_blocked=bool(against))


def _of_names(here: NormalName, there: NormalName, *, is_now: bool) -> _Likeliest:
    """Judge one name against another, apart from what speaks against it."""
    score, reason = _likeness_of(here, there, is_now=is_now)
    is_same_region = bool(here.region) and here.region == there.region
    reasons: tuple[Evidence, ...] = () if reason is None else (reason,)
    if reason is not None and is_same_region:
        reasons = (reason, SAID_SAME_REGION)
        score = score if reason.code != "similar_name" else min(score + SAME_REGION, FORMER_NAME)
    if _against(here, there):
        # So that a pair of names with nothing against it is preferred.
        score = score // 2
    return _Likeliest(score, reasons, here, there)


def _likeness_of(
    here: NormalName, there: NormalName, *, is_now: bool
) -> tuple[int, Evidence | None]:
    if here == there:
        return (SAME_NAME, SAID_SAME_NAME) if is_now else (FORMER_NAME, SAID_FORMER_NAME)
    percent = int(fuzz.ratio(here.core, there.core))
    if percent < SIMILAR_FROM:
        return 0, None
    return percent - SIMILAR_LESS, _similar(percent)


def _against(here: NormalName, there: NormalName) -> tuple[Evidence, ...]:
    found = []
    if apart(here.region, there.region):
        found.append(SAID_OTHER_REGION)
    if here.branch != there.branch:
        found.append(SAID_OTHER_BRANCH)
    return tuple(found)
