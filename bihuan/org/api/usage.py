"""What programs and exports took today, and how much they may take, for administrators."""

from __future__ import annotations

from ninja import Router, Schema

from bihuan.base.matching import Edited, matched, tagged
from bihuan.org import actions
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role
from bihuan.org.domain.usage import NAMES, allowance_of
from bihuan.org.models import Tenant
from bihuan.org.queries.usage import usage_lines

router = Router(tags=["org"])


class AllowanceOut(Schema):
    token_a_minute: int
    person_a_minute: int
    files_a_day: int
    rows_a_day: int

    @classmethod
    def of(cls, tenant: Tenant) -> AllowanceOut:
        allowed = allowance_of(tenant.allowance)
        return cls(**{name: getattr(allowed, name) for name in NAMES})


class AllowanceIn(Schema):
    """What is not said stays."""

    token_a_minute: int | None = None
    person_a_minute: int | None = None
    files_a_day: int | None = None
    rows_a_day: int | None = None


class UsageLineOut(Schema):
    person: int
    requests: int
    in_a_minute: int
    files: int
    rows: int


class UsageOut(Schema):
    """What each person took today, whoever took most first; who took nothing is left out."""

    allowed: AllowanceOut
    lines: list[UsageLineOut]


def _tenant(request: PersonRequest) -> Tenant:
    require_role(request.person, Role.ADMIN)
    return Tenant.objects.get(pk=request.tenant.pk)


ALLOWANCE = Edited(held=_tenant, shown=lambda request: AllowanceOut.of(_tenant(request)))


@router.get("/usage", response=UsageOut)
@tagged(ALLOWANCE)
def usage(request: PersonRequest) -> UsageOut:
    """Requests of the API and exports of today."""
    require_role(request.person, Role.ADMIN)
    lines = [
        UsageLineOut(
            person=each.person.pk,
            requests=each.requests,
            in_a_minute=each.in_a_minute,
            files=each.files,
            rows=each.rows,
        )
        for each in usage_lines(request.tenant)
    ]
    return UsageOut(allowed=AllowanceOut.of(request.tenant), lines=lines)


@router.put("/usage", response=AllowanceOut)
@matched(ALLOWANCE)
def set_usage(request: PersonRequest, body: AllowanceIn) -> AllowanceOut:
    """Set how much programs and exports may take."""
    said = body.model_dump(exclude_none=True)
    return AllowanceOut.of(
        actions.set_allowance(tenant=request.tenant, said=said, by=request.person)
    )
