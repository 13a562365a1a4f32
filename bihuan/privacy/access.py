"""Who may see how much of personal data, and who may change it.

How much of a field somebody is shown is said by a field map of whoever keeps it there:
people at customers by that of ``customers``. What is kept of a colleague only they themselves
are shown. Others open what is masked with a purpose, which is written down.
"""

from __future__ import annotations

from uuid import UUID

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import require_role, roles_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.privacy.domain.field import Kind
from bihuan.privacy.domain.petition import Asked
from bihuan.privacy.models import Hold, Petition, Subject

LOOKS_AFTER = frozenset({Role.ADMIN, Role.QUALITY_OFFICER})
"""Who looks after personal data: decides on requests and reads the logs."""


class SubjectMissing(Missing):
    code = "privacy.subject_missing"
    says = gettext_noop("There is no such person.")


def require_may_keep(by: Person, person: Person) -> None:
    """Refuse unless a person's own data is kept by themselves, or by an administrator."""
    if by.tenant_id != person.tenant_id:
        raise SubjectMissing()
    if by.pk != person.pk:
        require_role(by, Role.ADMIN)


class PetitionMissing(Missing):
    code = "privacy.petition_missing"
    says = gettext_noop("There is no such request.")


class HoldMissing(Missing):
    code = "privacy.hold_missing"
    says = gettext_noop("There is no such hold.")


def require_may_decide(by: Person, tenant_id: int) -> None:
    """Refuse unless a person looks after personal data in this company."""
    if by.tenant_id != tenant_id:
        raise SubjectMissing()
    require_role(by, *LOOKS_AFTER)


def require_may_ask(by: Person, kind: Asked, subject: Subject | None) -> None:
    """Refuse unless a person asks for themselves, or looks after personal data.

    Contacts may be asked for by whoever may take away those they see; of one contact, its
    erasure and a copy by whoever looks after it, which the package above has asked.
    """
    if subject is not None and subject.tenant_id != by.tenant_id:
        raise SubjectMissing()
    if kind is Asked.CONTACTS:
        return
    if subject is None:
        raise SubjectMissing()
    is_contact = subject.kind == Kind.CONTACT.value
    if subject.person_id != by.pk and not is_contact:
        require_role(by, *LOOKS_AFTER)


def may_fetch(by: Person, petition: Petition) -> bool:
    """Tell whether a copy is handed to somebody: to who asked for it, and to who is meant."""
    about = petition.subject.person_id if petition.subject is not None else None
    return petition.kind == Asked.COPY.value and by.pk in (petition.asked_by_id, about)


def require_may_fetch(by: Person, petition: Petition) -> None:
    """Refuse to hand a copy to anybody else; to them it looks like none."""
    if not may_fetch(by, petition):
        raise PetitionMissing()


def petition_seen(petition_id: int, person: Person) -> Petition:
    """Return a request that is one's own or about oneself, or, to who looks after it, any."""
    found = Petition.objects.of(person.tenant).filter(pk=petition_id).first()
    if found is None:
        raise PetitionMissing()
    about = found.subject.person_id if found.subject is not None else None
    if person.pk not in (found.asked_by_id, about) and not roles_of(person) & LOOKS_AFTER:
        raise PetitionMissing()
    return found


def subject_seen(subject_id: UUID, person: Person) -> Subject:
    """Return a subject that one is, or, to who looks after personal data, any of the company."""
    rows = Subject.objects.filter(tenant_id=person.tenant_id).select_related("person", "tenant")
    found = rows.filter(pk=subject_id).first()
    if found is None or (found.person_id != person.pk and not roles_of(person) & LOOKS_AFTER):
        raise SubjectMissing()
    return found


def hold_seen(hold_id: int, person: Person) -> Hold:
    """Return a hold of the company, to who looks after personal data."""
    found = Hold.objects.filter(pk=hold_id, tenant_id=person.tenant_id).first()
    if found is None or not roles_of(person) & LOOKS_AFTER:
        raise HoldMissing()
    return found
