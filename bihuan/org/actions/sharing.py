"""Showing one thing to a colleague or a unit until a day, and taking it back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.kernel.errors import gettext_noop
from bihuan.org.access import own_scope_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.sharing import (
    NotYoursToShare,
    SharedAlready,
    ShareWithOneself,
    check_until,
)
from bihuan.org.domain.text import fit
from bihuan.org.models import Assignment, Person, Share, Unit
from bihuan.org.uses import Telling, kind_of, tell

SHARED = gettext_noop("%(who)s shared “%(what)s” with you until %(until)s: %(reason)s")
TAKEN_BACK = gettext_noop("“%(what)s” is no longer shared with you.")


@transaction.atomic
def share(
    *, kind: str, thing_id: int, whom: Person | Unit, until: date, reason: str, by: Person
) -> Share:
    """Show something to a person or a unit, to be read and no more; they are told."""
    sort = kind_of(kind)
    scope = own_scope_of(by)
    thing = sort.seen(thing_id, scope) if sort.is_shareable else None
    if thing is None or not sort.shares(thing_id, scope):
        raise NotYoursToShare()
    today = clock.today(by.tenant.time_zone)
    check_until(until, today=today)
    if whom.tenant_id != by.tenant_id or whom == by:
        raise ShareWithOneself()
    Person.objects.select_for_update().get(pk=by.pk)  # Two windows share it once.
    aimed = {"person": whom} if isinstance(whom, Person) else {"unit": whom}
    there = Share.objects.filter(sharer=by, kind=kind, thing_id=thing.pk, **aimed)
    if there.in_force(today).exists():
        raise SharedAlready(whom=whom.name)
    made = Share.objects.create(
        tenant=by.tenant,
        kind=kind,
        thing_id=thing.pk,
        ids=list(thing.ids or (thing.pk,)),
        sharer=by,
        valid_from=today,
        valid_to=until,
        reason=fit(reason, limit=200),
        made_at=clock.now(),
        **aimed,
    )
    _say(made, "share.begun", by)
    params = {"who": by.name, "what": thing.name, "until": str(until), "reason": made.reason}
    _tell(made, Telling(says=SHARED, params=params, about=("org.share", made.pk), link=thing.url))
    return made


@transaction.atomic
def take_back(*, share: Share, by: Person) -> Share:
    """Take back what one shared; an administrator may for others. They are told."""
    found = Share.objects.select_for_update().get(pk=share.pk)
    if by.pk != found.sharer_id and Role.ADMIN not in own_scope_of(by).roles:
        raise NotYoursToShare()
    if found.ended_on is not None:
        return found
    found.ended_on = clock.today(found.tenant.time_zone)
    found.save(update_fields=["ended_on"])
    _say(found, "share.ended", by)
    thing = kind_of(found.kind).seen(found.thing_id, own_scope_of(found.sharer))
    if thing is not None:
        about = ("org.share_ended", found.pk)
        _tell(found, Telling(says=TAKEN_BACK, params={"what": thing.name}, about=about, link="/"))
    return found


def _say(made: Share, verb: str, by: Person) -> None:
    journal.record(
        by,
        verb,
        made,
        what=f"{made.kind}:{made.thing_id}",
        person=made.person_id,
        unit=made.unit_id,
        until=str(made.valid_to),
    )


def _tell(made: Share, telling: Telling) -> None:
    """Tell whom it is shared with: the person, or everybody who sits in the unit today."""
    people = [made.person_id] if made.person_id else []
    if made.unit is not None:
        today = clock.today(made.tenant.time_zone)
        seats = Assignment.objects.filter(unit__path__startswith=made.unit.path).on(today)
        people = sorted(set(seats.values_list("person_id", flat=True)) - {made.sharer_id})
    tell(telling, people=people, by=made.sharer)
