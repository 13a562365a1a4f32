"""People at customers for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from ninja import Field as Limits
from ninja import Router, Schema, Status

from bihuan.base.matching import Edited, matched, tagged
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    accounts_of,
    consent_seen,
    contact_seen,
    customer_seen,
    entity_map,
    require_may_speak_for,
)
from bihuan.customers.api.accounts import MOST, AccountRef, Id, account_ref
from bihuan.customers.models import Contact
from bihuan.org.access import PersonRequest, person_seen, scope_of
from bihuan.privacy.actions import note_consent, unmask, withdraw_consent
from bihuan.privacy.domain.consent import VERSION_LENGTH, Channel, Use
from bihuan.privacy.domain.field import FIELDS_OF, Field, Kind, in_full
from bihuan.privacy.domain.reading import LONGEST_NOTE, Purpose
from bihuan.privacy.models import Consent, VaultField

contacts_router = Router(tags=["contacts"])

Value = Annotated[str, Limits(max_length=2000)]


class ContactIn(Schema):
    """Somebody at a customer; a field that is left out is not kept."""

    account: Id
    name: Value
    title: Value = ""
    mobile: Value = ""
    phone: Value = ""
    mail: Value = ""
    wechat: Value = ""
    notes: Value = ""
    despite_known: bool = False


class ContactChange(Schema):
    """What is to change; a field that is left out stays, an empty one is dropped."""

    name: Value | None = None
    title: Value | None = None
    mobile: Value | None = None
    phone: Value | None = None
    mail: Value | None = None
    wechat: Value | None = None
    notes: Value | None = None


class ContactOut(Schema):
    """Somebody at a customer as you are shown them; ``has_masked`` says that more is kept."""

    id: int
    subject: str
    account: AccountRef
    owner: int | None
    is_there: bool
    has_masked: bool
    name: str
    title: str
    mobile: str
    phone: str
    mail: str
    wechat: str
    notes: str


class ContactsOut(Schema):
    count: int
    next: int | None
    items: list[ContactOut]


class HandOverIn(Schema):
    to: Id


class RevealIn(Schema):
    """What a contact is shown in full for; another reason needs a note."""

    purpose: Purpose
    note: Annotated[str, Limits(max_length=LONGEST_NOTE)] = ""


class ConsentIn(Schema):
    use: Use
    channel: Channel
    text_version: Annotated[str, Limits(min_length=1, max_length=VERSION_LENGTH)]


class ConsentOut(Schema):
    id: int
    use: Use
    channel: Channel
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


class ConsentsOut(Schema):
    items: list[ConsentOut]


def _out(line: queries.ContactLine) -> ContactOut:
    return ContactOut(
        id=line.contact.pk,
        subject=str(line.contact.subject_id),
        account=account_ref(line.contact.account),
        owner=None if line.owner is None else line.owner.pk,
        is_there=line.contact.ended_at is None,
        has_masked=line.has_masked,
        **{field.value: line.values.get(field, "") for field in FIELDS_OF[Kind.CONTACT]},
    )


def _one(request: PersonRequest, contact_id: int) -> ContactOut:
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    return _out(queries.contact_lines([found], request.person)[0])


def _stands(request: PersonRequest, contact_id: int) -> list[object]:
    """Return what changes with a contact, also where the reader is shown only a part."""
    found = _seen(request, contact_id)
    values = VaultField.objects.filter(subject=found.subject_id).order_by("pk")
    return [found.owner_id, found.ended_at, *values.values_list("pk", flat=True)]


CONTACT = Edited(held=lambda request, contact_id: _seen(request, contact_id).subject, shown=_stands)


@contacts_router.get("", response=ContactsOut)
def contacts(
    request: PersonRequest,
    q: Annotated[str, Limits(max_length=254)] = "",
    account: Id | None = None,
    page: Annotated[int, Limits(ge=1, le=1_000_000)] = 1,
    limit: Annotated[int, Limits(ge=1, le=MOST)] = 50,
) -> ContactsOut:
    """List contacts, the newest first.

    ``q`` finds, of those you look after, who has a whole phone number, mail address or WeChat.
    """
    entities = entity_map(request.tenant)
    found = queries.contacts(request.scope, request.tenant, entities, text=q)
    if account is not None:
        customer = customer_seen(account, request.scope, entities)
        found = found.filter(account__in=accounts_of(customer, entities))
    count = found.count()
    lines = queries.contact_lines(found[(page - 1) * limit : page * limit], request.person)
    return ContactsOut(
        count=count,
        next=page + 1 if page * limit < count else None,
        items=[_out(line) for line in lines],
    )


@contacts_router.post("", response={201: ContactOut})
def add(request: PersonRequest, given: ContactIn) -> Status[ContactOut]:
    """Write down somebody at a customer; whoever is known already is refused unless you insist."""
    account = customer_seen(given.account, request.scope, entity_map(request.tenant))
    made = actions.add_contact(
        account=account,
        given={field: getattr(given, field.value) for field in FIELDS_OF[Kind.CONTACT]},
        despite_known=given.despite_known,
        by=request.person,
    )
    return Status(201, _one(request, made.pk))


@contacts_router.get("/{contact_id}", response=ContactOut)
@tagged(CONTACT)
def contact(request: PersonRequest, contact_id: Id) -> ContactOut:
    """Return a contact as you are shown them."""
    return _one(request, contact_id)


@contacts_router.patch("/{contact_id}", response=ContactOut)
@matched(CONTACT)
def change(request: PersonRequest, contact_id: Id, given: ContactChange) -> ContactOut:
    """Change what is kept of a contact."""
    found = _seen(request, contact_id)
    wanted = {Field(name): text for name, text in given.dict(exclude_none=True).items()}
    actions.change_contact(contact=found, given=wanted, by=request.person)
    return _one(request, contact_id)


@contacts_router.post("/{contact_id}/hand-over", response=ContactOut)
def hand_over(request: PersonRequest, contact_id: Id, given: HandOverIn) -> ContactOut:
    """Let somebody else look after a contact."""
    to = person_seen(given.to, request.scope)
    actions.hand_over_contact(contact=_seen(request, contact_id), to=to, by=request.person)
    return _one(request, contact_id)


@contacts_router.post("/{contact_id}/end", response=ContactOut)
def end(request: PersonRequest, contact_id: Id) -> ContactOut:
    """Note that somebody is no longer at the customer."""
    actions.end_contact(contact=_seen(request, contact_id), by=request.person)
    return _one(request, contact_id)


@contacts_router.post("/{contact_id}/reveal", response=ContactOut)
def reveal(request: PersonRequest, contact_id: Id, given: RevealIn) -> ContactOut:
    """Return a contact in full, for a purpose that is written down; a share alone does not do."""
    scope = scope_of(request.person)
    found = contact_seen(contact_id, scope, entity_map(request.tenant))
    values = unmask(
        subject=found.subject, purpose=given.purpose, note=given.note, by=request.person
    )
    shown = {field: in_full(field, value) for field, value in values.items()}
    [line] = queries.contact_lines([found], request.person)
    return _out(replace(line, values=shown, has_masked=False))


@contacts_router.get("/{contact_id}/consents", response=ConsentsOut)
def consents(request: PersonRequest, contact_id: Id) -> ConsentsOut:
    """List what a contact agreed to, the latest first."""
    found = Consent.objects.filter(subject=_seen(request, contact_id).subject_id)
    return ConsentsOut(items=[_consent(each) for each in found[:MOST]])


@contacts_router.post("/{contact_id}/consents", response={201: ConsentOut})
def add_consent(request: PersonRequest, contact_id: Id, given: ConsentIn) -> Status[ConsentOut]:
    """Note what a contact agreed to, as who looks after them."""
    found = _seen(request, contact_id)
    require_may_speak_for(request.person, found)
    made = note_consent(
        subject=found.subject,
        use=given.use,
        channel=given.channel,
        text_version=given.text_version,
        by=request.person,
    )
    return Status(201, _consent(made))


@contacts_router.post("/{contact_id}/consents/{consent_id}/withdraw", response=ConsentOut)
def end_consent(request: PersonRequest, contact_id: Id, consent_id: Id) -> ConsentOut:
    """Note that a contact no longer agrees."""
    found = _seen(request, contact_id)
    require_may_speak_for(request.person, found)
    done = withdraw_consent(consent=consent_seen(consent_id, found), by=request.person)
    return _consent(done)


def _consent(consent: Consent) -> ConsentOut:
    return ConsentOut(
        id=consent.pk,
        use=Use(consent.use),
        channel=Channel(consent.channel),
        text_version=consent.text_version,
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )


def _seen(request: PersonRequest, contact_id: int) -> Contact:
    return contact_seen(contact_id, request.scope, entity_map(request.tenant))
