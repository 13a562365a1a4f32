"""Giving a customer its unified social credit code."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import journal
from bihuan.customers.access import accounts_of, entity_map, require_may_join
from bihuan.customers.domain.uscc import KEY, checked
from bihuan.facts.actions import put_members
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.models import Member
from bihuan.org.models import Person


@transaction.atomic
def set_uscc(*, account: Member, uscc: str, by: Person) -> str:
    """Give an account its credit code, checked; returns it as it is kept."""
    require_may_join(by, accounts_of(account, entity_map(by.tenant)))
    code = checked(uscc)
    account = Member.objects.select_for_update().get(pk=account.pk)
    named = NamedMember(
        dimension=account.dimension, code=account.code, name=account.name, attributes={KEY: code}
    )
    put_members(tenant=by.tenant, members=[named])
    journal.record(by, "account.uscc_set", account, uscc=code)
    return code
