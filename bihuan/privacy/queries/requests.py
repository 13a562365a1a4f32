"""Requests and looks at personal data, as those who look after it are shown them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bihuan.org.access import roles_of
from bihuan.org.models import Person
from bihuan.privacy.access import LOOKS_AFTER, may_fetch
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.petition import Asked, State, may_decide
from bihuan.privacy.models import DataCopy, Hold, Petition, PetitionQuerySet, SensitiveRead, Subject
from bihuan.privacy.queries.traces import Sought, Trace, sought, traces
from bihuan.privacy.queries.vault import masked


def petitions(reader: Person) -> PetitionQuerySet:
    """Return the requests that somebody may see: all of them, or their own and those about them."""
    found = Petition.objects.of(reader.tenant)
    if roles_of(reader) & LOOKS_AFTER:
        return found
    return found.filter(Q(asked_by=reader) | Q(subject__person=reader))


def reads(reader: Person) -> QuerySet[SensitiveRead]:
    """Return who looked at personal data of the company, the latest first."""
    found = SensitiveRead.objects.filter(tenant=reader.tenant)
    return found.select_related("by", "subject", "subject__person")


def called(subject: Subject | None) -> str:
    """Return by what a subject is told of: a colleague's name, of a contact what a mask leaves."""
    if subject is None:
        return ""
    if subject.person is not None:
        return subject.person.name
    shown = masked([subject.pk], [Field.NAME])[subject.pk].get(Field.NAME)
    return shown or str(subject.pk)[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionView:
    """A request with what would go, and what its reader may do."""

    petition: Petition
    called: str
    seeking: Sought | None
    traces: tuple[Trace, ...]
    holds: tuple[Hold, ...]
    may_decide: bool
    may_withdraw: bool
    may_hold: bool
    copy: DataCopy | None
    may_fetch: bool


def petition_view(petition: Petition, reader: Person) -> PetitionView:
    """Return a request as its reader is shown it; only who may decide sees where what lies."""
    subject = petition.subject
    about = subject.person_id if subject is not None else None
    is_open = petition.state == State.ASKED.value
    looks_after = bool(roles_of(reader) & LOOKS_AFTER)
    is_second = may_decide(by=reader.pk, asked_by=petition.asked_by_id, about=about)
    shows = is_open and looks_after and petition.kind == Asked.ERASURE.value
    seeking = sought(subject) if shows and subject is not None else None
    holds = subject.holds.filter(lifted_at__isnull=True) if subject is not None else ()
    return PetitionView(
        petition=petition,
        called=called(subject),
        seeking=seeking,
        traces=tuple(traces(seeking)) if seeking is not None else (),
        holds=tuple(holds) if looks_after else (),
        may_decide=is_open and looks_after and is_second,
        may_withdraw=is_open and petition.asked_by_id == reader.pk,
        may_hold=is_open
        and looks_after
        and subject is not None
        and petition.kind == Asked.ERASURE.value,
        copy=DataCopy.objects.filter(petition=petition).first(),
        may_fetch=may_fetch(reader, petition),
    )
