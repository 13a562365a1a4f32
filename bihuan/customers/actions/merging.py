"""Saying that two customers are one, and taking that back.

A merge is a fact: nothing is moved or renamed, so taking it back gives every
figure back exactly. It joins customers, not accounts: whatever was merged into
either of the two comes along.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.customers.access import (
    MergeMissing,
    accounts_of,
    entity_map,
    merge_facts,
    merges_of,
    require_may_join,
    require_may_part,
)
from bihuan.customers.domain.uscc import known_in
from bihuan.customers.models import Distinction
from bihuan.facts.actions import REASON_LENGTH, lock_ledger, open_source, record, take_back
from bihuan.facts.domain.attribute import check_text
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import CUSTOMERS, MERGED
from bihuan.facts.models import Fact, Member, Source
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person


class AlreadyOne(Conflict):
    code = "customers.already_one"
    says = gettext_noop("“%(one)s” and “%(other)s” are one customer already.")


class ToldApart(Conflict):
    code = "customers.told_apart"
    says = gettext_noop(
        "Somebody decided that “%(one)s” and “%(other)s” are two customers: "
        "withdraw that decision first."
    )


class UsccDiffers(Conflict):
    code = "customers.uscc_differs"
    says = gettext_noop(
        "“%(one)s” and “%(other)s” have different unified social credit codes "
        "(%(one_uscc)s, %(other_uscc)s): confirm that they are one all the same."
    )


class MergeUndone(Conflict):
    code = "customers.merge_undone"
    says = gettext_noop("This merge has been taken back already.")


class ReasonMissing(Invalid):
    code = "customers.reason_missing"
    says = gettext_noop("Say why, in up to 500 characters.")


@transaction.atomic
def merge_accounts(
    *, account: Member, into: Member, reason: str, by: Person, despite_uscc: bool = False
) -> Fact:
    """Say that the customer of one account is the customer of another; returns the fact.

    The customer goes by the account of ``into`` from now on. Where their credit
    codes differ, ``despite_uscc`` says that this is known.
    """
    lock_ledger(by.tenant)
    entities = entity_map(by.tenant)
    gone, kept = _customer_of(account, entities), _customer_of(into, entities)
    here, there = (accounts_of(each, entities) for each in (gone, kept))
    require_may_join(by, here, there)
    why = checked_reason(reason)
    if gone == kept:
        raise AlreadyOne(one=account.name, other=into.name)
    if is_told_apart(here, there, by):
        raise ToldApart(one=gone.name, other=kept.name)
    is_despite = _check_codes(gone, kept, here, there, despite=despite_uscc)
    fact = _record(gone, kept, why, by)
    journal.record(
        by, "account.merged", gone, into=kept.pk, seq=fact.seq, reason=why, despite_uscc=is_despite
    )
    return fact


def _customer_of(account: Member, entities: Mapping[int, int]) -> Member:
    entity = entities.get(account.pk, account.pk)
    return account if entity == account.pk else Member.objects.get(pk=entity)


def checked_reason(reason: str) -> str:
    """Return a reason as it is kept, or refuse one that says nothing or too much."""
    why = reason.strip()
    if not why or len(why) > REASON_LENGTH:
        raise ReasonMissing()
    check_text("reason", why, size=REASON_LENGTH)
    return why


def is_told_apart(one: list[int], other: list[int], by: Person) -> bool:
    """Tell whether somebody decided that accounts of two customers are not the same."""
    standing = Distinction.objects.standing(by.tenant)
    here = standing.filter(one__in=one, other__in=other)
    return here.exists() or standing.filter(one__in=other, other__in=one).exists()


def codes_of(accounts: list[int]) -> frozenset[str]:
    """Return the credit codes that accounts have."""
    attributes = Member.objects.filter(pk__in=accounts).values_list("attributes", flat=True)
    return frozenset(code for each in attributes if (code := known_in(each)))


def _check_codes(
    gone: Member, kept: Member, one: list[int], other: list[int], *, despite: bool
) -> bool:
    """Refuse to join customers whose codes differ, unless that is known; tell whether they do."""
    here, there = codes_of(one), codes_of(other)
    differ = bool(here and there and not here & there)
    if differ and not despite:
        raise UsccDiffers(
            one=gone.name,
            other=kept.name,
            one_uscc=", ".join(sorted(here)),
            other_uscc=", ".join(sorted(there)),
        )
    return differ


def _record(gone: Member, kept: Member, reason: str, by: Person) -> Fact:
    source = open_source(
        tenant=by.tenant, code=CUSTOMERS, name="Customers", kind=Source.Kind.FORM.value
    )
    before = merge_facts(by.tenant).filter(account=gone, reverses__isnull=True).count()
    draft = Draft(
        kind=MERGED,
        business_on=clock.today(by.tenant.time_zone),
        # An account may be merged, taken out and merged again: each time is a fact of its own.
        source_ref=f"{gone.pk}/{before + 1}",
        account_id=gone.pk,
        attributes={"into": str(kept.pk)},
        extra={"reason": reason},
    )
    return record(draft=draft, source=source, by=by)


@transaction.atomic
def unmerge(*, merge: Fact, reason: str, by: Person) -> Fact:
    """Take a merge back; its two sides are customers of their own again. Returns the reversal."""
    lock_ledger(by.tenant)
    merges = merges_of(by.tenant)
    found = next((each for each in merges if each.seq == merge.seq), None)
    if found is None or merge.tenant_id != by.tenant_id:
        raise MergeMissing()
    require_may_part(by, merges, found)
    if not found.stands():
        raise MergeUndone()
    why = checked_reason(reason)
    made = take_back(fact=merge, reason=why, by=by)
    journal.record(
        by, "account.unmerged", Member(pk=found.account), out_of=found.into, seq=found.seq
    )
    return made
