"""Merging and un-merging: who may, what is refused, and what is kept of it."""

from __future__ import annotations

import pytest

from bihuan.base.models import JournalEntry
from bihuan.customers.access import (
    CustomerMissing,
    MergeMissing,
    customers_visible_to,
    entity_map,
    entity_stamp,
)
from bihuan.customers.actions import keep_apart, merge_accounts, set_uscc, unmerge, withdraw
from bihuan.customers.actions.merging import (
    AlreadyOne,
    MergeUndone,
    ReasonMissing,
    ToldApart,
    UsccDiffers,
)
from bihuan.customers.actions.telling_apart import AlreadyApart
from bihuan.customers.domain.uscc import UsccLength, UsccMalformed, UsccWrong
from bihuan.customers.models import Distinction
from bihuan.customers.queries import card, merge_lines
from bihuan.customers.tests.world import CODE, OTHER_CODE, World
from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact, Member
from bihuan.kernel.errors import DomainError, Forbidden
from bihuan.org.access import NotYours, scope_of
from bihuan.org.models import Person
from tests.make import make_admin, make_member, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def merge(world: World, one: Member, other: Member, **more: object) -> Fact:
    given: dict[str, object] = {"reason": "same", "by": world.admin, **more}
    return merge_accounts(account=one, into=other, **given)  # type: ignore[arg-type]  # by name


def test_a_merge_is_a_fact_that_says_who_when_and_why(world: World) -> None:
    fact = merge(world, world.b, world.a, reason=" 营业执照相同 ")
    assert (fact.kind, fact.account, fact.text_1) == ("account.merged", world.b, str(world.a.pk))
    assert (fact.recorded_by, fact.extra) == (world.admin, {"reason": "营业执照相同"})
    assert world.entities() == {world.b.pk: world.a.pk}
    entry = JournalEntry.objects.get(verb="account.merged")
    assert entry.actor == world.admin
    assert entry.reason == "营业执照相同"
    assert entry.particulars == {"into": world.a.pk, "seq": fact.seq, "despite_uscc": False}


def test_merging_joins_customers_with_all_their_accounts(world: World) -> None:
    merge(world, world.a, world.b)
    merge(world, world.a, world.c)
    c = world.c.pk
    assert world.entities() == {world.a.pk: c, world.b.pk: c}


def test_an_unmerge_gives_back_what_was_and_can_be_followed_by_a_merge_again(world: World) -> None:
    first = merge(world, world.a, world.b)
    second = merge(world, world.b, world.c)
    unmerge(merge=second, reason="wrong", by=world.admin)
    assert world.entities() == {world.a.pk: world.b.pk}
    unmerge(merge=first, reason="wrong", by=world.admin)
    assert world.entities() == {}
    again = merge(world, world.a, world.b)
    assert again.source_ref != first.source_ref
    assert world.entities() == {world.a.pk: world.b.pk}
    assert entity_map(world.tenant, first.seq) == {world.a.pk: world.b.pk}
    assert entity_map(world.tenant, again.seq - 1) == {}


def test_the_stamp_changes_with_every_merge_and_every_unmerge(world: World) -> None:
    stamps = [entity_stamp(world.tenant)]
    made = merge(world, world.a, world.b)
    stamps.append(entity_stamp(world.tenant))
    unmerge(merge=made, reason="wrong", by=world.admin)
    stamps.append(entity_stamp(world.tenant))
    assert len(set(stamps)) == 3


def test_a_merge_that_is_reversed_as_a_fact_is_undone(world: World) -> None:
    made = merge(world, world.a, world.b)
    reverse(fact=made, reason="wrong", by=world.admin)
    assert world.entities() == {}


def refused(world: World, error: type[DomainError], one: Member, other: Member, by: Person) -> None:
    before = Fact.objects.count(), JournalEntry.objects.count()
    with pytest.raises(error):
        merge(world, one, other, by=by)
    assert (Fact.objects.count(), JournalEntry.objects.count()) == before


