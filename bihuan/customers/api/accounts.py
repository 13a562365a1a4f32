"""Customers: listed, joined, told apart, and given their credit code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext
from ninja import Field, Router, Schema, Status

from bihuan.base.matching import Edited, matched, tagged
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    MAY_JOIN,
    customer_seen,
    distinction_seen,
    distinctions_visible_to,
    entity_map,
    merge_seen,
)
from bihuan.customers.domain.likeness import Evidence
from bihuan.customers.domain.uscc import known_in
from bihuan.customers.models import Distinction
from bihuan.customers.queries.history import Said
from bihuan.facts.actions import REASON_LENGTH
from bihuan.facts.models import Member
from bihuan.org.access import PersonRequest, require_role

router = Router(tags=["customers"])

MOST = 500

Id = Annotated[int, Field(ge=1, lt=2**63)]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class AccountRef(Schema):
    id: int
    code: str
    name: str


class CustomerOut(Schema):
    """A customer; ``accounts`` are all that were merged into it, its own first."""

    id: int
    code: str
    name: str
    other_names: list[str]
    usccs: list[str]
    accounts: list[AccountRef]
    last_fact_on: date | None


class CustomersOut(Schema):
    count: int
    next: int | None
    items: list[CustomerOut]


class NameOut(Schema):
    name: str
    account: int
    since: datetime | None
    is_now: bool


class SaidOut(Schema):
    by: str | None
    at: datetime
    reason: str


class MergeOut(Schema):
    """A merge of ``account`` into another; ``undone`` says how it was taken back."""

    seq: int
    account: AccountRef
    into: AccountRef
    merged: SaidOut
    undone: SaidOut | None


class CustomerFullOut(CustomerOut):
    names: list[NameOut]
    merges: list[MergeOut]
    first_fact: int | None
    last_fact: int | None
    facts: int


class EvidenceOut(Schema):
    code: str
    message: str


class DuplicateOut(Schema):
    """Two customers that may be one; ``score`` goes up to 100."""

    one: AccountRef
    other: AccountRef
    score: int
    reasons: list[EvidenceOut]
    against: list[EvidenceOut]


class DuplicatesOut(Schema):
    count: int
    items: list[DuplicateOut]


class MergeIn(Schema):
    account: Id
    into: Id
    reason: Reason
    despite_uscc: bool = False


class ReasonIn(Schema):
    reason: Reason


class ApartIn(Schema):
    one: Id
    other: Id
    reason: Reason


class DistinctionOut(Schema):
    """That two customers are not the same."""

    id: int
    one: AccountRef
    other: AccountRef
    reason: str
    said_at: datetime


class UsccIn(Schema):
    uscc: Annotated[str, Field(max_length=40)]


class UsccOut(Schema):
    uscc: str


@router.get("", response=CustomersOut)
def customers(
    request: PersonRequest,
    q: Annotated[str, Field(max_length=80)] = "",
    which: queries.Which = queries.Which.ALL,
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1,
    limit: Annotated[int, Field(ge=1, le=MOST)] = queries.PAGE_SIZE,
) -> CustomersOut:
    """List the customers you may see, by name; ``q`` finds former names too."""
    entities = entity_map(request.tenant)
    found = queries.customers(request.scope, entities, text=q, which=which)
    count = found.count()
    shown = found[(page - 1) * limit : page * limit]
    lines = queries.customer_lines(shown, request.scope, entities)
    return CustomersOut(
        count=count,
        next=page + 1 if page * limit < count else None,
        items=[CustomerOut.model_validate(_line(line)) for line in lines],
    )


def _line(line: queries.CustomerLine) -> dict[str, object]:
    return {
        "id": line.customer.pk,
        "code": line.customer.code,
        "name": line.customer.name,
        "other_names": list(line.other_names),
        "usccs": list(line.usccs),
        "accounts": [account_ref(each) for each in line.accounts],
        "last_fact_on": line.last_on,
    }


def account_ref(account: Member) -> AccountRef:
    return AccountRef(id=account.pk, code=account.code, name=account.name)


@router.get("/duplicates", response=DuplicatesOut)
def duplicates(
    request: PersonRequest,
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1,
    limit: Annotated[int, Field(ge=1, le=MOST)] = queries.PAGE_SIZE,
) -> DuplicatesOut:
    """List customers that may be one, the surest first, of those you see both of."""
    require_role(request.person, *MAY_JOIN)
    found = queries.suggestions(request.scope, request.tenant, entity_map(request.tenant))
    return DuplicatesOut(
        count=len(found),
        items=[
            DuplicateOut(
                one=account_ref(each.one),
                other=account_ref(each.other),
                score=each.likeness.score,
                reasons=[_evidence(reason) for reason in each.likeness.reasons],
                against=[_evidence(reason) for reason in each.likeness.against],
            )
            for each in queries.suggested(found[(page - 1) * limit : page * limit])
        ],
    )


def _evidence(evidence: Evidence) -> EvidenceOut:
    return EvidenceOut(code=evidence.code, message=gettext(evidence.says) % evidence.params)


@router.get("/merges", response=list[MergeOut])
def merges(request: PersonRequest) -> list[MergeOut]:
    """List merges and how they were taken back, the newest first."""
    lines = queries.merge_lines(request.scope, request.tenant, entity_map(request.tenant))
    return [_merge_out(line) for line in lines]


def _merge_out(line: queries.MergeLine) -> MergeOut:
    return MergeOut(
        seq=line.seq,
        account=account_ref(line.account),
        into=account_ref(line.into),
        merged=_said(line.merged),
        undone=_said(line.undone) if line.undone else None,
    )


def _said(said: Said) -> SaidOut:
    return SaidOut(by=said.by.code if said.by else None, at=said.at, reason=said.reason)


@router.post("/merges", response={201: MergeOut})
def merge(request: PersonRequest, given: MergeIn) -> Status[MergeOut]:
    """Say that the customer of ``account`` is the one of ``into``, which it goes by from now on."""
    require_role(request.person, *MAY_JOIN)
    account, into = _both(request, given.account, given.into)
    fact = actions.merge_accounts(
        account=account,
        into=into,
        reason=given.reason,
        despite_uscc=given.despite_uscc,
        by=request.person,
    )
    return Status(201, _merge_of(request, fact.seq))


def _both(request: PersonRequest, one: int, other: int) -> tuple[Member, Member]:
    entities = entity_map(request.tenant)
    return (
        customer_seen(one, request.scope, entities),
        customer_seen(other, request.scope, entities),
    )


def _merge_of(request: PersonRequest, seq: int) -> MergeOut:
    entities = entity_map(request.tenant)
    [line] = queries.merge_lines(request.scope, request.tenant, entities, seq=seq)
    return _merge_out(line)


@router.post("/merges/{seq}/undo", response=MergeOut)
def undo(request: PersonRequest, seq: Id, given: ReasonIn) -> MergeOut:
    """Take a merge back: its two sides are customers of their own again."""
    require_role(request.person, *MAY_JOIN)
    fact = merge_seen(seq, request.scope, request.tenant)
    actions.unmerge(merge=fact, reason=given.reason, by=request.person)
    return _merge_of(request, seq)


@router.get("/apart", response=list[DistinctionOut])
def apart(request: PersonRequest) -> list[DistinctionOut]:
    """List the pairs that somebody decided are two customers."""
    require_role(request.person, *MAY_JOIN)
    found = distinctions_visible_to(request.scope, request.tenant, entity_map(request.tenant))
    return [_distinction(each) for each in found]


def _distinction(made: Distinction) -> DistinctionOut:
    return DistinctionOut(
        id=made.pk,
        one=account_ref(made.one),
        other=account_ref(made.other),
        reason=made.reason,
        said_at=made.said_at,
    )


@router.post("/apart", response={201: DistinctionOut})
def tell_apart(request: PersonRequest, given: ApartIn) -> Status[DistinctionOut]:
    """Say that two customers are not the same, so that they are not suggested again."""
    require_role(request.person, *MAY_JOIN)
    one, other = _both(request, given.one, given.other)
    made = actions.keep_apart(one=one, other=other, reason=given.reason, by=request.person)
    return Status(201, _distinction(made))


@router.post("/apart/{distinction_id}/withdraw", response=DistinctionOut)
def withdraw(request: PersonRequest, distinction_id: Id) -> DistinctionOut:
    """Take back that two customers are not the same."""
    require_role(request.person, *MAY_JOIN)
    entities = entity_map(request.tenant)
    found = distinction_seen(distinction_id, request.scope, request.tenant, entities)
    return _distinction(actions.withdraw(distinction=found, by=request.person))


@router.get("/{account_id}", response=CustomerFullOut)
def customer(request: PersonRequest, account_id: Id) -> CustomerFullOut:
    """Return the customer that an account belongs to, with every name it ever had."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    return CustomerFullOut.model_validate(_full(request, found, entities))


