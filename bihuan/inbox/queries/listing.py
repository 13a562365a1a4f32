"""Lists of notices and proposals, newest or most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, F, Q

from bihuan.inbox.domain.proposal import State
from bihuan.inbox.models import Notice, NoticeQuerySet, Proposal, ProposalQuerySet
from bihuan.org.access import openings
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person

PAGE_SIZE = 50


class NoticesShown(StrEnum):
    ALL = "all"
    UNREAD = "unread"
    ASKING = "asking"


class ProposalsShown(StrEnum):
    ALL = "all"
    MADE = "made"
    """Those one made oneself."""
    ASKED = "asked"
    """Those one was asked about oneself, or whom one stands in for."""


def awaiting(person: Person, now: datetime) -> ProposalQuerySet:
    """Return the proposals a person can still answer, for whomever, the next deadline first."""
    ours = Proposal.objects.filter(tenant_id=person.tenant_id).awaiting(
        person.pk, now, openings(person).stands_for
    )
    return ours.select_related("made_by").order_by("deadline_at", "pk")


def asked_of(person: Person) -> NoticeQuerySet:
    """Return what a person is asked for and has not done, what is due first at the top."""
    told = Notice.objects.visible_to(person).asking().select_related("made_by")
    return told.order_by(F("due_on").asc(nulls_last=True), "-made_at", "-pk")


def notices(person: Person, which: NoticesShown = NoticesShown.ALL) -> NoticeQuerySet:
    """Return what a person was told, the newest first."""
    told = Notice.objects.visible_to(person).select_related("made_by")
    if which is NoticesShown.UNREAD:
        return told.unread()
    return told.asking() if which is NoticesShown.ASKING else told


def proposals(
    scope: Scope, which: ProposalsShown = ProposalsShown.ALL, state: State | None = None
) -> ProposalQuerySet:
    """Return the proposals a person may see, the newest first, with how many have answered."""
    seen = Proposal.objects.visible_to(scope).select_related("made_by")
    if which is ProposalsShown.MADE:
        seen = seen.filter(made_by_id=scope.person_id)
    elif which is ProposalsShown.ASKED:
        seen = seen.asking(scope.person_id, scope.stands_for)
    if state is not None:
        seen = seen.filter(state=state.value)
    return seen


def answers_counted(found: Iterable[Proposal]) -> dict[int, tuple[int, int]]:
    """Return for each proposal how many answered by themselves, and how many were asked."""
    given = Q(addressees__answer__isnull=False) & ~Q(
        addressees__answer__choice__in=["none", "gone"]
    )
    counted = Proposal.objects.filter(pk__in=[each.pk for each in found]).order_by()
    rows = counted.annotate(said=Count("addressees", filter=given), asked=Count("addressees"))
    return {pk: (said, asked) for pk, said, asked in rows.values_list("pk", "said", "asked")}
