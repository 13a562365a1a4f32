"""The organisation for programs."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from ninja import Query, Router, Status

from bihuan.base import clock
from bihuan.base.matching import Edited, matched, tagged
from bihuan.org import actions, queries
from bihuan.org.access import (
    PersonRequest,
    person_seen,
    require_admin_of,
    seat_seen,
    seats_held,
    token_seen,
    unit_seen,
    units_visible_to,
)
from bihuan.org.actions.logins import new_password
from bihuan.org.api.schemas import (
    DayIn,
    Id,
    LoginIn,
    LoginOut,
    MeOut,
    MoveIn,
    NewTokenOut,
    PeopleAsked,
    PeopleOut,
    PersonChangeIn,
    PersonFullOut,
    PersonIn,
    PersonOut,
    SeatIn,
    SeatOut,
    TenantIn,
    TenantOut,
    TokenIn,
    TokenOut,
    UnitChangeIn,
    UnitIn,
    UnitKeyOut,
    UnitOut,
)
from bihuan.org.api.signing import require_full_token
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit

router = Router(tags=["org"])


def _today(request: PersonRequest) -> date:
    return clock.today(request.tenant.time_zone)


def _person_out(request: PersonRequest, person: Person) -> PersonOut:
    [line] = queries.person_lines([person], request.scope, _today(request))
    return _line_out(line)


def _line_out(line: queries.PersonLine) -> PersonOut:
    return PersonOut(
        id=line.person.pk,
        code=line.person.code,
        name=line.person.name,
        unit=line.unit.pk if line.unit else None,
        roles=list(line.roles),
        ended_on=line.person.ended_on,
    )


def _seat_out(seat: Assignment) -> SeatOut:
    return SeatOut(
        id=seat.pk,
        unit=seat.unit_id,
        role=Role(seat.role),
        is_home=seat.is_home,
        valid_from=seat.valid_from,
        valid_to=seat.valid_to,
    )


def _tenant(request: PersonRequest) -> Tenant:
    return Tenant.objects.get(pk=request.tenant.pk)


def _unit(request: PersonRequest, unit_id: int) -> UnitKeyOut:
    shown = UnitKeyOut.of(unit_seen(unit_id, request.scope))
    above = units_visible_to(request.scope).filter(pk=shown.parent or 0)
    return shown.model_copy(update={"parent": shown.parent if above.exists() else None})


COMPANY = Edited(held=_tenant, shown=lambda request: TenantOut.of(_tenant(request)))
UNIT = Edited(
    held=_tenant,  # A tree is changed by one at a time.
    shown=lambda request, unit_id: _unit(request, unit_id),
)
PERSON = Edited(
    held=lambda request, person_id: person_seen(person_id, request.scope),
    shown=lambda request, person_id: _person_out(request, person_seen(person_id, request.scope)),
)


@router.get("/me", response=MeOut)
def me(request: PersonRequest) -> MeOut:
    held = seats_held(request.person)
    ids = dict(Unit.objects.filter(path__in=[path for _, path in held]).values_list("path", "pk"))
    return MeOut(
        person=_person_out(request, request.person),
        tenant=TenantOut.of(request.tenant),
        sees_tenant=request.scope.whole_tenant,
        manages=[ids[path] for path in request.scope.unit_paths],
        sees_figures_of=[ids[path] for path in request.scope.figure_paths],
    )


@router.get("/tenant", response=TenantOut)
@tagged(COMPANY)
def tenant(request: PersonRequest) -> TenantOut:
    return TenantOut.of(request.tenant)


@router.put("/tenant", response=TenantOut)
@matched(COMPANY)
def set_tenant(request: PersonRequest, body: TenantIn) -> TenantOut:
    given = body.model_dump(exclude_none=True)
    return TenantOut.of(actions.set_tenant(tenant=request.tenant, by=request.person, **given))


@router.get("/units", response=list[UnitOut])
def units(request: PersonRequest, on: date | None = None) -> list[UnitOut]:
    """The visible part of the tree, depth first."""
    return [
        UnitOut(
            id=node.unit.pk,
            code=node.unit.code,
            name=node.unit.name,
            kind=node.unit.kind,
            parent=node.unit.parent_id if node.depth else None,
            depth=node.depth,
            heads=[person.pk for person in node.heads],
            people_count=node.total_count,
        )
        for node in queries.tree(request.scope, on or _today(request))
    ]


@router.post("/units", response={201: UnitKeyOut})
def add_unit(request: PersonRequest, body: UnitIn) -> Status[UnitKeyOut]:
    """Make a unit, or rename and place the one that has this code."""
    require_admin_of(request.person, request.tenant.pk)
    unit = actions.put_unit(
        tenant=request.tenant,
        code=body.code,
        name=body.name,
        kind=body.kind.value if body.kind else None,
        parent=unit_seen(body.parent, request.scope) if body.parent else None,
        by=request.person,
    )
    return Status(201, UnitKeyOut.of(unit))


@router.get("/units/{unit_id}", response=UnitKeyOut)
@tagged(UNIT)
def unit(request: PersonRequest, unit_id: Id) -> UnitKeyOut:
    """A unit as it can be changed; the one above it only where it is visible."""
    return _unit(request, unit_id)


@router.put("/units/{unit_id}", response=UnitKeyOut)
@matched(UNIT)
def change_unit(request: PersonRequest, unit_id: Id, body: UnitChangeIn) -> UnitKeyOut:
    unit = unit_seen(unit_id, request.scope)
    changed = actions.put_unit(
        tenant=request.tenant,
        code=unit.code,
        name=body.name,
        kind=body.kind.value if body.kind else None,
        parent=unit_seen(body.parent, request.scope) if body.parent else None,
        by=request.person,
    )
    return UnitKeyOut.of(changed)


@router.get("/people", response=PeopleOut)
def people(request: PersonRequest, asked: Query[PeopleAsked]) -> PeopleOut:
    """The visible people that match, by name, fifty at a time."""
    today = _today(request)
    found = queries.people(
        request.scope,
        today,
        text=asked.q,
        unit=unit_seen(asked.unit, request.scope) if asked.unit else None,
        role=asked.role.value if asked.role else "",
        standing=asked.standing,
    )
    page = Paginator(found, queries.PAGE_SIZE).get_page(asked.page)
    lines = queries.person_lines(page.object_list, request.scope, today)
    return PeopleOut(
        count=page.paginator.count,
        page=page.number,
        pages=page.paginator.num_pages,
        items=[_line_out(line) for line in lines],
    )


@router.post("/people", response={201: PersonOut})
def add_person(request: PersonRequest, body: PersonIn) -> Status[PersonOut]:
    """Make a person, or rename the one that has this code."""
    person = actions.put_person(
        tenant=request.tenant, code=body.code, name=body.name, by=request.person
    )
    return Status(201, _person_out(request, person))


@router.get("/people/{person_id}", response=PersonFullOut)
@tagged(PERSON)
def person(request: PersonRequest, person_id: Id) -> PersonFullOut:
    """A person with every seat; seats in units that are not visible stay unnamed."""
    found = person_seen(person_id, request.scope)
    seats = [
        _seat_out(line.assignment)
        if line.unit
        else SeatOut(
            id=None,
            unit=None,
            role=None,
            is_home=line.assignment.is_home,
            valid_from=line.assignment.valid_from,
            valid_to=line.assignment.valid_to,
        )
        for line in queries.seat_lines(found, request.scope, _today(request))
    ]
    return PersonFullOut(**_person_out(request, found).model_dump(), seats=seats)


@router.put("/people/{person_id}", response=PersonOut)
@matched(PERSON)
def change_person(request: PersonRequest, person_id: Id, body: PersonChangeIn) -> PersonOut:
    found = person_seen(person_id, request.scope)
    changed = actions.put_person(
        tenant=request.tenant, code=found.code, name=body.name, by=request.person
    )
    return _person_out(request, changed)


@router.post("/people/{person_id}/move", response=SeatOut)
def move_person(request: PersonRequest, person_id: Id, body: MoveIn) -> SeatOut:
    """End the home seat and begin one elsewhere; what was earned stays with the former unit."""
    made = actions.move_person(
        person=person_seen(person_id, request.scope),
        to=unit_seen(body.to, request.scope),
        on=body.on,
        role=body.role,
        by=request.person,
    )
    return _seat_out(made)


@router.post("/people/{person_id}/leave", response=PersonOut)
def deactivate_person(request: PersonRequest, person_id: Id, body: DayIn) -> PersonOut:
    left = actions.deactivate_person(
        person=person_seen(person_id, request.scope), on=body.on, by=request.person
    )
    return _person_out(request, left)


@router.post("/people/{person_id}/login", response={201: LoginOut})
def open_login(request: PersonRequest, person_id: Id, body: LoginIn) -> Status[LoginOut]:
    """Give a person a login; its password is in this answer only."""
    password = new_password()
    login = actions.open_login(
        person=person_seen(person_id, request.scope),
        username=body.username,
        password=password,
        by=request.person,
    )
    return Status(201, LoginOut(username=login.username, password=password))


@router.post("/assignments", response={201: SeatOut})
def assign(request: PersonRequest, body: SeatIn) -> Status[SeatOut]:
    made = actions.assign(
        person=person_seen(body.person, request.scope),
        unit=unit_seen(body.unit, request.scope),
        role=body.role,
        valid_from=body.valid_from,
        by=request.person,
    )
    return Status(201, _seat_out(made))


@router.post("/assignments/{seat_id}/end", response=SeatOut)
def end_assignment(request: PersonRequest, seat_id: Id, body: DayIn) -> SeatOut:
    seat = seat_seen(seat_id, request.scope)
    return _seat_out(actions.end_assignment(assignment=seat, on=body.on, by=request.person))


@router.get("/tokens", response=list[TokenOut])
def tokens(request: PersonRequest) -> list[TokenOut]:
    """Own tokens that still open something."""
    return [TokenOut.of(token) for token in queries.tokens_of(request.person)]


@router.post("/tokens", response={201: NewTokenOut})
def make_token(request: PersonRequest, body: TokenIn) -> Status[NewTokenOut]:
    """Make a token; the token itself is in this answer only."""
    person = person_seen(body.person, request.scope) if body.person else request.person
    require_full_token(request)
    token, secret = actions.make_token(
        person=person,
        name=body.name,
        expires_on=body.expires_on,
        scopes=body.scopes,
        by=request.person,
    )
    return Status(201, NewTokenOut(**TokenOut.of(token).model_dump(), token=secret))


@router.delete("/tokens/{token_id}", response={204: None})
def revoke_token(request: PersonRequest, token_id: Id) -> Status[None]:
    actions.revoke_token(token=token_seen(token_id, request.person), by=request.person)
    return Status(204, None)