def test_only_administrators_and_managers_who_see_both_may_merge(world: World) -> None:
    for nobody in (world.east_rep, world.hrbp, world.quality):
        refused(world, Forbidden, world.a, world.b, nobody)
    refused(world, CustomerMissing, world.a, world.b, world.east_head)
    assert merge(world, world.a, world.b, by=world.head).recorded_by == world.head


def test_an_unmerge_asks_for_both_sides_as_well(world: World) -> None:
    made = merge(world, world.a, world.b)
    with pytest.raises(NotYours):
        unmerge(merge=made, reason="wrong", by=world.east_head)
    with pytest.raises(Forbidden):
        unmerge(merge=made, reason="wrong", by=world.quality)
    assert world.entities() == {world.a.pk: world.b.pk}
    unmerge(merge=made, reason="wrong", by=world.head)
    assert world.entities() == {}


def test_accounts_of_another_company_are_not_there(world: World) -> None:
    theirs = make_member("X", tenant=make_tenant("other"))
    product = make_member("P", dimension="product")
    for foreign in (theirs, product):
        refused(world, CustomerMissing, world.a, foreign, world.admin)
        refused(world, CustomerMissing, foreign, world.a, world.admin)
    stranger = make_admin("stranger", tenant=theirs.tenant)
    made = merge(world, world.a, world.b)
    with pytest.raises(MergeMissing):
        unmerge(merge=made, reason="wrong", by=stranger)


def test_what_is_one_already_is_not_merged_again(world: World) -> None:
    refused(world, AlreadyOne, world.a, world.a, world.admin)
    merge(world, world.a, world.b)
    refused(world, AlreadyOne, world.a, world.b, world.admin)
    refused(world, AlreadyOne, world.b, world.a, world.admin)


def test_an_unmerge_is_made_once_and_says_why(world: World) -> None:
    made = merge(world, world.a, world.b)
    with pytest.raises(ReasonMissing):
        unmerge(merge=made, reason=" ", by=world.admin)
    unmerge(merge=made, reason="wrong", by=world.admin)
    with pytest.raises(MergeUndone):
        unmerge(merge=made, reason="wrong", by=world.admin)
    with pytest.raises(MergeMissing):
        unmerge(merge=Fact.objects.earliest("seq"), reason="wrong", by=world.admin)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(ReasonMissing):
            merge(world, world.a, world.b, reason=reason)


def test_different_credit_codes_must_be_confirmed(world: World) -> None:
    set_uscc(account=world.a, uscc=CODE, by=world.admin)
    set_uscc(account=world.b, uscc=OTHER_CODE, by=world.admin)
    refused(world, UsccDiffers, world.a, world.b, world.admin)
    merge(world, world.a, world.b, despite_uscc=True)
    assert world.entities() == {world.a.pk: world.b.pk}
    assert JournalEntry.objects.get(verb="account.merged").particulars["despite_uscc"] is True


def test_the_codes_of_every_account_of_a_customer_count(world: World) -> None:
    set_uscc(account=world.a, uscc=CODE, by=world.admin)
    set_uscc(account=world.c, uscc=OTHER_CODE, by=world.admin)
    merge(world, world.a, world.b)
    refused(world, UsccDiffers, world.b, world.c, world.admin)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("91110000600037341A", UsccWrong),
        ("9111000060003734", UsccLength),
        ("A1110000600037341L", UsccMalformed),
        ("91110000600037341I", UsccMalformed),
        ("", UsccLength),
    ],
)
def test_a_code_that_cannot_be_is_refused_and_changes_nothing(
    world: World, text: str, error: type[DomainError]
) -> None:
    with pytest.raises(error) as caught:
        set_uscc(account=world.a, uscc=text, by=world.admin)
    assert type(caught.value) is error
    world.a.refresh_from_db()
    assert world.a.attributes == {}


