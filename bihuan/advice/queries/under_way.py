"""What is under way in a unit, and what waits for whoever leads it to decide.

The one place that knows of tasks, alerts, proposals and versions; the cockpit only
shows lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from bihuan.base import clock
from bihuan.inbox.access import words_to
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.models import Task
from bihuan.inbox.queries import ProposalsShown, asked_of, awaiting, proposals, said, told
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.queries.timeline import desk
from bihuan.org.access import roles_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person
from bihuan.rules.domain.definition import read_definition
from bihuan.rules.models import SHOWN_WITH, Alert

AT_MOST = 8
PROPOSAL = gettext_noop("Proposal")
ASKED_OF_YOU = gettext_noop("Asked of you")
VERSION = gettext_noop("Definition to approve")
TASK = gettext_noop("Task")
ALERT = gettext_noop("Alert")
INBOX = "inbox:list"
OF_ALERT = "rules.alert"
"""The kind of task by which a rule asks whoever leads a person to act."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that runs or waits: what, by whom, until when, and where it is done."""

    kind: str
    text: str
    url: str
    who: str = ""
    due_on: date | None = None
    is_overdue: bool = False


def to_decide(person: Person, today: date) -> list[Deed]:
    """Return what waits for a person: proposals, what is asked of them, versions to approve."""
    now, zone = clock.now(), person.tenant.time_zone
    found = [
        Deed(
            PROPOSAL,
            told(each.title),
            reverse("inbox:proposal", args=[each.pk]),
            each.made_by.name,
            clock.business_day(each.deadline_at, zone),
        )
        for each in awaiting(person, now)[:AT_MOST]
    ]
    found += [
        Deed(
            ASKED_OF_YOU,
            told(each.sentence),
            each.link,
            each.made_by.name,
            each.due_on,
            is_overdue=each.is_overdue(today),
        )
        for each in asked_of(person)[:AT_MOST]
    ]
    found += [_task(each, today) for each in _tasks_due(person, today)]
    found += [
        Deed(
            VERSION,
            str(each),
            reverse("metrics:version", args=[each.key, each.number]),
            each.made_by.name,
        )
        for each in desk(person, roles_of(person)).to_approve[:AT_MOST]
    ]
    found.sort(key=lambda each: (not each.is_overdue, each.due_on or date.max))
    return found


def under_way(person: Person, scope: Scope, today: date) -> list[Deed]:
    """Return what runs in one's units: alerts, tasks of others, proposals others answer."""
    return [
        *_alerts(scope),
        *(
            _task(each, today, words_to(each, scope))
            for each in _tasks_of_others(person, scope, today)
        ),
        *_proposals(person, scope),
    ]


def _tasks_due(person: Person, today: date) -> Iterable[Task]:
    """Return the tasks of a person that are due by today, and those that an alert has made.

    An alert of this morning is for this morning, whatever day its task is due on.
    """
    pressing = Q(due_on__lte=today) | Q(kind=OF_ALERT)
    own = Task.objects.filter(pressing, owner=person).awake(today)
    return own.select_related("owner", "made_by").order_by("due_on", "pk")[:AT_MOST]


def _tasks_of_others(person: Person, scope: Scope, today: date) -> Iterable[Task]:
    others = Task.objects.visible_to(scope).awake(today).exclude(owner=person)
    return others.select_related("owner", "made_by", "unit").order_by("due_on", "pk")[:AT_MOST]


def _task(task: Task, today: date, read: Callable[[str], str] = str) -> Deed:
    return Deed(
        TASK,
        read(said(task.title)),
        _page("inbox:task", task.pk) or task.link or reverse(INBOX),
        task.owner.name,
        task.due_on,
        is_overdue=task.is_overdue(today),
    )


def _alerts(scope: Scope) -> list[Deed]:
    """Return the alerts that have not ended, the latest first, each by its rule and subject."""
    live = Alert.objects.visible_to(scope).live().filter(suppressed_by__isnull=True)
    found = live.select_related(*SHOWN_WITH).order_by("-opened_on", "-pk")[:AT_MOST]
    language = get_language() or "zh-hans"
    return [
        Deed(
            ALERT,
            read_definition(each.definition).name(language),
            _page("rules:alert", each.pk) or reverse(INBOX),
            each.subject_name,
        )
        for each in found
    ]


def _proposals(person: Person, scope: Scope) -> list[Deed]:
    """Return the open proposals that others are to answer, as they may be seen."""
    zone = person.tenant.time_zone
    waiting = awaiting(person, clock.now()).values("pk")
    running = proposals(scope, ProposalsShown.ALL, State.OPEN).exclude(pk__in=waiting)
    return [
        Deed(
            PROPOSAL,
            told(each.title),
            reverse("inbox:proposal", args=[each.pk]),
            each.made_by.name,
            clock.business_day(each.deadline_at, zone),
        )
        for each in running[:AT_MOST]
    ]


def _page(route: str, pk: int) -> str:
    """Return where a thing is shown; nothing where this build has no page for it."""
    try:
        return reverse(route, args=[pk])
    except NoReverseMatch:
        return ""
