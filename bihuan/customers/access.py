"""Which accounts are one customer, and who may see and join them.

A customer is seen by whoever may see one of its facts, whichever of its
accounts the fact names: then with all its names, for it is one customer. The
facts themselves stay as visible as each of them is.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.customers.domain.entity import Merge, Spell, members_of, parts, spells
from bihuan.customers.domain.entity import entity_map as entity_map_of
from bihuan.customers.models import (
    Contact,
    ContactQuerySet,
    Conversation,
    Distinction,
    Recording,
)
from bihuan.facts.domain.kind import CUSTOMERS, MERGED
from bihuan.facts.models import Fact, FactQuerySet, Member, Source
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import NotYours, require_role, roles_of, scope_of
from bihuan.org.domain.field_map import TOLD, Field, FieldMap, Place, Sight, Standing
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant
from bihuan.privacy.access import LOOKS_AFTER
from bihuan.privacy.domain.field import FIELDS_OF, FOUND_BY, SPECS, Kind
from bihuan.privacy.domain.field import Field as Kept
from bihuan.privacy.models import Consent

MAY_JOIN = frozenset({Role.ADMIN, Role.MANAGER})
"""Who may merge and un-merge customers, of those they see both of."""


CONVERSATION_FIELDS = FieldMap(
    kind="customers.conversation",
    fields={
        "text": Field(
            full=(Standing.OWN, Standing.LEADS),
            mask=(Standing.SHARED, Standing.OVERSEES, Standing.ADMINISTERS),
        ),
        "sound": Field(full=(Standing.OWN, Standing.LEADS)),
    },
)
"""Who held a conversation reads it, and who leads them; others read it without numbers."""

PLAIN = frozenset({Kept.NAME, Kept.TITLE})
"""Without these somebody at a customer could not be told from another."""


def _of_contact(kept: Kept) -> Field:
    others = tuple(each for each in TOLD if each not in (Standing.OWN, Standing.SERVES))
    if kept in PLAIN:
        return Field(full=(Standing.OWN, *others))
    return Field(full=(Standing.OWN,), mask=others, how=SPECS[kept].how)


CONTACT_FIELDS = FieldMap(
    kind="customers.contact",
    fields={kept.value: _of_contact(kept) for kept in FIELDS_OF[Kind.CONTACT]},
)
"""Who looks after somebody at a customer has their numbers; others know that there are some."""

MAY_KEEP_CONTACTS = frozenset({Role.REP, Role.CLERK, Role.MANAGER, Role.ADMIN})
"""Who may write down people at the customers they see."""
MAY_KEEP_ALL_CONTACTS = frozenset({Role.MANAGER, Role.ADMIN})
"""Who may change contacts of others, of those they see."""


class CustomerMissing(Missing):
    code = "customers.customer_missing"
    says = gettext_noop("There is no such customer.")


class ConversationMissing(Missing):
    code = "customers.conversation_missing"
    says = gettext_noop("There is no such conversation.")


class ContactMissing(Missing):
    code = "customers.contact_missing"
    says = gettext_noop("There is no such contact.")


class ConsentMissing(Missing):
    code = "customers.consent_missing"
    says = gettext_noop("There is no such consent.")


class RecordingMissing(Missing):
    code = "customers.recording_missing"
    says = gettext_noop("There is no such recording.")


class MergeMissing(Missing):
    code = "customers.merge_missing"
    says = gettext_noop("There is no such merge.")


class DistinctionMissing(Missing):
    code = "customers.distinction_missing"
    says = gettext_noop("There is no such decision.")


def merge_facts(tenant: Tenant) -> FactQuerySet:
    """Return the facts that merge accounts, and those that take merges back, in order."""
    ours = Fact.objects.filter(
        tenant=tenant,
        kind=MERGED,
        source__code=CUSTOMERS,
        source__kind=Source.Kind.FORM.value,
    )
    return ours.order_by("seq")


def merges_of(tenant: Tenant) -> list[Merge]:
    """Return every merge there was, and when it was taken back, in order."""
    rows = list(merge_facts(tenant).values_list("pk", "seq", "account_id", "text_1", "reverses_id"))
    undone = {reverses: seq for _, seq, _, _, reverses in rows if reverses is not None}
    return [
        Merge(seq=seq, account=account, into=int(into), undone_seq=undone.get(pk))
        for pk, seq, account, into, reverses in rows
        if reverses is None and account is not None
    ]


def entity_map(tenant: Tenant, as_of_seq: int | None = None) -> Mapping[int, int]:
    """Return the entity of each account that is merged away, now or after a fact."""
    return entity_map_of(merges_of(tenant), as_of_seq)


def entity_spells(tenant: Tenant) -> list[Spell]:
    """Return since which fact and until which each account belonged to another one's customer."""
    return spells(merges_of(tenant))


def entity_stamp(tenant: Tenant) -> Hashable:
    """Return what changes whenever a merge is recorded or taken back.

    The number alone would not do: after a rollback it is given again.
    """
    return merge_facts(tenant).order_by("-seq").values_list("seq", "pk").first()


