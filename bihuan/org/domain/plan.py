"""Plan: how much of something a company may have, and what is refused beyond it.

A limit that is not set refuses nothing. What would go beyond is refused as a whole and
before anything is written; what is there already stays, also when a smaller plan begins.

>>> require_room(limit=100, used=98, asked=2, refusal=TooManyPeople)
>>> try:
...     require_room(limit=100, used=98, asked=500, refusal=TooManyPeople)
... except TooManyPeople as refusal:
...     print(refusal.params)
{'limit': 100, 'used': 98, 'asked': 500}
>>> require_room(limit=None, used=98, asked=500, refusal=TooManyPeople)
>>> share(limit=200, used=50), share(limit=None, used=50)
(25, None)
"""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.kernel.errors import Conflict, gettext_noop


class TooManyPeople(Conflict):
    code = "org.too_many_people"
    says = gettext_noop(
        "The plan allows %(limit)s people; there are %(used)s, and %(asked)s more do not fit. "
        "Let people leave, or ask for a larger plan."
    )


class TooManyFacts(Conflict):
    code = "org.too_many_facts"
    says = gettext_noop(
        "The plan allows %(limit)s facts a month; there are %(used)s, and %(asked)s more do not "
        "fit. Wait for the next month, or ask for a larger plan."
    )


class TooMuchStored(Conflict):
    code = "org.too_much_stored"
    says = gettext_noop(
        "The plan allows %(limit)s bytes of files; there are %(used)s, and %(asked)s more do not "
        "fit. Remove files, or ask for a larger plan."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a plan allows; nothing where it does not say."""

    people: int | None = None
    facts_a_month: int | None = None
    stored_bytes: int | None = None
    tokens_a_day: int | None = None


NO_LIMITS = Limits()


def require_room(*, limit: int | None, used: int, asked: int, refusal: type[Conflict]) -> None:
    """Refuse what would go beyond a limit; to ask for nothing is always fine."""
    if limit is not None and asked > 0 and used + asked > limit:
        raise refusal(limit=limit, used=used, asked=asked)


def share(*, limit: int | None, used: int) -> int | None:
    """Return how many hundredths of a limit are used, whole; nothing where there is no limit."""
    if limit is None:
        return None
    return 100 if limit == 0 else used * 100 // limit
