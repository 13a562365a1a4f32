"""What goes in and comes out of the organisation's API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from bihuan.org import actions
from bihuan.org.domain.grant import EVERYTHING
from bihuan.org.domain.role import Role
from bihuan.org.models import ApiToken, Tenant, Unit

Id = Annotated[int, Field(ge=1, lt=2**63)]


class UnitOut(Schema):
    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    depth: int
    heads: list[int]
    people_count: int


class UnitIn(Schema):
    code: str
    name: str
    kind: Unit.Kind | None = None
    parent: Id | None = None


class UnitChangeIn(Schema):
    name: str
    kind: Unit.Kind | None = None
    parent: Id | None = None


class UnitKeyOut(Schema):
    id: int
    code: str
    name: str
    kind: str
    parent: int | None

    @staticmethod
    def of(unit: Unit) -> UnitKeyOut:
        return UnitKeyOut(
            id=unit.pk, code=unit.code, name=unit.name, kind=unit.kind, parent=unit.parent_id
        )


class SeatOut(Schema):
    """A seat; unit and role are left out where the unit is not visible."""

    id: int | None
    unit: int | None
    role: Role | None
    is_home: bool
    valid_from: date
    valid_to: date | None


class PersonOut(Schema):
    id: int
    code: str
    name: str
    unit: int | None
    roles: list[Role]
    ended_on: date | None


class PersonFullOut(PersonOut):
    seats: list[SeatOut]


class PeopleOut(Schema):
    count: int
    page: int
    pages: int
    items: list[PersonOut]


class PeopleAsked(Schema):
    q: str = ""
    unit: Id | None = None
    role: Role | None = None
    standing: str = "here"
    page: int = 1


class PersonIn(Schema):
    code: str
    name: str


class PersonChangeIn(Schema):
    name: str


class SeatIn(Schema):
    person: Id
    unit: Id
    role: Role
    valid_from: date = actions.BEGINNING


class MoveIn(Schema):
    to: Id
    on: date
    role: Role | None = None


class DayIn(Schema):
    on: date


class LoginIn(Schema):
    username: str


class LoginOut(Schema):
    username: str
    password: str


class TokenOut(Schema):
    id: int
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    expires_on: date | None
    scopes: list[str]

    @staticmethod
    def of(token: ApiToken) -> TokenOut:
        return TokenOut(
            id=token.pk,
            name=token.name,
            hint=token.hint,
            created_at=token.created_at,
            last_used_at=token.last_used_at,
            expires_on=token.expires_on,
            scopes=token.scopes,
        )


class TokenIn(Schema):
    """Without ``scopes`` the token may do whatever its person may."""

    name: str
    expires_on: date | None = None
    scopes: list[str] = [EVERYTHING]
    person: Id | None = None


class NewTokenOut(TokenOut):
    """The one answer that carries the token itself."""

    token: str


class TenantOut(Schema):
    code: str
    name: str
    currency: str
    time_zone: str
    fiscal_start_month: int
    day_count: str

    @staticmethod
    def of(tenant: Tenant) -> TenantOut:
        return TenantOut(
            code=tenant.code,
            name=tenant.name,
            currency=tenant.currency,
            time_zone=tenant.time_zone,
            fiscal_start_month=tenant.fiscal_start_month,
            day_count=tenant.day_count,
        )


class TenantIn(Schema):
    name: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    fiscal_start_month: int | None = None
    day_count: str | None = None


class MeOut(Schema):
    person: PersonOut
    tenant: TenantOut
    sees_tenant: bool
    manages: list[int]
    sees_figures_of: list[int]
