"""Asking for an erasure or a bulk export, deciding on it as the second person, and holds."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from bihuan.base import clock, journal
from bihuan.base.jobs import later
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.domain.text import fit
from bihuan.org.models import Person
from bihuan.privacy import channels
from bihuan.privacy.access import require_may_ask, require_may_decide
from bihuan.privacy.actions.erasing.forgetting import forget, require_erasable
from bihuan.privacy.actions.keeping import open_subject
from bihuan.privacy.actions.noting import note_read
from bihuan.privacy.domain.field import Kind
from bihuan.privacy.domain.petition import (
    OPEN,
    Asked,
    ManyNeedAgreement,
    PetitionDecided,
    SecondPersonNeeded,
    State,
    answer_by,
    may_decide,
    needs_second,
)
from bihuan.privacy.domain.reading import MOST_AT_ONCE, Purpose, Reading
from bihuan.privacy.models import Hold, Petition, Subject

LONGEST = 500
JOBS = {Asked.ERASURE: "privacy.erase", Asked.COPY: "privacy.copy"}


class AlreadyAsked(Conflict):
    code = "privacy.already_asked"
    says = gettext_noop("This is asked for already.")


class AlreadyErased(Conflict):
    code = "privacy.already_erased"
    says = gettext_noop("They are erased already.")


class HoldLifted(Conflict):
    code = "privacy.hold_lifted"
    says = gettext_noop("This hold is lifted already.")


@transaction.atomic
def subject_for(person: Person) -> Subject:
    """Return the subject that stands for a colleague, made when nothing was kept of them yet."""
    locked = Person.objects.select_for_update().select_related("tenant").get(pk=person.pk)
    there = Subject.objects.filter(person=locked).first()
    return there or open_subject(tenant=locked.tenant, kind=Kind.PERSON, person=locked)


@transaction.atomic
def ask(*, kind: Asked, subject: Subject | None, reason: str, by: Person) -> Petition:
    """Ask for something to be done with personal data; somebody else decides on it."""
    require_may_ask(by, kind, subject)
    if subject is not None and subject.is_erased:
        raise AlreadyErased()
    petition = Petition(
        tenant_id=by.tenant_id,
        kind=kind.value,
        subject=subject,
        reason=fit(reason, limit=LONGEST),
        asked_by=by,
        asked_at=clock.now(),
        answer_by=answer_by(clock.today(by.tenant.time_zone)),
    )
    try:
        with transaction.atomic():
            petition.save()
    except IntegrityError as fault:
        raise AlreadyAsked() from fault
    journal.record(by, "petition.asked", petition, kind=kind.value)
    about = subject.person_id if subject is not None else None
    if not needs_second(kind, by=by.pk, about=about):
        _start(petition, by)
    return petition


@transaction.atomic
def decide(*, petition: Petition, agree: bool, decision: str = "", by: Person) -> Petition:
    """Agree to a request or decline it, as somebody who neither asked nor is meant."""
    require_may_decide(by, petition.tenant_id)
    petition = _held(petition)
    subject = petition.subject
    about = subject.person_id if subject is not None else None
    if not may_decide(by=by.pk, asked_by=petition.asked_by_id, about=about):
        raise SecondPersonNeeded()
    if petition.state != State.ASKED.value:
        raise PetitionDecided()
    if agree and petition.kind == Asked.ERASURE.value and subject is not None:
        require_erasable(subject)
    petition.decided_by, petition.decided_at = by, clock.now()
    petition.decision = fit(decision, limit=LONGEST) if decision.strip() else ""
    if agree:
        _start(petition, by)
    else:
        petition.state = State.DECLINED.value
        petition.save()
    journal.record(by, f"petition.{petition.state}", petition)
    return petition


def _start(petition: Petition, by: Person) -> None:
    """Have it done; contacts are taken away by who asked, once they may."""
    petition.state = State.AGREED.value
    petition.save()
    name = JOBS.get(Asked(petition.kind))
    if name is not None:
        petition.job_id = later(
            name,
            lock=f"privacy/{petition.tenant_id}",
            tenant=petition.tenant_id,
            petition=petition.pk,
            by=by.pk,
        )
        petition.save(update_fields=["job_id"])


@transaction.atomic
def withdraw(*, petition: Petition, by: Person) -> Petition:
    """Take a request back that nobody has decided on, as the one who asked."""
    petition = _held(petition)
    if petition.asked_by_id != by.pk:
        raise SecondPersonNeeded()
    if petition.state != State.ASKED.value:
        raise PetitionDecided()
    petition.state = State.WITHDRAWN.value
    petition.save(update_fields=["state"])
    journal.record(by, "petition.withdrawn", petition)
    return petition


def _held(petition: Petition) -> Petition:
    rows = Petition.objects.select_for_update(of=("self",)).select_related("subject")
    return rows.get(pk=petition.pk)


@transaction.atomic
def finish(*, petition: Petition, result: dict[str, object], by: Person) -> Petition:
    """Note that what was agreed to is done."""
    petition = _held(petition)
    assert petition.state in {state.value for state in OPEN}, "nothing is done twice"
    petition.state, petition.done_at, petition.result = State.DONE.value, clock.now(), result
    petition.save(update_fields=["state", "done_at", "result"])
    journal.record(by, "petition.done", petition)
    return petition


@transaction.atomic
def carry_out(*, petition: Petition, by: Person) -> Petition:
    """Erase whom an agreed request is about; who agreed looks into what no program can."""
    assert petition.subject is not None, "an erasure is about somebody"
    done = forget(subject=petition.subject, by=by)
    channels.ask_to_look(by.tenant, by, petition.pk, done.unlooked)
    return finish(petition=petition, result=done.as_data(), by=by)


@transaction.atomic
def take_many(*, by: Person, count: int) -> None:
    """Use the leave to take many contacts away at once; without one it is refused."""
    leave = Petition.objects.select_for_update().agreed_contacts(by).order_by("pk").first()
    if leave is None:
        raise ManyNeedAgreement(most=MOST_AT_ONCE)
    finish(petition=leave, result={"contacts": count}, by=by)
    note_read(
        reading=Reading.EXPORTED,
        subject=None,
        count=count,
        purpose=Purpose.OTHER,
        note=leave.reason,
        by=by,
    )


@transaction.atomic
def hold(*, subject: Subject, reason: str, until: date | None, by: Person) -> Hold:
    """Keep somebody's data although they want it erased, and show it to nobody."""
    require_may_decide(by, subject.tenant_id)
    Subject.objects.select_for_update().get(pk=subject.pk)
    made = Hold.objects.create(
        tenant_id=subject.tenant_id,
        subject=subject,
        reason=fit(reason, limit=LONGEST),
        until=until,
        by=by,
        since=clock.now(),
    )
    journal.record(by, "hold.placed", made)
    return made


@transaction.atomic
def lift(*, held: Hold, by: Person) -> Hold:
    """End a hold."""
    require_may_decide(by, held.tenant_id)
    held = Hold.objects.select_for_update().get(pk=held.pk)
    if held.lifted_at is not None:
        raise HoldLifted()
    held.lifted_at, held.lifted_by = clock.now(), by
    held.save(update_fields=["lifted_at", "lifted_by"])
    journal.record(by, "hold.lifted", held)
    return held
