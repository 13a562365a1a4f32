"""Choosing, effect, checklists, comparing and files: the rules, on made-up cases."""

from __future__ import annotations

import string
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from bihuan.playbooks.domain.checklist import steps_of
from bihuan.playbooks.domain.choosing import (
    CLOSEST_FIRST,
    Candidate,
    Fit,
    Wanted,
    choose,
    fit_of,
)
from bihuan.playbooks.domain.comparing import compared
from bihuan.playbooks.domain.effect import LEAST, Effect, interval, rank
from bihuan.playbooks.domain.play import Kind, PlayText, Tags, check, tidied
from bihuan.playbooks.domain.sheet import FileNamed, Sheet, is_code, read_sheet, written
from tests.examples import examples

DAY = date(2026, 11, 26)
WANTED = Wanted(metric="visits", reason="price", today=DAY, industry="医疗")
NOWHERE = Wanted(metric="visits", reason=None, today=DAY)


@given(measured=st.integers(LEAST, 400), share=st.integers(0, 400))
@settings(max_examples=examples(60), deadline=None)
def test_the_interval_is_that_of_scipy(measured: int, share: int) -> None:
    recovered = min(share, measured)
    theirs = binomtest(recovered, measured).proportion_ci(0.95, method="wilson")
    ours = interval(recovered=recovered, measured=measured)
    assert ours is not None
    for mine, other in zip(ours, (theirs.low, theirs.high), strict=True):
        assert abs(mine - Decimal(str(round(other, 10)))) <= Decimal("0.0001")


@pytest.mark.parametrize("measured", range(LEAST))
def test_too_few_outcomes_say_nothing(measured: int) -> None:
    assert interval(recovered=measured, measured=measured) is None
    usual = Effect(used=90, measured=80, recovered=40)
    once = Effect(used=measured, measured=measured, recovered=measured)
    assert rank(once, usual=usual) == rank(Effect(), usual=usual)


def test_what_has_failed_stands_behind_what_is_new_and_what_has_helped_before() -> None:
    usual = Effect(used=40, measured=40, recovered=20)
    failed = Effect(used=20, measured=20, recovered=1)
    helped = Effect(used=20, measured=20, recovered=18)
    ranks = [rank(each, usual=usual) for each in (failed, Effect(), helped)]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    ("tags", "wanted", "fit"),
    [
        (Tags(metrics=("visits",), reasons=("price",)), WANTED, Fit.EXACT),
        (Tags(reasons=("price", "absence")), WANTED, Fit.REASON),
        (Tags(metrics=("visits",)), WANTED, Fit.METRIC),
        (Tags(), WANTED, Fit.GENERAL),
        (Tags(metrics=("calls",)), WANTED, None),
        (Tags(metrics=("calls",), reasons=("price",)), WANTED, Fit.REASON),
        (Tags(metrics=("visits",), reasons=("absence",)), WANTED, None),
        (Tags(reasons=("absence",)), WANTED, None),
        (Tags(metrics=("visits",), reasons=("absence",)), NOWHERE, Fit.METRIC),
        (Tags(reasons=("absence",)), NOWHERE, None),
        (Tags(industries=("零售",)), WANTED, None),
        (Tags(industries=("医疗",)), WANTED, Fit.GENERAL),
        (Tags(industries=("零售",)), NOWHERE, Fit.GENERAL),
    ],
)
def test_a_play_fits_as_closely_as_it_is_tagged(
    tags: Tags, wanted: Wanted, fit: Fit | None
) -> None:
    assert fit_of(Candidate(code="a", kind=Kind.CASE, tags=tags), wanted) == fit


@pytest.mark.parametrize(("until", "fits"), [(DAY - timedelta(1), False), (DAY, True)])
def test_the_last_valid_day_is_valid(*, until: date, fits: bool) -> None:
    play = Candidate(code="a", kind=Kind.CASE, tags=Tags(), valid_until=until)
    assert bool(choose([play], WANTED)) is fits


def some(*codes: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(codes), max_size=2).map(lambda found: tuple(sorted(found)))


EFFECTS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)).map(
    lambda three: Effect(used=max(three), measured=sorted(three)[1], recovered=min(three))
)
LIBRARIES = st.lists(
    st.builds(
        Candidate,
        code=st.text(string.ascii_lowercase, min_size=1, max_size=3),
        kind=st.sampled_from(Kind),
        tags=st.builds(
            Tags,
            metrics=some("visits", "calls"),
            reasons=some("price", "absence"),
            industries=some("医疗", "零售"),
        ),
        valid_until=st.none() | st.dates(DAY - timedelta(3), DAY + timedelta(3)),
        effect=EFFECTS,
    ),
    unique_by=lambda each: each.code,
    max_size=25,
)


@given(library=LIBRARIES, most=st.integers(0, 8), shuffled=st.randoms(use_true_random=False))
@settings(max_examples=examples(80), deadline=None)
def test_a_pack_is_the_best_that_fits_with_kinds_taking_turns(
    library: list[Candidate], most: int, shuffled: Random
) -> None:
    pack = choose(library, WANTED, most=most)
    again = list(library)
    shuffled.shuffle(again)
    assert choose(again, WANTED, most=most) == pack
    fitting = [each for each in library if fit_of(each, WANTED) is not None]
    assert len(pack) == min(most, len(fitting))
    assert len({each.code for each, _ in pack}) == len(pack)
    assert all(fit is fit_of(each, WANTED) for each, fit in pack)
    kinds = [each.kind for each, _ in pack]
    if len(pack) < len(fitting):
        left = {each.kind for each in fitting} - set(kinds)
        assert not left or len(set(kinds)) == len(kinds)
    for kind in set(kinds):
        own = [(CLOSEST_FIRST.index(fit)) for each, fit in pack if each.kind is kind]
        assert own == sorted(own)
        missed = [
            CLOSEST_FIRST.index(fit)
            for each in fitting
            if each.kind is kind
            and each not in [chosen for chosen, _ in pack]
            and (fit := fit_of(each, WANTED)) is not None
        ]
        assert not missed or max(own) <= min(missed)


