"""Consent: what somebody agreed to, and whether it stands.

What the law wants asked apart is agreed to apart (PIPL art. 23, 29, 39): keeping
sensitive data, passing data on, and sending it abroad.

>>> sorted(use.value for use in SEPARATE)
['cross_border', 'sensitive', 'sharing']
>>> needed_for({Field.MOBILE}), needed_for({Field.MOBILE, Field.ID_NUMBER})
(set(), {<Use.SENSITIVE: 'sensitive'>})
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.privacy.domain.field import SENSITIVE, Field


class Use(StrEnum):
    CONTACTING = "contacting"
    SENSITIVE = "sensitive"
    SHARING = "sharing"
    CROSS_BORDER = "cross_border"
    RECORDING = "recording"


class Channel(StrEnum):
    PAPER = "paper"
    MAIL = "mail"
    CHAT = "chat"
    PHONE = "phone"
    PAGE = "page"


VERSION_LENGTH = 60
SEPARATE = frozenset({Use.SENSITIVE, Use.SHARING, Use.CROSS_BORDER})


class ConsentStands(Conflict):
    code = "privacy.consent_stands"
    says = gettext_noop("They agreed to this already; withdraw that first.")


class ConsentWithdrawn(Conflict):
    code = "privacy.consent_withdrawn"
    says = gettext_noop("This consent is withdrawn already.")


class ConsentMissing(Conflict):
    code = "privacy.consent_missing"
    says = gettext_noop("Sensitive data is kept only with a consent of its own: note it first.")


def needed_for(fields: Collection[Field]) -> set[Use]:
    """Return the uses that must be agreed to before these fields may be kept."""
    return {Use.SENSITIVE} if SENSITIVE & set(fields) else set()
