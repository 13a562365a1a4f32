"""Packs: handed out once, used by one tap, and measured by what came of their cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from bihuan.base.models import JournalEntry
from bihuan.facts.models import Fact
from bihuan.kernel.errors import DomainError
from bihuan.org.access import scope_of
from bihuan.playbooks import actions
from bihuan.playbooks.access import NotYourPack, PackMissing, pack_seen
from bihuan.playbooks.actions.handing import PackEmpty
from bihuan.playbooks.domain.effect import Effect
from bihuan.playbooks.domain.play import Kind, Tags
from bihuan.playbooks.models import HandedItem, HandedOut
from bihuan.playbooks.queries import Picked, effect_lines, effects_of, pack_for
from bihuan.playbooks.tests.world import (
    METRIC,
    REASON,
    Because,
    World,
    hand,
    make_play,
    make_world,
    text,
)
from tests.make import make_admin, make_fact, make_member, make_person, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_pack_takes_what_is_published_valid_and_fits(world: World) -> None:
    make_play(world, "draft", publish=False)
    make_play(world, "other metric", tags=Tags(metrics=("calls",)))
    retired = make_play(world, "retired")
    actions.retire_play(play=retired, by=world.leader)
    make_play(world, "over", valid_until=world.today())
    make_play(world, "reason", tags=Tags(metrics=(METRIC,), reasons=(REASON,)))
    make_play(world, "all", kind=Kind.CHECKLIST, tags=Tags())
    tomorrow = world.today() + timedelta(days=1)
    pack = pack_for(tenant=world.tenant, metric=METRIC, reason=REASON, today=tomorrow)
    assert [(each.version.title_zh, each.fit.value) for each in pack.items] == [
        ("reason", "exact"),
        ("all", "general"),
    ]


def test_a_play_is_handed_out_as_it_is_in_force(world: World) -> None:
    play = make_play(world, "first")
    draft = text("second", tags=Tags(metrics=("calls",)))
    actions.revise_play(play=play, text=draft, base=1, by=world.leader)
    handed = hand(world)
    assert [each.version.number for each in handed.items.all()] == [1]


def test_for_one_cause_a_person_gets_one_pack(world: World) -> None:
    make_play(world)
    first = hand(world)
    make_play(world, "another")
    assert hand(world).pk == first.pk
    assert first.items.count() == 1
    assert hand(world, number=2).items.count() == 2
    assert hand(world, to=world.other).pk != first.pk
    assert JournalEntry.objects.filter(verb="pack.handed_out").count() == 3


def test_nothing_that_fits_is_no_pack(world: World) -> None:
    with pytest.raises(PackEmpty):
        hand(world)
    assert HandedOut.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("rep", True),
        ("leader", True),
        ("admin", True),
        ("other", False),
        ("other_leader", False),
    ],
)
def test_a_pack_is_seen_by_whom_it_is_for_and_who_leads_them(
    world: World, who: str, *, sees: bool
) -> None:
    make_play(world)
    handed = hand(world)
    scope = scope_of(getattr(world, who))
    if sees:
        assert pack_seen(handed.pk, scope).pk == handed.pk
    else:
        with pytest.raises(PackMissing):
            pack_seen(handed.pk, scope)


def test_opening_and_using_are_noted_once_and_are_facts(world: World) -> None:
    play = make_play(world)
    item = hand(world).items.get()
    for _ in range(2):
        opened = actions.open_item(item=item, by=world.rep)
    for _ in range(2):
        used = actions.use_item(item=item, by=world.rep)
    assert opened.opened_at is not None
    assert used.used_on == world.today()
    assert used.opened_at == opened.opened_at
    facts = Fact.objects.order_by("seq").values_list(
        "kind", "person__code", "text_1", "text_2", "text_3", "number_1", "source__code"
    )
    told = ("rep", play.code, METRIC, REASON, Decimal(1), "plays")
    assert list(facts) == [("play.opened", *told), ("play.used", *told)]


def test_using_unread_is_opening_too_and_a_word_can_change(world: World) -> None:
    make_play(world)
    item = hand(world).items.get()
    used = actions.use_item(item=item, by=world.rep)
    assert used.opened_at == used.used_at
    actions.rate_item(item=item, helpful=True, by=world.rep)
    assert actions.rate_item(item=item, helpful=False, by=world.rep).helpful is False


@pytest.mark.parametrize("who", ["leader", "admin", "other"])
def test_nobody_uses_in_another_s_name(world: World, who: str) -> None:
    make_play(world)
    item, person = hand(world).items.get(), getattr(world, who)
    deeds: list[Callable[[], object]] = [
        lambda: actions.open_item(item=item, by=person),
        lambda: actions.use_item(item=item, by=person),
        lambda: actions.rate_item(item=item, helpful=True, by=person),
    ]
    for deed in deeds:
        with pytest.raises(NotYourPack):
            deed()
    assert Fact.objects.count() == 0
    untouched = HandedItem.objects.filter(opened_at=None, used_at=None, helpful=None)
    assert untouched.count() == 1


def test_an_outcome_counts_for_uses_before_it(world: World) -> None:
    """Six are handed a play; who used it in time counts, by what came of their cause."""
    play = make_play(world)
    today = world.today()
    for number in range(6):
        person = make_person(f"p{number}", unit=world.team)
        item = hand(world, to=person, number=number).items.get()
        if number != 5:
            actions.use_item(item=item, by=person)
    outcomes = [(0, True, 0), (1, True, 3), (2, False, 1), (3, True, -1), (5, True, 2)]
    for number, recovered, days in outcomes:
        noted = actions.note_outcome(
            because_kind="test.alert",
            because_id=number,
            recovered=recovered,
            on=today + timedelta(days=days),
            by=world.admin,
        )
        assert noted == 1
    # 0 to 4 used it; 3's outcome came before the use, 4 has none, 5 did not use it.
    assert effects_of(world.tenant) == {play.pk: Effect(used=5, measured=3, recovered=2)}
    [line] = effect_lines(world.tenant)
    assert (line.handed, line.opened, line.effect.used, line.low) == (6, 5, 5, None)


def test_the_last_word_on_an_outcome_counts(world: World) -> None:
    make_play(world)
    handed = hand(world)
    note = {"because_kind": "test.alert", "because_id": 1, "on": world.today(), "by": world.admin}
    said = [
        actions.note_outcome(recovered=recovered, **note)  # type: ignore[arg-type]  # as above
        for recovered in (True, True, False)
    ]
    handed.refresh_from_db()
    assert (said, handed.recovered) == ([1, 0, 1], False)


def test_an_outcome_stays_in_its_company(world: World) -> None:
    make_play(world)
    handed = hand(world)
    elsewhere = make_admin("elsewhere", tenant=make_tenant("other"))
    because = Because()
    noted = actions.note_outcome(
        because_kind=because.kind,
        because_id=because.id,
        recovered=True,
        on=world.today(),
        by=elsewhere,
    )
    handed.refresh_from_db()
    assert (noted, handed.recovered) == (0, None)


def test_a_play_is_used_of_one_s_own_accord_and_counted_apart(world: World) -> None:
    play = make_play(world, "library")
    customer = make_member("瑞和医院", tenant=world.tenant)
    make_member("别家医院", tenant=world.tenant)
    make_fact(world.rep, on=world.today(), account_id=customer.pk)
    for why in ({"metric": METRIC}, {"metric": METRIC}, {"account": "瑞和医院"}):
        actions.pick_play(play=play, by=world.rep, **why)
    actions.pick_play(play=play, metric=METRIC, by=world.other)
    assert JournalEntry.objects.filter(verb="play.picked").count() == 3
    facts = Fact.objects.filter(kind="play.picked").order_by("seq")
    assert [(each.person, each.text_1, each.text_2, each.account) for each in facts] == [
        (world.rep, play.code, METRIC, None),
        (world.rep, play.code, "", customer),
        (world.other, play.code, METRIC, None),
    ]
    [line] = effect_lines(world.tenant)
    assert (line.effect, line.handed, line.picked) == (Effect(), 0, Picked(times=3, people=2))


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ({}, "playbooks.no_reason_to_use"),
        ({"account": "  "}, "playbooks.no_reason_to_use"),
        ({"account": "别家医院"}, "playbooks.account_unknown"),
        ({"account": "没有的医院"}, "playbooks.account_unknown"),
        ({"metric": "weather"}, "playbooks.metric_unknown"),
    ],
)
def test_a_use_without_a_reason_that_is_known_is_none(
    world: World, why: dict[str, str], code: str
) -> None:
    play = make_play(world, "library")
    hidden = make_member("别家医院", tenant=world.tenant)
    make_fact(world.other, on=world.today(), account_id=hidden.pk)
    with pytest.raises(DomainError) as refused:
        actions.pick_play(play=play, by=world.rep, **why)
    assert refused.value.code == code
    actions.retire_play(play=play, by=world.leader)
    with pytest.raises(DomainError):
        actions.pick_play(play=play, metric=METRIC, by=world.leader)
    assert not Fact.objects.filter(kind="play.picked").exists()