def test_among_those_that_fit_alike_what_has_helped_comes_first() -> None:
    helped = Effect(used=20, measured=20, recovered=18)
    failed = Effect(used=20, measured=20, recovered=1)
    plays = [
        Candidate(code=code, kind=Kind.SCRIPT, tags=Tags(metrics=("visits",)), effect=effect)
        for code, effect in (("a", failed), ("b", Effect()), ("c", helped))
    ]
    assert [each.code for each, _ in choose(plays, WANTED)] == ["c", "b", "a"]


def test_steps_are_lines_with_a_box() -> None:
    body = "# 清单\n- [ ] 一 步\n  - [X] 二\n- 不是\n1. [ ] 不是\n[ ] 不是\n- [ ]\n+ [x]  三 \n"
    assert steps_of(body) == ("一 步", "二", "三")


LINES = st.lists(st.sampled_from(["一", "二", "三", ""]), max_size=12).map("\n".join)


@given(old=LINES, new=LINES)
@settings(max_examples=examples(80), deadline=None)
def test_both_texts_can_be_read_out_of_a_comparison(old: str, new: str) -> None:
    lines = compared(old, new)
    assert "\n".join(each.text for each in lines if each.change != "new") == old
    assert "\n".join(each.text for each in lines if each.change != "gone") == new


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40)
BODIES = st.text(st.characters(codec="utf-8") | st.sampled_from("-\n#\t"), max_size=80)
SHEETS = st.builds(
    Sheet,
    code=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True),
    kind=st.sampled_from(Kind),
    text=st.builds(
        PlayText,
        title_zh=WORDS,
        title_en=WORDS,
        summary_zh=WORDS,
        body_zh=BODIES,
        body_en=BODIES,
        link=st.just("") | st.just("https://example.com/?a=1&b=#c"),
        valid_until=st.none() | st.dates(),
        tags=st.builds(
            Tags, metrics=some("visits", "calls"), industries=st.lists(WORDS, max_size=3)
        ),
    ).map(tidied),
    files=st.just(()) | st.builds(lambda name: (FileNamed(name=name, digest="ab"),), WORDS),
)


@given(sheet=SHEETS)
@example(
    sheet=Sheet(
        code="a",
        kind=Kind.CASE,
        text=tidied(
            PlayText(title_zh="---", body_zh="---\nkind: x\n---\n \n  b", body_en="---\n---")
        ),
    )
)
@settings(max_examples=examples(120), deadline=None)
def test_what_is_written_is_read_as_it_was(sheet: Sheet) -> None:
    problems = check(sheet.text, kind=sheet.kind, has_file=bool(sheet.files))
    read, found = read_sheet(written(sheet), file=f"{sheet.code}.md")
    if problems:
        assert (read, [each.column for each in found]) == (None, [each.column for each in problems])
    else:
        assert (read, found) == (sheet, [])


def test_everything_wrong_in_a_file_is_told_at_once() -> None:
    content = (
        "---\nkind: song\ntitle_zh: [a]\nmetrics: visits\nvalid_until: soon\nfiles: [a]\n"
        "colour: red\n---\n"
    )
    sheet, problems = read_sheet(content, file="Bad Name.md")
    assert sheet is None
    assert {(each.column, each.code) for each in problems} == {
        ("code", "playbooks.code_unfit"),
        ("kind", "playbooks.kind_unknown"),
        ("title_zh", "playbooks.not_text"),
        ("metrics", "playbooks.not_list"),
        ("valid_until", "playbooks.not_day"),
        ("files", "playbooks.file_unnamed"),
        ("colour", "playbooks.name_unknown"),
    }
    assert {each.file for each in problems} == {"Bad Name.md"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("no head", "playbooks.head_missing"),
        ("---\n- a\n---\n", "playbooks.head_missing"),
        ("---\na: [\n---\n", "playbooks.head_unreadable"),
        ("---\na: &x 1\nb: *x\n---\n", "playbooks.head_unreadable"),
        ("---\nkind: case\nkind: script\n---\n", "playbooks.head_unreadable"),
        ("---\n" + "[" * 5000 + "\n---\n", "playbooks.head_unreadable"),
    ],
)
def test_a_head_that_cannot_be_read_is_told(content: str, code: str) -> None:
    sheet, problems = read_sheet(content, file="a.md")
    assert (sheet, [each.code for each in problems]) == (None, [code])


@pytest.mark.parametrize(
    ("link", "is_fine"),
    [
        ("https://example.com/a?b=c", True),
        ("http://example.com", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[bad", False),
        ("//example.com", False),
    ],
)
def test_a_link_leads_to_a_site_over_an_encrypted_connection(*, link: str, is_fine: bool) -> None:
    problems = check(PlayText(title_zh="a", link=link), kind=Kind.CASE)
    assert [each.column for each in problems] == ([] if is_fine else ["link"])


@pytest.mark.parametrize("code", ["", "A", "a_b", "a--b", "-a", "a" * 61, "ä"])
def test_a_code_is_small_letters_and_digits(code: str) -> None:
    assert not is_code(code)
