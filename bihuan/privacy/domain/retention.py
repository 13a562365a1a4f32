"""Retention: how long what need not be kept for ever is kept, class by class.

A class without a number of days is kept until a company says how long. What is
older than its period goes; what is held stays, whatever its age. Facts and the journal
are of no class: they are never let go of.

>>> from datetime import UTC
>>> before(days=400, now=datetime(2026, 11, 26, tzinfo=UTC)).isoformat()
'2025-10-22T00:00:00+00:00'
>>> before(days=None, now=datetime(2026, 11, 26, tzinfo=UTC)) is None
True
>>> check(Kept.ACCESS, 30)
Traceback (most recent call last):
    ...
bihuan.privacy.domain.retention.PeriodTooShort: This is kept for at least 1095 days.

Two classes end by themselves, and no company says otherwise:

>>> may_be_set(Kept.SESSIONS), may_be_set(Kept.NOTICES)
(False, True)
>>> check(Kept.SESSIONS, 90)
Traceback (most recent call last):
    ...
bihuan.privacy.domain.retention.PeriodFixed: This ends by itself; its period cannot be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop


class Kept(StrEnum):
    CONVERSATIONS = "conversations"
    SOUNDS = "sounds"
    NOTICES = "notices"
    DELIVERIES = "deliveries"
    AI_TEXTS = "ai_texts"
    UPLOADS = "uploads"
    SOURCE_ROWS = "source_rows"
    TASK_FILES = "task_files"
    ACCESS = "access"
    SESSIONS = "sessions"
    ANSWERS = "answers"


USUAL_DAYS: Mapping[Kept, int | None] = {
    Kept.CONVERSATIONS: None,
    Kept.SOUNDS: 180,
    Kept.NOTICES: 400,
    Kept.DELIVERIES: 180,
    Kept.AI_TEXTS: 400,
    Kept.UPLOADS: 400,
    Kept.SOURCE_ROWS: None,
    Kept.TASK_FILES: None,
    Kept.ACCESS: 1095,
    Kept.SESSIONS: 1,
    Kept.ANSWERS: 1,
}
FIXED = frozenset({Kept.SESSIONS, Kept.ANSWERS})
"""Sessions end after twelve hours, and kept answers serve programs for a day."""
LEAST_DAYS: Mapping[Kept, int] = {Kept.ACCESS: 1095, Kept.NOTICES: 90, Kept.DELIVERIES: 30}
"""Records of what was done with personal data are kept three years (PIPL art. 56); what was told
is not told twice while the notice or the delivery is there."""
MOST_DAYS = 36_500


class PeriodTooShort(Invalid):
    code = "privacy.period_too_short"
    says = gettext_noop("This is kept for at least %(least)s days.")


class PeriodTooLong(Invalid):
    code = "privacy.period_too_long"
    says = gettext_noop("This is kept for at most %(most)s days, or for ever.")


class PeriodFixed(Invalid):
    code = "privacy.period_fixed"
    says = gettext_noop("This ends by itself; its period cannot be changed.")


def may_be_set(kept: Kept) -> bool:
    """Tell whether a company says for itself how long a class is kept."""
    return kept not in FIXED


def check(kept: Kept, days: int | None) -> None:
    """Refuse a period that is shorter than the law asks, or longer than anybody lives."""
    if not may_be_set(kept):
        raise PeriodFixed()
    least = LEAST_DAYS.get(kept, 1)
    if days is not None and days < least:
        raise PeriodTooShort(least=least)
    if days is not None and days > MOST_DAYS:
        raise PeriodTooLong(most=MOST_DAYS)


def before(*, days: int | None, now: datetime) -> datetime | None:
    """Return the instant before which a class goes; ``None`` where nothing of it does."""
    return None if days is None else now - timedelta(days=days)
