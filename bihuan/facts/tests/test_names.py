"""Names of members: an import that renames one does not make the old name forgotten."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.facts.access import kinds_brought, kinds_of
from bihuan.facts.actions import begin_batch, open_source, put_members, record
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import CUSTOMERS, MERGED, KindReserved
from bihuan.facts.models import Fact, Member, MemberName
from bihuan.org.actions import robot_of
from tests.make import make_member, make_tenant

pytestmark = pytest.mark.django_db


def call(name: str, **more: object) -> Member:
    tenant = make_tenant()
    named = NamedMember(dimension="account", code="A", name=name)
    [pk] = put_members(tenant=tenant, members=[named], **more).values()  # type: ignore[arg-type]  # a batch
    return Member.objects.get(pk=pk)


def names_of(member: Member) -> list[tuple[str, bool]]:
    return [(each.name, each.since is not None) for each in member.names.all()]


def test_every_name_is_kept_with_its_day_and_the_batch_that_brought_it() -> None:
    source = open_source(tenant=make_tenant(), code="test")
    batch = begin_batch(source=source, label="file", by=robot_of(source.tenant))
    call("苏州汇川")
    member = call("苏州新远", batch=batch)
    call("苏州新远")
    assert member.name == "苏州新远"
    assert names_of(member) == [("苏州汇川", True), ("苏州新远", True)]
    assert [each.batch for each in member.names.all()] == [None, batch]


def test_a_name_from_before_names_were_kept_is_kept_when_it_is_given_up() -> None:
    make_member("A")
    assert names_of(call("新名")) == [("A", False), ("新名", True)]


def test_names_are_final() -> None:
    call("苏州汇川")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE facts_membername SET name = 'x'")
    assert MemberName.objects.get().name == "苏州汇川"


def test_only_the_product_itself_says_that_accounts_are_one() -> None:
    account = make_member("A")
    draft = Draft(
        kind=MERGED,
        business_on=date(2026, 3, 2),
        source_ref="1",
        account_id=account.pk,
        amount=Decimal(0),
        attributes={"into": "1"},
    )
    for code, kind in (("test", "form"), (CUSTOMERS, "file")):
        source = open_source(tenant=account.tenant, code=code, kind=kind)
        with pytest.raises(KindReserved):
            record(draft=draft, source=source, by=robot_of(account.tenant))
    assert not Fact.objects.exists()
    own = set(kinds_of(account.tenant)) - set(kinds_brought(account.tenant))
    assert own == {
        *("account.merged", "rule.signalled"),
        *("alert.closed", "alert.opened", "alert.recovered"),
        *("play.opened", "play.used", "play.picked"),
        *("reason.added", "reason.confirmed", "reason.corrected"),
        *("task.done", "task.escalated", "task.made"),
        *("text.adjusted", "text.adopted", "text.refused"),
    }
