"""Answer: what an addressee says to a proposal, once.

Whoever amends or refuses says why. Somebody who does not answer in time, or has
left before answering, is recorded as just that: silence is never a yes.

>>> check_answer(choice=Choice.ACCEPT, reason="", has_changes=False)
>>> check_answer(choice=Choice.REFUSE, reason=" ", has_changes=False)
Traceback (most recent call last):
bihuan.inbox.domain.answer.ReasonMissing: Say why, in up to 500 characters.
>>> check_answer(choice=Choice.AMEND, reason="too steep", has_changes=False)
Traceback (most recent call last):
bihuan.inbox.domain.answer.NothingAmended: To amend it, change at least one value.
>>> check_answer(choice=Choice.ACCEPT, reason="", has_changes=True)
Traceback (most recent call last):
bihuan.inbox.domain.answer.AmendedToo: You changed values: amend the proposal, or put them back.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

REASON_LENGTH = 500


class Choice(StrEnum):
    ACCEPT = "accept"
    AMEND = "amend"
    REFUSE = "refuse"
    NONE = "none"
    """The deadline passed without an answer."""
    GONE = "gone"
    """The addressee had left the company without an answer."""


GIVEN = frozenset({Choice.ACCEPT, Choice.AMEND, Choice.REFUSE})
"""What people answer; the rest is what is recorded of those who do not."""
YES = frozenset({Choice.ACCEPT, Choice.AMEND})


class ReasonMissing(Invalid):
    code = "inbox.reason_missing"
    says = gettext_noop("Say why, in up to 500 characters.")


class ReasonUnfit(Invalid):
    code = "inbox.reason_unfit"
    says = gettext_noop("A reason has up to %(limit)s characters and no control characters.")


class NothingAmended(Invalid):
    code = "inbox.nothing_amended"
    says = gettext_noop("To amend it, change at least one value.")


class AmendedToo(Invalid):
    code = "inbox.amended_too"
    says = gettext_noop("You changed values: amend the proposal, or put them back.")


def check_answer(*, choice: Choice, reason: str, has_changes: bool) -> None:
    """Refuse an answer that lacks its reason, or whose changes and choice disagree."""
    assert choice in GIVEN, "nobody answers that they do not answer"
    if choice is Choice.AMEND and not has_changes:
        raise NothingAmended()
    if choice is not Choice.AMEND and has_changes:
        raise AmendedToo()
    if choice is not Choice.ACCEPT:
        check_reason(reason)


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing."""
    if not reason.strip():
        raise ReasonMissing()


def fit_reason(reason: str) -> str:
    """Return a reason as it is kept; lines may be broken, other control characters not be there.

    >>> fit_reason("  too steep ")
    'too steep'
    """
    kept = reason.strip().replace("\r\n", "\n")
    is_odd = any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in kept)
    if len(kept) > REASON_LENGTH or is_odd:
        raise ReasonUnfit(limit=REASON_LENGTH)
    return kept
