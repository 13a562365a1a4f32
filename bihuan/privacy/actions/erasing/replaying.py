"""Doing erasures again in what a backup brought back, before anybody sees it."""

from __future__ import annotations

from pathlib import Path

from bihuan.base.home import home_path
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.privacy import channels
from bihuan.privacy.actions.erasing.forgetting import forget
from bihuan.privacy.actions.keeping import open_subject
from bihuan.privacy.domain.field import Kind
from bihuan.privacy.models import Hold, Subject
from bihuan.privacy.vault.erased import Erased, erased_in, note_erased


def replay(files: Path) -> int:
    """Erase everybody again of whom this home, or the backup itself, knows that they were.

    ``files`` is where the files of the backup wait. Returns how many were found again.
    """
    known = erased_in(home_path(), files)
    done = sum(_again(each, files) for each in known)
    here = {each.subject for each in erased_in(home_path())}
    for each in known:
        if each.subject not in here:
            note_erased(each)
    return done


def _again(erased: Erased, files: Path) -> bool:
    tenant = Tenant.objects.filter(code=erased.tenant).first()
    subject = _subject(erased, tenant) if tenant else None
    if tenant is None or subject is None or subject.is_erased:
        return False
    # What was erased was free to be: a hold of before the erasure was lifted since.
    robot = robot_of(tenant)
    Hold.objects.filter(subject=subject, lifted_at__isnull=True).update(
        lifted_at=subject.created_at, lifted_by=robot
    )
    done = forget(subject=subject, by=robot, home=files)
    # What somebody has looked through since the backup lies there again as it was.
    channels.ask_to_look(tenant, None, None, done.unlooked)
    return True


def _subject(erased: Erased, tenant: Tenant) -> Subject | None:
    found = Subject.objects.filter(pk=erased.uuid, tenant=tenant).first()
    if found is not None or erased.person is None:
        return found
    person = Person.objects.filter(pk=erased.person, tenant=tenant, is_robot=False).first()
    if person is None:
        return None
    there = Subject.objects.filter(person=person).first()
    return there or open_subject(tenant=tenant, kind=Kind.PERSON, person=person)
