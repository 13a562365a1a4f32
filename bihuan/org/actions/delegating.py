"""Lending a colleague what one leads or serves for some days, and ending that early."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.kernel.errors import gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.domain.delegation import (
    EVERYTHING,
    AlreadyLent,
    Days,
    DelegationOver,
    DelegationToOneself,
    Held,
    Limits,
    NothingToLend,
    NotYoursToLend,
    lent_seats,
)
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import Assignment, Delegation, Person, Unit
from bihuan.org.uses import Telling, tell

BEGUN = gettext_noop("%(lender)s lends %(deputy)s what they lead, from %(since)s to %(until)s.")
ENDED = gettext_noop("The delegation from %(lender)s to %(deputy)s was ended early.")


@transaction.atomic
def lend(
    *,
    lender: Person,
    deputy: Person,
    days: Days,
    limits: Limits = EVERYTHING,
    reason: str,
    by: Person,
) -> Delegation:
    """Let a colleague stand in for somebody; both are told."""
    require_may_lend(lender, by)
    if deputy.pk == lender.pk:
        raise DelegationToOneself()
    days.check(clock.today(lender.tenant.time_zone))
    Person.objects.select_for_update().get(pk=lender.pk)  # Two windows lend it once.
    unit = _unit(lender, limits)
    if not lent_seats(_held(lender, days.valid_from), limits):
        raise NothingToLend(person=lender.name, day=days.valid_from)
    _require_new(lender, deputy, days, limits)
    made = Delegation.objects.create(
        tenant=lender.tenant,
        lender=lender,
        deputy=deputy,
        role=limits.role.value if limits.role else "",
        unit=unit,
        valid_from=days.valid_from,
        valid_to=days.valid_to,
        reason=fit(reason, limit=200),
        made_by=by,
        made_at=clock.now(),
    )
    journal.record(
        by,
        "delegation.begun",
        made,
        lender=lender.pk,
        deputy=deputy.pk,
        role=made.role,
        unit=made.unit_id,
        since=str(days.valid_from),
        until=str(days.valid_to),
    )
    _tell(made, BEGUN, "begun", by)
    return made


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Person) -> Delegation:
    """End a delegation from today on; one that has not begun never does. Both are told."""
    found = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if by.pk != found.deputy_id:  # Whoever stands in may also give it back.
        require_may_lend(found.lender, by)
    today = clock.today(found.tenant.time_zone)
    if found.ended_on is not None or found.valid_to <= today:
        raise DelegationOver()
    found.ended_on = today
    found.save(update_fields=["ended_on"])
    journal.record(by, "delegation.ended", found, lender=found.lender_id, deputy=found.deputy_id)
    _tell(found, ENDED, "ended", by)
    return found


def require_may_lend(lender: Person, by: Person) -> None:
    """Refuse unless it is one's own to lend, or one administers the company."""
    if by.pk == lender.pk:
        return
    if by.tenant_id != lender.tenant_id:
        raise NotYoursToLend()
    if not by.is_robot:
        require_admin_of(by, lender.tenant_id)


def _held(lender: Person, on: date) -> list[Held]:
    seats = Assignment.objects.filter(person=lender).on(on).values_list("role", "unit__path")
    return [Held(role=Role(role), path=path) for role, path in seats]


def _unit(lender: Person, limits: Limits) -> Unit | None:
    if not limits.path:
        return None
    return Unit.objects.get(path=limits.path, tenant=lender.tenant)


def _require_new(lender: Person, deputy: Person, days: Days, limits: Limits) -> None:
    """Refuse what is lent to the same colleague already on one of these days."""
    role = limits.role.value if limits.role else ""
    same = Delegation.objects.filter(lender=lender, deputy=deputy, role=role)
    for each in same.select_related("unit"):
        until = min(each.valid_to, each.ended_on or each.valid_to)
        is_same = (each.unit.path if each.unit else "") == limits.path
        if is_same and each.valid_from < days.valid_to and days.valid_from < until:
            raise AlreadyLent(person=deputy.name)


def _tell(made: Delegation, says: str, what: str, by: Person) -> None:
    telling = Telling(
        says=says,
        params={
            "lender": made.lender.name,
            "deputy": made.deputy.name,
            "since": str(made.valid_from),
            "until": str(made.valid_to),
        },
        about=(f"org.delegation_{what}", made.pk),
        link=reverse("org:delegations"),
    )
    tell(telling, people=sorted({made.lender_id, made.deputy_id}), by=by)
