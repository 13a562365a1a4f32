"""Saying that two customers that look alike are two, and taking that back."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.customers.access import (
    DistinctionMissing,
    accounts_of,
    entity_map,
    require_may_join,
)
from bihuan.customers.actions.merging import AlreadyOne, checked_reason, is_told_apart
from bihuan.customers.models import Distinction
from bihuan.facts.actions import lock_ledger
from bihuan.facts.models import Member
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Person


class AlreadyApart(Conflict):
    code = "customers.already_apart"
    says = gettext_noop("It is decided already that “%(one)s” and “%(other)s” are two customers.")


@transaction.atomic
def keep_apart(*, one: Member, other: Member, reason: str, by: Person) -> Distinction:
    """Say that two customers are not the same, so that nobody is asked again."""
    lock_ledger(by.tenant)
    entities = entity_map(by.tenant)
    here, there = (Member.objects.get(pk=entities.get(each.pk, each.pk)) for each in (one, other))
    both = [accounts_of(each, entities) for each in (here, there)]
    require_may_join(by, *both)
    why = checked_reason(reason)
    if here == there:
        raise AlreadyOne(one=one.name, other=other.name)
    if is_told_apart(both[0], both[1], by):
        raise AlreadyApart(one=here.name, other=there.name)
    first, second = sorted((here, there), key=lambda each: each.pk)
    made = Distinction.objects.create(
        tenant=by.tenant, one=first, other=second, reason=why, by=by, said_at=clock.now()
    )
    journal.record(by, "accounts.told_apart", made, one=first.pk, other=second.pk, reason=why)
    return made


@transaction.atomic
def withdraw(*, distinction: Distinction, by: Person) -> Distinction:
    """Take back that two customers are not the same; they may be suggested again."""
    held = Distinction.objects.select_for_update().filter(
        pk=distinction.pk, tenant=by.tenant, withdrawn_at__isnull=True
    )
    found = held.select_related("one", "other").first()
    if found is None:
        raise DistinctionMissing()
    entities = entity_map(by.tenant)
    sides = [
        [entity, *(pk for pk, its in entities.items() if its == entity)]
        for entity in (entities.get(pk, pk) for pk in (found.one_id, found.other_id))
    ]
    require_may_join(by, *sides)
    found.withdrawn_by, found.withdrawn_at = by, clock.now()
    found.save(update_fields=["withdrawn_by", "withdrawn_at"])
    journal.record(by, "accounts.not_told_apart", found, one=found.one_id, other=found.other_id)
    return found
