"""Task: something one person is to do by a day, with what was seen when it was asked for.

It is written down as a draft and given to one owner. It is open until it is done or no
longer wanted; an open one may be put off until a day, when it comes back by itself.

>>> from bihuan.inbox.domain.about import About
>>> from bihuan.inbox.domain.sentence import plain
>>> draft = TaskDraft(
...     kind="rules.early_warning",
...     about=About("rules.alert", 12),
...     title=plain("Talk with Lin about visits."),
...     link="/rules/alerts/12/",
...     due_on=date(2026, 12, 4),
... )
>>> draft.steps is None
True
>>> check_snooze(until=date(2026, 12, 1), today=date(2026, 11, 26))
>>> check_snooze(until=date(2026, 11, 26), today=date(2026, 11, 26))
Traceback (most recent call last):
bihuan.inbox.domain.task.SnoozeUnfit: Put it off until tomorrow at the earliest, by 90 days at most.

What is done can be taken back for a day, not later: others have acted on it by then.

>>> done_at = datetime(2026, 11, 26, 9, tzinfo=UTC)
>>> may_reopen(done_at, now=datetime(2026, 11, 27, 8, 59, tzinfo=UTC))
True
>>> may_reopen(done_at, now=datetime(2026, 11, 27, 9, 1, tzinfo=UTC))
False
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.escalation import Ladder
from bihuan.inbox.domain.notice import is_page
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import Invalid, gettext_noop

COMMENT_LENGTH = 2000
RESULT_LENGTH = 1000
TITLE_LENGTH = 200
ITEMS_AT_MOST = 50
SNOOZE_DAYS = 90
REOPEN_WITHIN = timedelta(days=1)
OWN = "inbox.own"
TASK_EVENT = "inbox.task_event"
"""As what people are told that something has happened to a task."""
"""The kind of a task that people make by hand."""


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"
    """No longer wanted: what it was about has passed, or who made it took it back."""


class Outcome(StrEnum):
    """What came of a task, in the words of who did it."""

    DONE = "done"
    PARTLY = "partly"
    NOT_POSSIBLE = "not_possible"


class Happened(StrEnum):
    """What can happen to a task."""

    MADE = "made"
    READ = "read"
    COMMENTED = "commented"
    FILED = "filed"
    CHECKED = "checked"
    UNCHECKED = "unchecked"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    HANDED_OVER = "handed_over"
    ESCALATED = "escalated"
    DONE = "done"
    REOPENED = "reopened"
    LAPSED = "lapsed"


OUTCOMES = {
    Outcome.DONE: gettext_noop("Done as asked"),
    Outcome.PARTLY: gettext_noop("Done in part"),
    Outcome.NOT_POSSIBLE: gettext_noop("Could not be done"),
}
"""Each outcome in words."""


class SnoozeUnfit(Invalid):
    code = "inbox.snooze_unfit"
    says = gettext_noop("Put it off until tomorrow at the earliest, by %(days)s days at most.")


class WordsMissing(Invalid):
    code = "inbox.words_missing"
    says = gettext_noop("Write something, in up to %(limit)s characters.")


class WordsUnfit(Invalid):
    code = "inbox.words_unfit"
    says = gettext_noop("This has up to %(limit)s characters and no control characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What somebody is to do: ``seen`` is what was seen when it was made (see ``evidence``)."""

    kind: str
    about: About
    title: Sentence
    body: tuple[Sentence, ...] = ()
    link: str = ""
    """The page on which it is done or which shows why; none where the task says it all."""
    due_on: date
    """The last day on which it is done in time."""
    seen: Mapping[str, object] = field(default_factory=dict)
    checklist: tuple[Sentence, ...] = ()
    copies: tuple[int, ...] = ()
    """People who see it too, by id."""
    steps: Ladder | None = None
    """How it escalates; what the company has set for its kind where nothing is said."""

    def __post_init__(self) -> None:
        assert not self.link or is_page(self.link), "a task leads to a page of the product"
        assert len(self.checklist) <= ITEMS_AT_MOST, "nobody ticks off that much"


def check_snooze(*, until: date, today: date) -> None:
    """Refuse to put a task off until a day that is not to come, or is too far away."""
    if not today < until <= today + timedelta(days=SNOOZE_DAYS):
        raise SnoozeUnfit(days=SNOOZE_DAYS)


def may_reopen(done_at: datetime, *, now: datetime) -> bool:
    """Return whether what was done may still be taken back."""
    assert done_at.tzinfo is not None, "an instant knows its zone"
    return now.astimezone(UTC) - done_at <= REOPEN_WITHIN


def fit_words(text: str, *, limit: int = COMMENT_LENGTH, is_needed: bool = True) -> str:
    """Return what somebody typed as it is kept; lines may be broken.

    >>> fit_words("  called, no answer ")
    'called, no answer'
    >>> fit_words("", is_needed=False)
    ''
    """
    kept = text.strip().replace("\r\n", "\n")
    is_odd = any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in kept)
    if len(kept) > limit or is_odd:
        raise WordsUnfit(limit=limit)
    if is_needed and not kept:
        raise WordsMissing(limit=limit)
    return kept
