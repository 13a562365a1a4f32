"""Application: what somebody types to sign a company up, and how often they may.

    from one address          five times an hour
    to one mail address       three times a day
    the link in the mail      holds for three days

>>> typed = Typed(company="华东精工", code="", name="林敏", mail="lin@example.com", language="en")
>>> Typed.of(typed.as_data()) == typed
True
>>> is_too_often(from_address=4, to_mail=0), is_too_often(from_address=0, to_mail=3)
(False, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

FROM_ADDRESS_AN_HOUR = 5
TO_MAIL_A_DAY = 3
LINK_HOLDS = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed, with the password as its hash."""

    company: str
    code: str
    name: str
    mail: str
    language: str
    password_hash: str = ""

    def as_data(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Typed:
        return cls(**data)


def is_too_often(*, from_address: int, to_mail: int) -> bool:
    """Tell whether one more is too many, after so many in the last hour and in the last day."""
    return from_address >= FROM_ADDRESS_AN_HOUR or to_mail >= TO_MAIL_A_DAY
