"""Reading: being shown personal data that is not shown by itself, and when it is too much.

>>> is_too_much(50), is_too_much(51)
(False, True)
>>> note_of("  the invoice  ", Purpose.OTHER)
'the invoice'
>>> note_of(" ", Purpose.OTHER)
Traceback (most recent call last):
    ...
bihuan.privacy.domain.reading.PurposeUnsaid: Say what it is for.
"""

from __future__ import annotations

from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

MOST_AN_HOUR = 50
LONGEST_NOTE = 300
MOST_AT_ONCE = 100
"""So many contacts are taken away in full without a second person."""


class Reading(StrEnum):
    UNMASKED = "unmasked"
    EXPORTED = "exported"
    PREVIEWED = "previewed"
    HANDED_OUT = "handed_out"


class Purpose(StrEnum):
    CALL = "call"
    CONTRACT = "contract"
    SERVICE = "service"
    CORRECTION = "correction"
    RIGHTS = "rights"
    AUDIT = "audit"
    OTHER = "other"


class PurposeUnsaid(Invalid):
    code = "privacy.purpose_unsaid"
    says = gettext_noop("Say what it is for.")


def is_too_much(within_an_hour: int) -> bool:
    """Tell whether so many people looked at in an hour are worth a word to administrators."""
    return within_an_hour > MOST_AN_HOUR


def note_of(text: str, purpose: Purpose) -> str:
    """Return the note to a purpose; one that is none of the usual needs words."""
    plain = " ".join(text.split())[:LONGEST_NOTE]
    if purpose is Purpose.OTHER and not plain:
        raise PurposeUnsaid()
    return plain
