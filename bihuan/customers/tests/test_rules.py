"""The rules of names, regions, codes and likeness, and what must never be taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from bihuan.customers.domain.duplicate import CROWD, duplicates
from bihuan.customers.domain.entity import (
    Merge,
    MergeCircular,
    entity_map,
    members_of,
    parts,
    spells,
)
from bihuan.customers.domain.likeness import Known, likeness
from bihuan.customers.domain.normal_name import normal_name
from bihuan.customers.domain.region import apart, leading, named
from bihuan.customers.domain.uscc import UsccLength, UsccMalformed, UsccWrong, checked, known_in
from bihuan.kernel.errors import DomainError

ONE, OTHER = "91110000600037341L", "91350100M000100Y43"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州汇川控制技术有限公司", "苏州汇川控制技术有限责任公司"),
        ("苏州汇川控制技术有限公司", "苏州市汇川控制技术股份有限公司"),
        ("苏州汇川控制技术有限公司", "汇川控制技术(苏州)有限公司"),
        ("苏州汇川控制技术有限公司", "【苏州】汇川控制技术公司"),
        ("苏州汇川控制技术有限公司", "蘇州匯川控制技術有限公司"),
        ("苏州汇川控制技术有限公司", "苏州 汇川控制技术 集团有限公司"),
        ("苏州汇川控制技术有限公司", "苏州汇川控制技术有限公司（原苏州新远公司）"),
        ("ＡＢＢ（中国）有限公司", "abb(中国)公司"),
        ("江苏省苏州市汇川控制", "苏州汇川控制"),
        ("Acme Widgets Co., Ltd.", "ACME WIDGETS LIMITED"),
        ("Acme Widgets, L.L.C.", "Acme Widgets Inc."),
        ("Müller GmbH & Co. KG", "MÜLLER GMBH"),
    ],
)
def test_written_otherwise_it_is_the_same_name(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州汇川控制技术有限公司", "深圳汇川控制技术有限公司"),
        ("苏州汇川控制", "深圳汇川控制"),
        ("汇川控制技术（苏州）有限公司", "汇川控制技术（深圳）有限公司"),
        ("汇川控制技术苏州有限公司", "汇川控制技术深圳有限公司"),
        ("江苏汇川控制技术有限公司", "广东汇川控制技术有限公司"),
        ("上海市浦东新区绿叶餐饮有限公司", "上海市徐汇区绿叶餐饮有限公司"),
        ("苏州汇川控制技术有限公司", "苏州汇川控制技术有限公司上海分公司"),
        ("苏州汇川控制技术有限公司北京分公司", "苏州汇川控制技术有限公司上海分公司"),
        ("中国银行苏州分行", "中国银行深圳分行"),
        ("西门子（中国）有限公司", "西门子有限公司"),
    ],
)
def test_what_must_never_mix_stays_apart(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)
    judged = likeness(Known(1, (one,)), Known(2, (other,)))
    assert judged.is_blocked or judged.score < 95
    assert [each.code for each in judged.reasons][:1] != ["same_name"]


def test_two_cities_and_two_branches_are_never_suggested() -> None:
    names = (
        "苏州汇川控制技术有限公司",
        "深圳汇川控制技术有限公司",
        "苏州汇川控制技术有限公司上海分公司",
        "苏州汇川控制技术有限公司北京分公司",
    )
    assert duplicates(tuple(Known(n, (name,)) for n, name in enumerate(names))) == ()


def test_customers_of_the_same_name_and_different_codes_are_never_suggested() -> None:
    one = Known(1, ("苏州汇川控制有限公司",), frozenset({ONE}))
    other = Known(2, ("苏州汇川控制有限公司",), frozenset({OTHER}))
    judged = likeness(one, other)
    assert judged.is_blocked
    assert [each.code for each in judged.against] == ["different_uscc"]
    assert duplicates((one, other)) == ()


def test_the_same_code_outweighs_another_city() -> None:
    one = Known(1, ("苏州汇川控制有限公司",), frozenset({ONE}))
    moved = Known(2, ("深圳汇川控制有限公司",), frozenset({ONE}))
    judged = likeness(one, moved)
    assert (judged.score, judged.is_blocked) == (100, False)
    assert [each.code for each in judged.against] == ["different_region"]


def test_a_renamed_customer_is_found_by_its_former_name() -> None:
    renamed = Known(1, ("上海新远智能装备有限公司", "苏州汇川控制技术有限公司"))
    old = Known(2, ("苏州市汇川控制技术公司",))
    [found] = duplicates((renamed, old))
    assert (found.one, found.other, found.likeness.score) == (1, 2, 92)


def test_a_slip_of_the_pen_is_found() -> None:
    one, other = (
        Known(1, ("苏州汇川自动化控制技术公司",)),
        Known(2, ("苏州汇川自动化控制拔术公司",)),
    )
    [found] = duplicates((one, other))
    assert [each.code for each in found.likeness.reasons] == ["similar_name", "same_region"]


def test_a_crowd_of_one_name_is_compared_with_the_next_only() -> None:
    crowd = tuple(Known(n, ("个体户",)) for n in range(CROWD + 8))
    assert [(each.one, each.other) for each in duplicates(crowd)] == [
        (n, n + 1) for n in range(CROWD + 7)
    ]


names = st.text(st.sampled_from("苏州深圳汇川控制技术有限公司分上海（）() a.Co"), max_size=14)


@given(one=names, other=names)
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    here, there = Known(1, (one,)), Known(2, (other,))
    forth, back = likeness(here, there), likeness(there, here)
    assert (forth.score, forth.reasons, forth.is_blocked) == (
        back.score,
        back.reasons,
        back.is_blocked,
    )


@given(name=names)
def test_a_name_is_like_itself(name: str) -> None:
    assert likeness(Known(1, (name,)), Known(2, (name,))).score == 95


@given(known=st.lists(names, min_size=2, max_size=8))
def test_suggestions_do_not_depend_on_the_order_of_customers(known: list[str]) -> None:
    customers = [Known(n, (name,)) for n, name in enumerate(known)]
    assert duplicates(tuple(customers)) == duplicates(tuple(reversed(customers)))


def test_regions_are_those_of_the_standard() -> None:
    assert (named("北京市"), named("苏州"), named("昆山市"), named("内蒙古")) == (
        *("11", "3205", "320583", "15"),
    )
    assert leading("东方通信") == ("", "东方通信"), "a common word, not the city in Hainan"
    assert leading("上海") == ("", "上海")
    assert not apart("32", "320583")
    assert apart("3205", "3201")


# The first is of stdnum's documentation, the second the worked example of the
# standard GB 32100; the rest stand on the business licences of well-known companies.
@pytest.mark.parametrize(
    "code",
    [ONE, OTHER, "91330100799655058B", "914403001922038216", "9144030071526726XG"],
)
def test_codes_of_real_companies_are_right(code: str) -> None:
    assert checked(f" {code.lower()} ") == code
    assert known_in({"税号": code}) == code


@pytest.mark.parametrize(
    ("code", "error"),
    [("12345", UsccLength), ("A1110000600037341L", UsccMalformed), (ONE[:-1] + "M", UsccWrong)],
)
def test_a_wrong_code_is_refused_for_what_is_wrong(code: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as caught:
        checked(code)
    assert type(caught.value) is error


@given(place=st.integers(0, 17), character=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_always_seen(place: int, character: str) -> None:
    slipped = ONE[:place] + character + ONE[place + 1 :]
    assert stdnum_uscc.is_valid(slipped) == (slipped == ONE)
    assert (known_in({"uscc": slipped}) == slipped) == (slipped == ONE)


@st.composite
def merges(draw: st.DrawFn) -> list[Merge]:
    """Draw merges and un-merges as the deeds make them: customers into customers."""
    made: list[Merge] = []
    for seq in range(1, draw(st.integers(1, 15))):
        takes_back = draw(st.booleans())
        standing = [each for each in made if each.stands()]
        entities = entity_map(made)
        heads = sorted(set(range(6)) - set(entities))
        if standing and takes_back:
            gone = draw(st.sampled_from(standing))
            made[made.index(gone)] = Merge(
                seq=gone.seq, account=gone.account, into=gone.into, undone_seq=seq
            )
        elif len(heads) > 1:
            one, other = draw(st.permutations(heads))[:2]
            made.append(Merge(seq=seq, account=one, into=other))
    return made


def brute(made: list[Merge], as_of: int | None) -> dict[int, frozenset[int]]:
    """Return who is one with whom, by colouring again and again until nothing changes."""
    groups = {account: {account} for account in range(6)}
    for _ in range(6):
        for each in made:
            if each.stands(as_of):
                both = groups[each.account] | groups[each.into]
                for account in both:
                    groups[account] = both
    return {account: frozenset(group) for account, group in groups.items()}


@given(made=merges(), as_of=st.one_of(st.none(), st.integers(0, 15)))
def test_entities_are_what_hangs_together(made: list[Merge], as_of: int | None) -> None:
    entities = entity_map(made, as_of)
    whole = brute(made, as_of)
    for account in range(6):
        entity = entities.get(account, account)
        assert entity not in entities, "an entity is its own"
        assert whole[account] == whole[entity]
        inside = {entity, *members_of(entities).get(entity, ())}
        assert inside == whole[account]


@given(made=merges())
def test_spells_say_the_same_as_the_map_of_any_time(made: list[Merge]) -> None:
    found = spells(made)
    for seq in range(17):
        then = {
            each.account: each.entity
            for each in found
            if each.since_seq <= seq and (each.until_seq is None or seq < each.until_seq)
        }
        assert then == entity_map(made, seq)
    still = {each.account: each.entity for each in found if each.until_seq is None}
    assert still == entity_map(made)
    assert all(each.until_seq is None or each.since_seq < each.until_seq for each in found)


@given(made=merges())
def test_taking_a_merge_back_divides_its_customer_in_two(made: list[Merge]) -> None:
    entities = entity_map(made)
    for each in made:
        if each.stands():
            one, other = parts(made, each)
            assert each.account in one
            assert each.into in other
            assert not one & other
            entity = entities[each.account]
            assert one | other == {entity, *members_of(entities)[entity]}


def test_a_circle_is_refused() -> None:
    circle = [Merge(seq=1, account=1, into=2), Merge(seq=2, account=2, into=1)]
    for reckon in (entity_map, spells):
        with pytest.raises(MergeCircular):
            reckon(circle)
