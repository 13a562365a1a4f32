"""Sharing: one thing opened to a colleague or a unit until a day, to be read and no more.

Only who sees a thing in full, by what they hold themselves, shares it. What is shared is
seen as far as the one who shared it still sees it; when they no longer do, the share sleeps.

>>> from datetime import date
>>> check_until(date(2026, 12, 1), today=date(2026, 11, 26))
>>> check_until(date(2026, 11, 26), today=date(2026, 11, 26))
Traceback (most recent call last):
bihuan.org.domain.sharing.ShareDays: Something is shared until a day to come, within a year.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.kernel.errors import Conflict, Forbidden, Invalid, Missing, gettext_noop

LONGEST = timedelta(days=366)


class ShareDays(Invalid):
    code = "org.share_days"
    says = gettext_noop("Something is shared until a day to come, within a year.")


class ShareWithOneself(Invalid):
    code = "org.share_with_oneself"
    says = gettext_noop("You see this already. Share it with somebody else.")


class SharedAlready(Conflict):
    code = "org.shared_already"
    says = gettext_noop("This is shared with %(whom)s already.")


class ShareMissing(Missing):
    code = "org.share_missing"
    says = gettext_noop("There is no such share.")


class KindMissing(Missing):
    code = "org.kind_missing"
    says = gettext_noop("There is nothing of that kind here.")


class NotYoursToShare(Forbidden):
    code = "org.not_yours_to_share"
    says = gettext_noop("Only who sees all of something by their own role shares it.")


def check_until(until: date, *, today: date) -> None:
    """Refuse a day that is over or too far off."""
    if not today < until <= today + LONGEST:
        raise ShareDays()