def _full(request: PersonRequest, found: Member, entities: Mapping[int, int]) -> dict[str, object]:
    [line] = queries.customer_lines([found], request.scope, entities)
    card = queries.card(found, request.scope, request.tenant, entities)
    return {
        **_line(line),
        "names": [
            NameOut(name=each.name, account=each.account.pk, since=each.since, is_now=each.is_now)
            for each in card.names
        ],
        "merges": [_merge_out(each) for each in card.merges],
        "first_fact": card.first.seq if card.first else None,
        "last_fact": card.last.seq if card.last else None,
        "facts": card.facts,
    }


def _account(request: PersonRequest, account_id: int) -> Member:
    return customer_seen(account_id, request.scope, entity_map(request.tenant))


def _uscc(request: PersonRequest, account_id: int) -> UsccOut:
    return UsccOut(uscc=known_in(_account(request, account_id).attributes))


USCC = Edited(held=_account, shown=_uscc)


@router.get("/{account_id}/uscc", response=UsccOut)
@tagged(USCC)
def uscc(request: PersonRequest, account_id: Id) -> UsccOut:
    """The unified social credit code of a customer; empty while nobody gave it."""
    return _uscc(request, account_id)


@router.put("/{account_id}/uscc", response=UsccOut)
@matched(USCC)
def set_uscc(request: PersonRequest, account_id: Id, given: UsccIn) -> UsccOut:
    """Give a customer its unified social credit code; one that cannot be is refused."""
    require_role(request.person, *MAY_JOIN)
    found = _account(request, account_id)
    return UsccOut(uscc=actions.set_uscc(account=found, uscc=given.uscc, by=request.person))
