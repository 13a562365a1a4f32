"""Usage: how much programs and exports may take in a minute and in a day, and how that is told.

Requests of the API are counted by the minute, for each token and for each person by all their
tokens and pages that ask the API. Exports are counted by the day of the company: files, and rows in
them. Pages are not counted. What is allowed is generous, and a company may set it otherwise.

>>> few = allowance_of({"token_a_minute": 60})
>>> few.token_a_minute, few.files_a_day
(60, 200)
>>> check_allowance({"token_a_minute": 0})
Traceback (most recent call last):
bihuan.org.domain.usage.AllowanceUnfit: 0 is no limit: say a number from 1 to 1000000000.
>>> at = datetime(2026, 11, 27, 2, 0, 18)
>>> stood = [Stood(name="token", used=61, most=60), Stood(name="person", used=61, most=1200)]
>>> headers_of(stood, now=at)["RateLimit"]
'"token";r=0;t=42, "person";r=1139;t=42'
>>> headers_of(stood, now=at)["RateLimit-Policy"]
'"token";q=60;w=60, "person";q=1200;w=60'
>>> [each.is_over for each in stood]
[True, False]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from bihuan.kernel.errors import Invalid, gettext_noop

MOST = 1_000_000_000
MINUTE = 60


class TooMany(Invalid):
    status = 429
    code = "org.too_many_requests"
    says = gettext_noop("Too many requests in a minute. Go on in %(seconds)s seconds.")


class ExportSpent(Invalid):
    status = 429
    code = "org.export_spent"
    says = gettext_noop(
        "Your exports of today are used up: %(files)s files and %(rows)s rows a day. Narrow the "
        "list, go on tomorrow, or ask an administrator for more."
    )


class AllowanceUnfit(Invalid):
    code = "org.allowance_unfit"
    says = gettext_noop("%(number)s is no limit: say a number from 1 to %(most)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is allowed to each token and each person of a company."""

    token_a_minute: int = 600
    person_a_minute: int = 1200
    files_a_day: int = 200
    rows_a_day: int = 1_000_000


NAMES = tuple(each.name for each in fields(Allowance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How much of a minute's requests is used."""

    name: str
    used: int
    most: int

    @property
    def is_over(self) -> bool:
        return self.used > self.most


def allowance_of(said: Mapping[str, int]) -> Allowance:
    """Return what is allowed where a company said this."""
    return Allowance(**{name: said[name] for name in NAMES if name in said})


def check_allowance(said: Mapping[str, int]) -> dict[str, int]:
    """Return what a company may say, or refuse it."""
    for number in said.values():
        if not 1 <= number <= MOST:
            raise AllowanceUnfit(number=number, most=MOST)
    return {name: said[name] for name in NAMES if name in said}


def seconds_left(now: datetime) -> int:
    """Return in how many seconds the next minute begins.

    >>> [seconds_left(datetime(2026, 11, 27, 2, 0, second)) for second in (0, 59)]
    [60, 1]
    """
    return MINUTE - now.second


def too_many(now: datetime) -> TooMany:
    """Return the refusal of a request that is over the limit of its minute."""
    refusal = TooMany(seconds=seconds_left(now))
    refusal.retry_after = seconds_left(now)
    return refusal


def headers_of(stood: Iterable[Stood], *, now: datetime) -> dict[str, str]:
    """Return what is told of limits in an answer.

    As the draft of the IETF has it (``RateLimit header fields for HTTP``, revision 10).
    """
    left, told = seconds_left(now), list(stood)
    return {
        "RateLimit-Policy": ", ".join(f'"{each.name}";q={each.most};w={MINUTE}' for each in told),
        "RateLimit": ", ".join(
            f'"{each.name}";r={max(each.most - each.used, 0)};t={left}' for each in told
        ),
    }
