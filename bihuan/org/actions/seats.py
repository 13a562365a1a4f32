"""What can happen to a seat: taken, left for another, ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import IntegrityError, transaction

from bihuan.base import journal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import PersonMissing, UnitMissing, require_admin_of
from bihuan.org.actions.people import keep_an_admin, put_person
from bihuan.org.actions.units import org_changed
from bihuan.org.domain.assignment import BEGINNING, Seat, SeatEndsTooEarly, SeatTaken, settle
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit

SEAT = ("unit", "role", "valid_from")


class MoveTooEarly(Invalid):
    code = "org.move_too_early"
    says = gettext_noop("%(person)s took the present seat on %(since)s; a move must be later.")


class AlreadyThere(Conflict):
    code = "org.already_there"
    says = gettext_noop("%(person)s sits there already, in the same role.")


class PersonCodeTaken(Conflict):
    code = "org.person_code_taken"
    says = gettext_noop("There is a person with the code “%(code)s” already.")


class SeatOver(Conflict):
    code = "org.seat_over"
    says = gettext_noop("This seat ended on %(ended)s already.")


@transaction.atomic
def add_person(*, tenant: Tenant, code: str, name: str, seat: Seat, by: Person) -> Person:
    """Make a person with a first seat; a code that is taken is refused, not renamed."""
    require_admin_of(by, tenant.pk)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    if Person.objects.filter(tenant=tenant, code=code.strip()).exists():
        raise PersonCodeTaken(code=code)
    person = put_person(tenant=tenant, code=code, name=name, by=by)
    place_people(tenant=tenant, seats={person.pk: [seat]}, by=by)
    return person


def assign(
    *,
    person: Person,
    unit: Unit,
    role: Role,
    valid_from: date = BEGINNING,
    is_home: bool | None = None,
    by: Person,
) -> Assignment:
    """Give a person a role in a unit from a day on; the same assignment twice is one.

    A selling role takes the person's home seat, in which their facts are earned,
    unless they have one already.
    """
    seat = Seat(unit_id=unit.pk, role=role, valid_from=valid_from, is_home=is_home)
    [made] = place_people(tenant=person.tenant, seats={person.pk: [seat]}, by=by)
    return made


@transaction.atomic
def place_people(
    *, tenant: Tenant, seats: Mapping[int, Sequence[Seat]], by: Person
) -> list[Assignment]:
    """Give many people their seats at once, by person id; return the assignments in that order.

    Seats held already are returned as they are.
    """
    require_admin_of(by, tenant.pk)
    people = _locked(tenant, seats)
    _require_units(tenant, {seat.unit_id for wanted in seats.values() for seat in wanted})
    held: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in Assignment.objects.filter(person_id__in=seats):
        held[assignment.person_id].append(assignment)
    answers, fresh = [], []
    for person_id, wanted in seats.items():
        for seat in wanted:
            assignment, is_new = _taken(people[person_id], seat, held[person_id])
            answers.append(assignment)
            fresh += [assignment] if is_new else []
    _write(fresh, people, by)
    return answers


def _locked(tenant: Tenant, ids: Mapping[int, object]) -> dict[int, Person]:
    """Return people of a tenant by id, locked so that two placements wait for each other."""
    found = Person.objects.select_for_update().filter(tenant=tenant, pk__in=ids).order_by("pk")
    people = {person.pk: person for person in found}
    for person_id in ids:
        if person_id not in people or people[person_id].is_robot:
            raise PersonMissing(person=person_id)
    return people


def _require_units(tenant: Tenant, ids: set[int]) -> None:
    known = Unit.objects.filter(tenant=tenant, pk__in=ids).values_list("pk", flat=True)
    for missing in sorted(ids - set(known)):
        raise UnitMissing(unit=missing)


def _taken(person: Person, seat: Seat, held: list[Assignment]) -> tuple[Assignment, bool]:
    """Return the assignment for a seat, and whether it has yet to be written."""
    settled = settle(seat, held=[_seat(each) for each in held], name=person.name)
    if settled is None:
        return next(each for each in held if _is_same(each, seat)), False
    made = Assignment(
        tenant_id=person.tenant_id,
        person=person,
        unit_id=settled.unit_id,
        role=settled.role.value,
        is_home=bool(settled.is_home),
        valid_from=settled.valid_from,
        valid_to=settled.valid_to,
    )
    held.append(made)
    return made, True


def _is_same(held: Assignment, seat: Seat) -> bool:
    is_same_kind = (held.unit_id, held.role) == (seat.unit_id, seat.role.value)
    return is_same_kind and _seat(held).contains(seat)


def _seat(held: Assignment) -> Seat:
    return Seat(
        unit_id=held.unit_id,
        role=Role(held.role),
        valid_from=held.valid_from,
        valid_to=held.valid_to,
        is_home=held.is_home,
    )


def _write(fresh: Sequence[Assignment], people: Mapping[int, Person], by: Person) -> None:
    """Keep new assignments; the database has the last word on overlaps."""
    if not fresh:
        return
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(fresh)
    except IntegrityError as error:
        names = sorted({people[each.person_id].name for each in fresh})
        raise SeatTaken(person="、".join(names[:3])) from error
    org_changed(fresh[0].tenant_id)
    for each in fresh:
        person = people[each.person_id]
        journal.record(
            by,
            "person.assigned",
            person,
            after=journal.told(each, *SEAT),
            unit=each.unit_id,
            role=each.role,
        )


@transaction.atomic
def move_person(
    *, person: Person, to: Unit, on: date, role: Role | None = None, by: Person
) -> Assignment:
    """End the person's home seat on a day and begin one in another unit.

    Without a role they keep the one they had. Facts recorded before stay with
    the unit they were earned in.
    """
    require_admin_of(by, person.tenant_id)
    person = _locked(person.tenant, {person.pk: None})[person.pk]
    _require_units(person.tenant, {to.pk})
    seat = Assignment.objects.filter(person=person).at_home().on(on).first()
    wanted = role or (Role(seat.role) if seat else Role.REP)
    before = {} if seat is None else journal.told(seat, *SEAT)
    if seat is not None:
        _leave(seat, to, wanted, on)
    try:
        with transaction.atomic():
            made = Assignment.objects.create(
                tenant_id=person.tenant_id,
                person=person,
                unit=to,
                role=wanted.value,
                valid_from=on,
            )
    except IntegrityError as error:
        raise SeatTaken(person=person.name) from error
    org_changed(person.tenant_id)
    journal.record(
        by,
        "person.moved",
        person,
        before=before,
        after=journal.told(made, *SEAT),
        to=to.pk,
        role=wanted.value,
        on=str(on),
    )
    return made


def _leave(seat: Assignment, to: Unit, role: Role, on: date) -> None:
    if (seat.unit_id, seat.role) == (to.pk, role.value):
        raise AlreadyThere(person=seat.person.name)
    if on <= seat.valid_from:
        raise MoveTooEarly(person=seat.person.name, since=seat.valid_from)
    seat.valid_to = on
    seat.save(update_fields=["valid_to"])


@transaction.atomic
def end_assignment(*, assignment: Assignment, on: date, by: Person) -> Assignment:
    """End an assignment: the first day it no longer holds is ``on``."""
    require_admin_of(by, assignment.tenant_id)
    Person.objects.select_for_update().get(pk=assignment.person_id)
    assignment = Assignment.objects.select_related("person").get(pk=assignment.pk)
    if assignment.valid_to is not None and assignment.valid_to <= on:
        raise SeatOver(ended=assignment.valid_to)
    if on <= assignment.valid_from:
        raise SeatEndsTooEarly(since=assignment.valid_from)
    before = journal.told(assignment, "valid_to")
    assignment.valid_to = on
    assignment.save(update_fields=["valid_to"])
    if assignment.role == Role.ADMIN.value:
        keep_an_admin(assignment.person, on)
    org_changed(assignment.tenant_id)
    after = journal.told(assignment, "valid_to")
    journal.record(by, "assignment.ended", assignment, before=before, after=after, on=str(on))
    return assignment