def test_a_code_is_kept_as_it_is_written_on_the_licence(world: World) -> None:
    assert set_uscc(account=world.a, uscc=" ９１１１0000 60003 7341l", by=world.head) == CODE
    world.a.refresh_from_db()
    assert world.a.attributes == {"uscc": CODE}
    assert world.a.name == "苏州汇川控制技术有限公司"


def test_customers_told_apart_are_not_merged_until_that_is_withdrawn(world: World) -> None:
    with pytest.raises(CustomerMissing):
        keep_apart(one=world.b, other=world.a, reason="two", by=world.east_head)
    made = keep_apart(one=world.b, other=world.a, reason="two", by=world.head)
    assert (made.one, made.other, made.by) == (world.a, world.b, world.head)
    with pytest.raises(AlreadyApart):
        keep_apart(one=world.a, other=world.b, reason="two", by=world.admin)
    refused(world, ToldApart, world.a, world.b, world.admin)
    merge(world, world.c, world.b)
    refused(world, ToldApart, world.a, world.c, world.admin)
    with pytest.raises(CustomerMissing):
        withdraw(distinction=made, by=make_manager_of_nothing(world))
    withdraw(distinction=made, by=world.admin)
    merge(world, world.a, world.b)
    assert [each.withdrawn_by for each in Distinction.objects.all()] == [world.admin]


def make_manager_of_nothing(world: World) -> Person:
    from bihuan.org.domain.role import Role
    from tests.make import make_person, make_unit

    return make_person("idle", unit=make_unit("idle"), role=Role.MANAGER)


def test_what_is_one_cannot_be_told_apart(world: World) -> None:
    merge(world, world.a, world.b)
    with pytest.raises(AlreadyOne):
        keep_apart(one=world.a, other=world.b, reason="two", by=world.admin)


def test_a_customer_is_seen_by_whoever_sees_a_fact_of_any_of_its_accounts(world: World) -> None:
    def seen(person: Person) -> set[str]:
        found = customers_visible_to(scope_of(person), world.entities())
        return {each.code for each in found}

    assert (seen(world.east_rep), seen(world.west_rep)) == ({"A", "C"}, {"B"})
    merge(world, world.a, world.b)
    assert (seen(world.east_rep), seen(world.west_rep)) == ({"B", "C"}, {"B"})
    assert seen(world.hrbp) == set()
    world.account("D", "无事实客户")
    assert (seen(world.head), seen(world.quality)) == ({"B", "C"}, {"B", "C", "D"})


def test_the_card_tells_every_name_and_every_merge(world: World) -> None:
    world.account("A", "苏州新远智能装备有限公司")
    made = merge(world, world.a, world.b, by=world.head)
    unmerge(merge=made, reason="wrong", by=world.admin)
    merge(world, world.a, world.b, by=world.head)
    entities = world.entities()
    shown = card(world.b, scope_of(world.head), world.tenant, entities)
    assert [each.account.code for each in shown.accounts] == ["B", "A"]
    assert [(each.name, each.is_now) for each in shown.names] == [
        ("苏州汇川控制技术公司", True),
        ("苏州新远智能装备有限公司", True),
        ("苏州汇川控制技术有限公司", False),
    ]
    assert shown.facts == 2
    assert shown.first is not None
    assert shown.first.account == world.a
    newest, oldest = shown.merges
    assert newest.undone is None
    assert oldest.undone is not None
    assert (oldest.merged.by, oldest.merged.reason) == (world.head, "same")
    assert (oldest.undone.reason, oldest.undone.at > oldest.merged.at) == ("wrong", True)


def test_a_merge_that_was_undone_is_told_to_those_who_see_both(world: World) -> None:
    made = merge(world, world.a, world.b)

    def told(person: Person) -> list[int]:
        return [each.seq for each in merge_lines(scope_of(person), world.tenant, world.entities())]

    assert told(world.east_rep) == told(world.west_rep) == [made.seq]
    unmerge(merge=made, reason="wrong", by=world.admin)
    assert (told(world.east_rep), told(world.head)) == ([], [made.seq])
