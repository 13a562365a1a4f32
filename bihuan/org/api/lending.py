"""Delegations, shares, and who sees what, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Field, Router, Schema, Status

from bihuan.base import clock
from bihuan.org import actions, seeing
from bihuan.org.access import (
    PersonMissing,
    PersonRequest,
    delegation_seen,
    person_seen,
    require_role,
    roles_of,
    scope_of,
    share_seen,
    unit_seen,
)
from bihuan.org.api.schemas import Id
from bihuan.org.domain.delegation import Days, Limits
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.domain.sharing import KindMissing
from bihuan.org.models import Delegation, Person, Share, Unit
from bihuan.org.uses import Thing, kind_of

router = Router(tags=["org"])
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Kind = Annotated[str, Field(max_length=60)]


class DelegationOut(Schema):
    """That one person stands in for another; ``until`` is the first day it holds no longer."""

    id: int
    lender: int
    deputy: int
    role: Role | None
    unit: int | None
    since: date
    until: date
    ended_on: date | None
    state: str
    reason: str


class DelegationIn(Schema):
    """Without ``lender`` it is oneself; without ``role`` and ``unit`` everything is lent."""

    lender: Id | None = None
    deputy: Id
    role: Role | None = None
    unit: Id | None = None
    since: date
    until: date
    reason: Reason


class ShareOut(Schema):
    """That a thing is shown to a person or a unit until a day."""

    id: int
    kind: str
    thing: int
    sharer: int
    person: int | None
    unit: int | None
    until: date
    ended_on: date | None
    reason: str


class ShareIn(Schema):
    """Of ``person`` and ``unit``, one is given."""

    kind: Kind
    thing: Id
    person: Id | None = None
    unit: Id | None = None
    until: date
    reason: Reason


class SeesOut(Schema):
    person: int
    name: str
    reasons: list[str]


class WhoSeesOut(Schema):
    """Who sees a thing on a day, and why; of many, the first."""

    kind: str
    thing: int
    count: int
    people: list[SeesOut]


class CountedOut(Schema):
    kind: str
    count: int
    by_reason: list[int]


class WhatSeesOut(Schema):
    """What a person sees on a day: the grounds, and how many things each reason opens."""

    grounds: list[str]
    reasons: list[str]
    kinds: list[CountedOut]


def _today(request: PersonRequest) -> date:
    return clock.today(request.tenant.time_zone)


def _delegation(each: Delegation, today: date) -> DelegationOut:
    [line] = seeing.standing_of([each], today)
    return DelegationOut(
        id=each.pk,
        lender=each.lender_id,
        deputy=each.deputy_id,
        role=Role(each.role) if each.role else None,
        unit=each.unit_id,
        since=each.valid_from,
        until=each.valid_to,
        ended_on=each.ended_on,
        state=line.state,
        reason=each.reason,
    )


def _share(each: Share) -> ShareOut:
    return ShareOut(
        id=each.pk,
        kind=each.kind,
        thing=each.thing_id,
        sharer=each.sharer_id,
        person=each.person_id,
        unit=each.unit_id,
        until=each.valid_to,
        ended_on=each.ended_on,
        reason=each.reason,
    )


@router.get("/delegations", response=list[DelegationOut])
def delegations(request: PersonRequest) -> list[DelegationOut]:
    """Who stands in for you and for whom you stand in; all of the company to administrators."""
    sees_all = Role.ADMIN in request.roles
    found = seeing.delegations_of(request.person, sees_all=sees_all)[: seeing.SHOWN]
    return [_delegation(each, _today(request)) for each in found]


@router.post("/delegations", response={201: DelegationOut})
def lend(request: PersonRequest, given: DelegationIn) -> Status[DelegationOut]:
    """Let a colleague stand in for you, or, as an administrator, for somebody else."""
    is_own = given.lender in (None, request.person.pk)
    lender = request.person if is_own else person_seen(given.lender or 0, request.scope)
    unit = unit_seen(given.unit, request.scope) if given.unit else None
    made = actions.lend(
        lender=lender,
        deputy=_colleague(request, given.deputy),
        days=Days(given.since, given.until),
        limits=Limits(role=given.role, path=unit.path if unit else ""),
        reason=given.reason,
        by=request.person,
    )
    return Status(201, _delegation(made, _today(request)))


@router.post("/delegations/{delegation_id}/end", response=DelegationOut)
def end_delegation(request: PersonRequest, delegation_id: Id) -> DelegationOut:
    """End a delegation from today on."""
    found = delegation_seen(delegation_id, request.person)
    ended = actions.end_delegation(delegation=found, by=request.person)
    return _delegation(ended, _today(request))


@router.get("/shares", response=list[ShareOut])
def shares(request: PersonRequest) -> list[ShareOut]:
    """What you share with others, and what others share with you today."""
    return [
        _share(line.share)
        for by_me in (True, False)
        for line in seeing.share_lines(
            request.person, request.scope, by_me=by_me, today=_today(request)
        )
    ]


@router.post("/shares", response={201: ShareOut})
def share(request: PersonRequest, given: ShareIn) -> Status[ShareOut]:
    """Show a thing to a colleague or a unit, to be read and no more."""
    thing = _thing(given.kind, given.thing, scope_of(request.person))
    made = actions.share(
        kind=thing.kind,
        thing_id=thing.pk,
        whom=_whom(request, given),
        until=given.until,
        reason=given.reason,
        by=request.person,
    )
    return Status(201, _share(made))


@router.post("/shares/{share_id}/end", response=ShareOut)
def take_back(request: PersonRequest, share_id: Id) -> ShareOut:
    """Take back what is shared."""
    return _share(actions.take_back(share=share_seen(share_id, request.person), by=request.person))


@router.get("/seen/{kind}/{thing_id}", response=WhoSeesOut)
def who_sees(
    request: PersonRequest, kind: Kind, thing_id: Id, on: date | None = None
) -> WhoSeesOut:
    """Who sees a thing, and why."""
    thing = _thing(kind, thing_id, scope_of(request.person))
    day = on or _today(request)
    found = seeing.who_sees(kind_of(kind), thing, tenant_id=request.tenant.pk, on=day)
    people = [
        SeesOut(person=each.person.pk, name=each.person.name, reasons=list(each.reasons))
        for each in found.lines
    ]
    return WhoSeesOut(kind=kind, thing=thing.pk, count=found.count, people=people)


@router.get("/people/{person_id}/sees", response=WhatSeesOut)
def what_sees(request: PersonRequest, person_id: Id, on: date | None = None) -> WhatSeesOut:
    """What a person sees on a day: for administrators and quality officers."""
    require_role(request.person, Role.ADMIN, Role.QUALITY_OFFICER)
    found = seeing.what_sees(person_seen(person_id, request.scope), on or _today(request))
    return WhatSeesOut(
        grounds=list(found.grounds),
        reasons=list(found.reasons),
        kinds=[
            CountedOut(kind=each.name, count=each.count, by_reason=list(each.by_reason))
            for each in found.lines
        ],
    )


def _thing(kind: str, thing_id: int, scope: Scope) -> Thing:
    thing = kind_of(kind).seen(thing_id, scope)
    if thing is None:
        raise KindMissing()
    return thing


def _whom(request: PersonRequest, given: ShareIn) -> Person | Unit:
    if given.unit is not None and given.person is None:
        return unit_seen(given.unit, request.scope)
    return _colleague(request, given.person or 0)


def _colleague(request: PersonRequest, pk: int) -> Person:
    """Return somebody near; to administrators, anybody of the company who is here."""
    today = _today(request)
    if Role.ADMIN in roles_of(request.person):
        ours = Person.objects.filter(tenant=request.tenant, is_robot=False)
        people = ours.active_on(today)
    else:
        people = seeing.colleagues_of(request.person, today)
    found = people.select_related("tenant").filter(pk=pk).first()
    if found is None:
        raise PersonMissing(person=pk)
    return found