def accounts_visible_to(scope: Scope) -> QuerySet[Member]:
    """Return the accounts that a fact names which the scope covers; all of them to some."""
    accounts = Member.objects.filter(
        tenant_id=scope.tenant_id, dimension=Member.Dimension.ACCOUNT.value
    )
    if scope.whole_tenant:
        return accounts
    about = Fact.objects.visible_to(scope).filter(account=OuterRef("pk"))
    return accounts.filter(Exists(about))


def customers_visible_to(scope: Scope, entities: Mapping[int, int]) -> QuerySet[Member]:
    """Return the customers of whom the scope covers a fact, each by the account it goes by."""
    seen = accounts_visible_to(scope)
    if not entities:
        return seen
    through = {entities[pk] for pk in seen.filter(pk__in=entities).values_list("pk", flat=True)}
    accounts = Member.objects.filter(
        tenant_id=scope.tenant_id, dimension=Member.Dimension.ACCOUNT.value
    )
    by_itself = Q(pk__in=seen.exclude(pk__in=entities).values("pk"))
    return accounts.filter(by_itself | Q(pk__in=through))


def customer_seen(account_id: int, scope: Scope, entities: Mapping[int, int]) -> Member:
    """Return the customer that an account belongs to; a hidden one looks like none."""
    entity = entities.get(account_id, account_id)
    found = customers_visible_to(scope, entities).filter(pk=entity).first()
    if found is None:
        raise CustomerMissing()
    return found


def accounts_of(customer: Member, entities: Mapping[int, int]) -> list[int]:
    """Return the ids of all accounts of a customer, its own first."""
    return [customer.pk, *members_of(entities).get(customer.pk, ())]


def require_may_join(by: Person, *sides: Collection[int]) -> None:
    """Refuse unless a person may join customers and sees a fact of each of these."""
    require_role(by, *MAY_JOIN)
    seen = _accounts_seen_by(by)
    for side in sides:
        if not seen.filter(pk__in=side).exists():
            raise CustomerMissing()


def require_may_part(by: Person, merges: Sequence[Merge], merge: Merge) -> None:
    """Refuse unless a person may take a merge back: who does not see both sides may not."""
    sides = parts(merges, merge) if merge.stands() else ({merge.account}, {merge.into})
    require_may_join(by, sides[0] | sides[1])
    seen = _accounts_seen_by(by)
    if not all(seen.filter(pk__in=side).exists() for side in sides):
        raise NotYours(unit="")


def _accounts_seen_by(by: Person) -> QuerySet[Member]:
    if not by.is_robot:
        return accounts_visible_to(scope_of(by))
    return Member.objects.filter(tenant_id=by.tenant_id, dimension=Member.Dimension.ACCOUNT.value)


def is_merge_seen(merge: Merge, seen: Collection[int], entities: Mapping[int, int]) -> bool:
    """Tell whether a merge may be told of: both its accounts belong to customers that are seen."""
    return {entities.get(pk, pk) for pk in (merge.account, merge.into)} <= set(seen)


def merge_seen(seq: int, scope: Scope, tenant: Tenant) -> Fact:
    """Return the fact of a merge whose accounts both belong to customers the scope covers."""
    merges = merges_of(tenant)
    entities = entity_map_of(merges)
    merge = next((each for each in merges if each.seq == seq), None)
    if merge is None:
        raise MergeMissing(seq=seq)
    touched = {entities.get(pk, pk) for pk in (merge.account, merge.into)}
    seen = customers_visible_to(scope, entities).filter(pk__in=touched)
    if not is_merge_seen(merge, set(seen.values_list("pk", flat=True)), entities):
        raise MergeMissing(seq=seq)
    return merge_facts(tenant).select_related("account", "recorded_by").get(seq=seq)


def distinctions_visible_to(
    scope: Scope, tenant: Tenant, entities: Mapping[int, int]
) -> list[Distinction]:
    """Return the distinctions that stand, of customers the scope covers both of."""
    standing = list(
        Distinction.objects.standing(tenant).select_related("one", "other", "by").order_by("-pk")
    )
    touched = {entities.get(pk, pk) for each in standing for pk in (each.one_id, each.other_id)}
    seen = customers_visible_to(scope, entities).filter(pk__in=touched)
    known = set(seen.values_list("pk", flat=True))
    return [
        each
        for each in standing
        if {entities.get(pk, pk) for pk in (each.one_id, each.other_id)} <= known
    ]


def distinction_seen(
    distinction_id: int, scope: Scope, tenant: Tenant, entities: Mapping[int, int]
) -> Distinction:
    """Return a distinction that stands, of customers the scope covers both of."""
    for each in distinctions_visible_to(scope, tenant, entities):
        if each.pk == distinction_id:
            return each
    raise DistinctionMissing()


def words_for(conversation: Conversation, scope: Scope) -> str:
    """Return what somebody is shown of the words of a conversation that they see."""
    place = _place(conversation)
    return CONVERSATION_FIELDS.shown("text", conversation.text, scope, place)


