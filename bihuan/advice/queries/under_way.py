"""What is under way in a unit, and what waits for whoever leads it to decide.

The one place that knows of tasks, alerts, proposals and versions; the cockpit only
shows lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from bihuan.base import clock
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.queries import ProposalsShown, asked_of, awaiting, proposals, said
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.queries.timeline import desk
from bihuan.org.access import roles_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person

AT_MOST = 8
PROPOSAL = gettext_noop("Proposal")
ASKED_OF_YOU = gettext_noop("Asked of you")
VERSION = gettext_noop("Definition to approve")


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
            said(each.title),
            reverse("inbox:proposal", args=[each.pk]),
            each.made_by.name,
            clock.business_day(each.deadline_at, zone),
        )
        for each in awaiting(person, now)[:AT_MOST]
    ]
    found += [
        Deed(
            ASKED_OF_YOU,
            said(each.sentence),
            each.link,
            each.made_by.name,
            each.due_on,
            is_overdue=each.is_overdue(today),
        )
        for each in asked_of(person)[:AT_MOST]
    ]
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


def under_way(person: Person, scope: Scope) -> list[Deed]:
    """Return the proposals of the unit that others are still to answer."""
    zone = person.tenant.time_zone
    running = proposals(scope, ProposalsShown.ALL, State.OPEN)
    waiting = set(awaiting(person, clock.now()).values_list("pk", flat=True))
    return [
        Deed(
            PROPOSAL,
            said(each.title),
            reverse("inbox:proposal", args=[each.pk]),
            each.made_by.name,
            clock.business_day(each.deadline_at, zone),
        )
        for each in running[: AT_MOST + len(waiting)]
        if each.pk not in waiting
    ][:AT_MOST]
