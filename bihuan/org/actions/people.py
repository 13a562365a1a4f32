"""What can happen to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from bihuan.base import clock, journal
from bihuan.base.wall import as_owner
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.actions.logins import close_login, sign_out
from bihuan.org.actions.plans import require_room_for_people
from bihuan.org.actions.units import org_changed
from bihuan.org.domain.assignment import SeatEndsTooEarly
from bihuan.org.domain.name import initials, sort_key
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import ApiToken, Assignment, Person, Tenant


class LastAdmin(Conflict):
    code = "org.last_admin"
    says = gettext_noop(
        "%(person)s is the last administrator; make somebody else administrator first."
    )


class CodeReserved(Conflict):
    code = "org.code_reserved"
    says = gettext_noop("“%(code)s” stands for the system itself.")


@transaction.atomic
def put_person(*, tenant: Tenant, code: str, name: str, by: Person) -> Person:
    """Make a person, or rename the one that has this code."""
    code = fit(code, limit=60)
    return put_people(tenant=tenant, names={code: name}, by=by)[code]


@transaction.atomic
def put_people(*, tenant: Tenant, names: Mapping[str, str], by: Person) -> dict[str, Person]:
    """Make or rename many people, given name by code; return them by code.

    Who was erased stays so: an old file does not bring a name back.
    """
    require_admin_of(by, tenant.pk)
    wanted = {fit(code, limit=60): fit(name, limit=80) for code, name in names.items()}
    there = {
        person.code: person
        for person in Person.objects.select_for_update()
        .filter(tenant=tenant, code__in=wanted)
        .order_by("pk")
    }
    for person in there.values():
        if person.is_robot:
            raise CodeReserved(code=person.code)
    fresh = [Person(tenant=tenant, code=code) for code in wanted if code not in there]
    require_room_for_people(tenant, asked=len(fresh))
    renamed = [
        person
        for person in there.values()
        if person.name != wanted[person.code] and person.erased_at is None
    ]
    before = {person.pk: journal.told(person, "name") for person in renamed}
    for person in (*fresh, *renamed):
        name = wanted[person.code]
        person.name, person.pinyin, person.initials = name, sort_key(name), initials(name)
    Person.objects.bulk_create(fresh)
    Person.objects.bulk_update(renamed, ["name", "pinyin", "initials"])
    for person in fresh:
        journal.record(by, "person.added", person)
    for person in renamed:
        after = journal.told(person, "name")
        journal.record(by, "person.changed", person, before=before[person.pk], after=after)
    if fresh or renamed:
        org_changed(tenant.pk)
    return there | {person.code: person for person in fresh}


@transaction.atomic
def deactivate_person(*, person: Person, on: date, by: Person) -> Person:
    """Let a person leave: the first day they are no longer here is ``on``.

    Their seats end, their tokens are revoked and they are signed out everywhere;
    what they earned stays theirs.
    """
    require_admin_of(by, person.tenant_id)
    person = Person.objects.select_for_update().select_related("tenant").get(pk=person.pk)
    if person.is_robot:
        raise CodeReserved(code=person.code)
    _end_seats(person, on, clock.today(person.tenant.time_zone))
    before = journal.told(person, "ended_on")
    person.ended_on = on
    person.save(update_fields=["ended_on"])
    keep_an_admin(person, on)
    if on <= clock.today(person.tenant.time_zone):
        ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=clock.now())
        sign_out(person)
    org_changed(person.tenant_id)
    after = journal.told(person, "ended_on")
    journal.record(by, "person.left", person, before=before, after=after, on=str(on))
    return person


def _end_seats(person: Person, on: date, today: date) -> None:
    """End what is held on the day, and drop what was only planned for later."""
    later = Assignment.objects.filter(person=person, valid_from__gte=on)
    begun = later.filter(valid_from__lte=today).first()
    if begun is not None:
        raise SeatEndsTooEarly(since=begun.valid_from)
    later.delete()
    Assignment.objects.filter(person=person).on(on).update(valid_to=on)
    Assignment.objects.filter(person=person, valid_to__gt=on).update(valid_to=on)


def keep_an_admin(person: Person, on: date) -> None:
    """Refuse a change that leaves the person's tenant without an administrator.

    Only who was an administrator can have been the last one.
    """
    admins = Assignment.objects.filter(tenant_id=person.tenant_id, role=Role.ADMIN.value)
    until_then = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    if not admins.filter(until_then, person=person).exists():
        return
    still_here = Q(person__ended_on__isnull=True) | Q(person__ended_on__gt=on)
    if not admins.on(on).filter(still_here).exists():
        raise LastAdmin(person=person.name)


@transaction.atomic
def forget_person(*, person: Person, called: str, keeps_code: bool = True, by: Person) -> Person:
    """Give a person who left another name, for good; their login opens nothing any more.

    What they earned stays theirs, under that name; the staff number too, unless it says who
    it was. A login that opens other companies too is
    only taken from this person.
    """
    require_admin_of(by, person.tenant_id)
    person = Person.objects.select_for_update().get(pk=person.pk)
    login = person.login
    ApiToken.objects.filter(person=person).update(
        name=called, revoked_at=Coalesce("revoked_at", Value(clock.now()))
    )
    if login is not None:
        sign_out(person)
        with as_owner("a login opens people of several companies"):
            is_shared = Person.objects.filter(login=login).exclude(pk=person.pk).exists()
        if not is_shared:
            close_login(login, called)
    person.login, person.erased_at = None, clock.now()
    person.name, person.pinyin, person.initials = called, sort_key(called), initials(called)
    if not keeps_code:
        person.code = f"{called}.{person.pk}"
    person.save(update_fields=["login", "erased_at", "code", "name", "pinyin", "initials"])
    org_changed(person.tenant_id)
    journal.record(by, "person.forgotten", person)
    return person
