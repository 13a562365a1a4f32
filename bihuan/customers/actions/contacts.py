"""Writing down people at customers: that there is somebody, here; who they are, in the vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.customers.access import (
    MAY_KEEP_CONTACTS,
    CustomerMissing,
    customers_visible_to,
    entity_map,
    require_may_change_contact,
)
from bihuan.customers.domain.contact import ContactNameless, Line
from bihuan.customers.models import Contact
from bihuan.customers.queries.contacts import known_as
from bihuan.facts.models import Member
from bihuan.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Problem,
    ProblemsFound,
    gettext_noop,
)
from bihuan.org.access import require_role, scope_of
from bihuan.org.models import Person
from bihuan.privacy.actions import keep_fields, open_subject
from bihuan.privacy.domain.field import Field, Kind, fit
from bihuan.privacy.models import Subject

MOST_LINES = 5_000


class ContactKnown(Conflict):
    code = "customers.contact_known"
    says = gettext_noop(
        "Somebody with the same number or address is a contact already. If it is another person, "
        "say so."
    )


class TooManyContacts(Invalid):
    code = "customers.too_many_contacts"
    says = gettext_noop("More than %(limit)s rows: bring the contacts in several files.")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a sheet of contacts came to."""

    added: int
    changed: int
    same: int


def _require_may_add(by: Person, account: Member) -> None:
    if account.tenant_id != by.tenant_id:
        raise CustomerMissing()
    if by.is_robot:
        return
    require_role(by, *MAY_KEEP_CONTACTS)
    entities = entity_map(by.tenant)
    customer = entities.get(account.pk, account.pk)
    if not customers_visible_to(scope_of(by), entities).filter(pk=customer).exists():
        raise CustomerMissing()


@transaction.atomic
def add_contact(
    *, account: Member, given: Mapping[Field, str], despite_known: bool = False, by: Person
) -> Contact:
    """Write down somebody at a customer; whoever is known already is told of."""
    _require_may_add(by, account)
    wanted = _named({field: fit(field, text) for field, text in given.items()})
    if not despite_known and not by.is_robot:
        entities = entity_map(by.tenant)
        if known_as(wanted, scope_of(by), entities, by.tenant).exists():
            raise ContactKnown()
    return _add(account, wanted, by)


def _named(wanted: Mapping[Field, str]) -> Mapping[Field, str]:
    if not wanted.get(Field.NAME):
        raise ContactNameless()
    return wanted


def _add(account: Member, wanted: Mapping[Field, str], by: Person) -> Contact:
    subject = open_subject(tenant=by.tenant, kind=Kind.CONTACT)
    contact = Contact.objects.create(
        tenant=by.tenant,
        account=account,
        subject=subject,
        owner=by,
        created_by=by,
        created_at=clock.now(),
    )
    journal.record(by, "contact.added", contact, account=account.pk)
    keep_fields(subject=subject, given={f: text for f, text in wanted.items() if text}, by=by)
    return contact


@transaction.atomic
def change_contact(*, contact: Contact, given: Mapping[Field, str], by: Person) -> list[Field]:
    """Change what is kept of somebody at a customer; a field that is not given stays."""
    require_may_change_contact(by, contact)
    wanted = {field: fit(field, text) for field, text in given.items()}
    if Field.NAME in wanted:
        _named(wanted)
    subject = Subject.objects.get(pk=contact.subject_id)
    return keep_fields(subject=subject, given=wanted, by=by)


@transaction.atomic
def hand_over_contact(*, contact: Contact, to: Person, by: Person) -> Contact:
    """Let somebody else look after a contact: whoever may see the customer."""
    require_may_change_contact(by, contact)
    contact = Contact.objects.select_for_update().select_related("account").get(pk=contact.pk)
    _require_may_add(to, contact.account)
    if contact.owner_id != to.pk:
        contact.owner = to
        contact.save(update_fields=["owner"])
        journal.record(by, "contact.handed_over", contact, to=to.pk)
    return contact


@transaction.atomic
def end_contact(*, contact: Contact, by: Person) -> Contact:
    """Note that somebody is no longer at the customer; what is kept of them stays until erased."""
    require_may_change_contact(by, contact)
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.ended_at is None:
        contact.ended_at = clock.now()
        contact.save(update_fields=["ended_at"])
        journal.record(by, "contact.ended", contact)
    return contact


@transaction.atomic
def bring_contacts(*, lines: Sequence[Line], by: Person) -> Brought:
    """Write down the contacts of a sheet, all or none; those that are known are changed.

    Somebody is known by a number or an address that a contact at the same customer has.
    """
    require_role(by, *MAY_KEEP_CONTACTS)
    if len(lines) > MOST_LINES:
        raise TooManyContacts(limit=MOST_LINES)
    entities = entity_map(by.tenant)
    seen = customers_visible_to(scope_of(by), entities)
    accounts = _accounts(lines, by)
    visible = set(seen.filter(pk__in=_entities(accounts, entities)).values_list("pk", flat=True))
    wanted, problems = [], []
    for line in lines:
        account = accounts.get(line.account)
        is_seen = account is not None and entities.get(account.pk, account.pk) in visible
        try:
            if account is None or not is_seen:
                raise CustomerMissing()
            fields = _named({field: fit(field, text) for field, text in line.given.items()})
        except (Invalid, CustomerMissing) as fault:
            problems.append(_problem(fault, line))
        else:
            wanted.append((line, account, fields))
    if problems:
        raise ProblemsFound(problems)
    return _bring(wanted, entities, by)


def _accounts(lines: Sequence[Line], by: Person) -> dict[str, Member]:
    codes = {line.account for line in lines}
    found = Member.objects.filter(
        tenant_id=by.tenant_id, dimension=Member.Dimension.ACCOUNT.value, code__in=codes
    )
    return {account.code: account for account in found}


def _entities(accounts: Mapping[str, Member], entities: Mapping[int, int]) -> set[int]:
    return {entities.get(account.pk, account.pk) for account in accounts.values()}


def _problem(fault: DomainError, line: Line) -> Problem:
    return Problem(code=fault.code, says=fault.says, params=fault.params, row=line.row)


def _bring(
    wanted: Sequence[tuple[Line, Member, Mapping[Field, str]]],
    entities: Mapping[int, int],
    by: Person,
) -> Brought:
    added = changed = same = 0
    scope, problems = scope_of(by), []
    for line, account, fields in wanted:
        at = entities.get(account.pk, account.pk)
        known = [
            each
            for each in known_as(fields, scope, entities, by.tenant)
            if entities.get(each.account_id, each.account_id) == at
        ]
        if not known:
            _add(account, fields, by)
            added += 1
            continue
        try:
            done = change_contact(contact=known[0], given=fields, by=by)
        except Forbidden as fault:  # It is somebody else's to change.
            problems.append(_problem(fault, line))
            continue
        changed, same = (changed + 1, same) if done else (changed, same + 1)
    if problems:
        raise ProblemsFound(problems)
    return Brought(added, changed, same)