def sees_in_full(conversation: Conversation, scope: Scope) -> bool:
    """Return whether somebody reads all words of a conversation, and may hear it."""
    sight = CONVERSATION_FIELDS.sight("sound", scope, _place(conversation))
    return sight is Sight.FULL


def _place(conversation: Conversation) -> Place:
    unit = conversation.fact.unit
    return Place(people=(conversation.person_id,), unit_path=unit.path if unit else "")


def conversation_seen(conversation_id: int, scope: Scope) -> Conversation:
    """Return a conversation whose fact the scope covers; a hidden one looks like none."""
    found = Conversation.objects.visible_to(scope).select_related("account", "person", "fact__unit")
    conversation = found.filter(pk=conversation_id).first()
    if conversation is None:
        raise ConversationMissing()
    return conversation


def require_may_erase(by: Person, conversation: Conversation) -> None:
    """Refuse unless a person held a conversation, or is an administrator."""
    if conversation.person_id != by.pk:
        require_role(by, Role.ADMIN)


def contacts_visible_to(scope: Scope, entities: Mapping[int, int]) -> ContactQuerySet:
    """Return the people at the customers that the scope covers, at any of their accounts."""
    seen = customers_visible_to(scope, entities)
    through = set(seen.filter(pk__in=set(entities.values())).values_list("pk", flat=True))
    merged = [account for account, entity in entities.items() if entity in through]
    accounts = Member.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=merged))
    return Contact.objects.filter(tenant_id=scope.tenant_id).of_accounts(accounts)


def contact_seen(contact_id: int, scope: Scope, entities: Mapping[int, int]) -> Contact:
    """Return somebody at a customer that the scope covers; a hidden one looks like none."""
    found = contacts_visible_to(scope, entities).select_related("account", "owner", "subject")
    contact = found.filter(pk=contact_id).first()
    if contact is None:
        raise ContactMissing()
    return contact


def place_of_contact(contact: Contact) -> Place:
    """Return whose a contact is: of who looks after them; others see them by the customer."""
    return Place(people=(contact.owner_id,))


def contacts_asked_of(found: ContactQuerySet, scope: Scope) -> ContactQuerySet:
    """Return those of contacts by whose numbers somebody may look: who are shown them in full.

    A mask leaves four digits to guess, and ten thousand look-ups would guess them.
    """
    kept = (each for each in FIELDS_OF[Kind.CONTACT] if SPECS[each].sort in FOUND_BY)
    if all(CONTACT_FIELDS.is_askable(each, scope) for each in kept):
        return found
    return found.filter(owner_id=scope.person_id)


def may_change_contact(person: Person, roles: Collection[Role], contact: Contact) -> bool:
    """Tell whether a person who sees a contact may change it: its owner, or who leads."""
    is_owner = contact.owner_id == person.pk and bool(MAY_KEEP_CONTACTS & set(roles))
    return is_owner or bool(MAY_KEEP_ALL_CONTACTS & set(roles))


def may_speak_for(person: Person, roles: Collection[Role], contact: Contact) -> bool:
    """Tell whether a person brings what a contact asks for: its owner, or who looks after data."""
    is_owner = contact.owner_id == person.pk and bool(MAY_KEEP_CONTACTS & set(roles))
    return is_owner or bool(LOOKS_AFTER & set(roles))


def require_may_speak_for(by: Person, contact: Contact) -> None:
    """Refuse unless a person sees a contact and brings what they ask for."""
    if not may_speak_for(by, roles_of(by), contact):
        raise NotYours(unit="")
    contact_seen(contact.pk, scope_of(by), entity_map(by.tenant))


def consent_seen(consent_id: int, contact: Contact) -> Consent:
    """Return a consent of a contact that may be seen."""
    found = Consent.objects.filter(pk=consent_id, subject=contact.subject_id).first()
    if found is None:
        raise ConsentMissing()
    return found


def require_may_change_contact(by: Person, contact: Contact) -> None:
    """Refuse unless a person sees a contact and may change it."""
    if by.is_robot and by.tenant_id == contact.tenant_id:
        return
    contact_seen(contact.pk, scope_of(by), entity_map(by.tenant))
    if not may_change_contact(by, roles_of(by), contact):
        raise NotYours(unit="")


def recording_heard(recording_id: int, person: Person, scope: Scope) -> Recording:
    """Return a recording of one's own, or of a conversation that one may read."""
    heard = Recording.objects.heard_by(person, scope).select_related("account", "by", "tenant")
    found = heard.filter(pk=recording_id).first()
    if found is None:
        raise RecordingMissing()
    return found


def own_recording(recording_id: int, person: Person) -> Recording:
    """Return a recording that a person made; somebody else's looks like none."""
    ours = Recording.objects.filter(by=person, tenant_id=person.tenant_id)
    found = ours.select_related("account", "by", "tenant").filter(pk=recording_id).first()
    if found is None:
        raise RecordingMissing()
    return found
