"""Customers and conversations as things that can be shared, and asked about who sees them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.customers.access import (
    accounts_of,
    accounts_visible_to,
    customers_visible_to,
    entity_map,
)
from bihuan.customers.models import Conversation
from bihuan.facts.models import CUSTOMER_SHARED, Fact, Member
from bihuan.facts.queries import basis_of_facts
from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant
from bihuan.org.uses import Basis, Thing, ThingKind

HELD = gettext_noop("They held the conversation.")


def _customer(pk: int, scope: Scope) -> Thing | None:
    entities = entity_map(Tenant.objects.get(pk=scope.tenant_id))
    entity = entities.get(pk, pk)
    found = customers_visible_to(scope, entities).filter(pk=entity).first()
    if found is None:
        return None
    return Thing(
        kind=CUSTOMER_SHARED,
        pk=found.pk,
        name=found.name,
        url=reverse("customers:customer", args=[found.pk]),
        ids=tuple(accounts_of(found, entities)),
    )


def _accounts(pk: int) -> list[int]:
    account = Member.objects.select_related("tenant").get(pk=pk)
    return accounts_of(account, entity_map(account.tenant))


def _shares(pk: int, scope: Scope) -> bool:
    """Who earned or leads a fact of it: who sees the whole company sees contacts masked."""
    held = Fact.objects.held_by(scope)
    return held.filter(account__in=_accounts(pk)).exists()


CUSTOMER = ThingKind(
    code=CUSTOMER_SHARED,
    name=_("Customer"),
    seen=_customer,
    basis=lambda pk: basis_of_facts(Fact.objects.filter(account__in=_accounts(pk))),
    rows=accounts_visible_to,
    is_shareable=True,
    shares=_shares,
)


def _conversation(pk: int, scope: Scope) -> Thing | None:
    found = Conversation.objects.visible_to(scope).select_related("account").filter(pk=pk).first()
    if found is None:
        return None
    url = reverse("customers:conversations", args=[found.account_id])
    name = f"{found.account.name} · {found.happened_at:%Y-%m-%d}"
    return Thing(kind=CONVERSATION.code, pk=pk, name=name, url=url)


def _conversation_basis(pk: int) -> Basis:
    found = Conversation.objects.select_related("fact__unit").get(pk=pk)
    unit = found.fact.unit
    return Basis(people=[(found.person_id, HELD)], unit_paths=[unit.path] if unit else [])


CONVERSATION = ThingKind(
    code="customers.conversation",
    name=_("Conversation"),
    seen=_conversation,
    basis=_conversation_basis,
    rows=lambda scope: Conversation.objects.visible_to(scope),
)
