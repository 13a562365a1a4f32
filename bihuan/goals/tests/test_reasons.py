"""Reasons of a cell: what is found, who may say what of it, and what that does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.base.models import JournalEntry
from bihuan.facts.domain.kind import REASON_WORDS
from bihuan.facts.models import Fact
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.goals.actions import reasons as actions
from bihuan.goals.domain.reason.diagnosis import plain, read_diagnosis
from bihuan.goals.domain.reason.said import Figure
from bihuan.goals.domain.reason.word import (
    InsteadMissing,
    ReasonFound,
    ReasonJudged,
    ReasonNotFound,
    ReasonUnknown,
    Word,
)
from bihuan.goals.queries.reasons import (
    built_in,
    judged_of,
    reasons_of,
)
from bihuan.goals.tests.team import MONDAYS, TODAY, WEEK, Team, choice, tags
from bihuan.kernel.errors import DomainError
from bihuan.org.access import NotYours
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_admin, make_fact, make_person, make_unit

pytestmark = pytest.mark.django_db


def test_few_visits_are_found_with_their_figures(team: Team) -> None:
    found = reasons_of(choice(team, by=team.boss, of=team.lin))
    first = found.findings[0]
    assert (first.diagnosis.code, first.rank) == ("visits_low", 1)
    params = first.seen.said.params
    # One visit against five in each of eight weeks before, and five of each of the others.
    assert (params["now"], params["own"], params["peers"]) == (
        Figure(Decimal(1)),
        Figure(Decimal(5)),
        Figure(Decimal(5)),
    )
    assert params["periods"] == 8
    assert first.score == 1
    assert first.weight == built_in()["visits_low"].prior
    assert first.seen.evidence[0].url == (
        f"/goals/heatmap/cell/?metric=visits&period={WEEK}&person={team.lin.pk}"
    )


def test_a_cell_that_is_not_low_is_not_explained(
    team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(16):
        found = reasons_of(choice(team, by=team.boss, of=team.others[0]))
    assert (found.is_low, found.findings) == (False, ())


def test_a_rep_is_not_told_the_figures_of_the_team(team: Team) -> None:
    found = reasons_of(choice(team, by=team.lin, of=team.lin))
    first = found.findings[0]
    assert first.diagnosis.code == "visits_low"
    assert "peers" not in first.seen.said.params


def test_a_unit_names_those_who_weigh_most(team: Team) -> None:
    ask_more = choice(team, by=team.boss, of=team.unit)
    goals.set_quota(
        row=QuotaRow(
            metric="signed_amount",
            unit_id=team.unit.pk,
            start=MONDAYS[-1],
            end=MONDAYS[-1] + timedelta(days=7),
            amount=Decimal(900_000),
        ),
        by=robot_of(team.tenant),
        origin="plan",
    )
    found = reasons_of(ask_more)
    first = found.findings[0]
    assert first.diagnosis.code == "visits_low"
    # Only Lin is behind the own target, so all that is missing of it is hers.
    assert first.seen.said.params["names"] == "lin"
    assert first.seen.said.params["share"] == Figure(Decimal(1), "ratio")
    assert first.score == 1


def test_a_stuck_approval_names_its_fact(team: Team) -> None:
    submitted = make_fact(
        team.lin,
        on=MONDAYS[-4],
        kind="contract.submitted",
        amount="70000",
        attributes={"contract": "C-1", "due_on": MONDAYS[-4] + timedelta(days=3)},
    )
    found = reasons_of(choice(team, by=team.boss, of=team.lin))
    stuck = next(each for each in found.findings if each.diagnosis.code == "approval_stuck")
    # Due on 29 October, looked at until 20 November: 23 days late, and it would fill the gap.
    assert stuck.seen.said.params["days"] == 23
    assert stuck.score == 1
    assert [each.seq for each in stuck.seen.evidence] == [submitted.seq]
    make_fact(
        team.lin,
        on=MONDAYS[-2],
        kind="contract.approved",
        amount=None,
        attributes={"contract": "C-1"},
    )
    assert "approval_stuck" not in tags(reasons_of(choice(team, by=team.boss, of=team.lin)))


def test_a_diagnosis_that_is_off_finds_nothing(team: Team) -> None:
    admin = make_admin()
    off = read_diagnosis({**plain(built_in()["visits_low"]), "is_on": False})
    actions.change_diagnosis(diagnosis=off, by=admin)
    assert "visits_low" not in tags(reasons_of(choice(team, by=team.boss, of=team.lin)))


def test_the_number_of_statements_does_not_grow_with_people(
    team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = choice(team, by=team.boss, of=team.lin)
    reasons_of(asked)
    with django_assert_max_num_queries(45) as few:
        reasons_of(asked)
    for number in range(10):
        person = make_person(f"more {number}", unit=team.unit)
        make_fact(person, on=MONDAYS[-1], kind="visit.logged", amount=None)
    reasons_of(asked)
    with django_assert_max_num_queries(45) as many:
        reasons_of(asked)
    assert len(many) <= len(few)


# What managers say.


def say(team: Team, word: Word, tag: str, *, by: Person, instead: str = "", note: str = "") -> Fact:
    return actions.say_word(
        choice=choice(team, by=by, of=team.lin),
        word=word,
        tag=tag,
        instead=instead,
        note=note,
        by=by,
    )


def test_a_word_is_a_fact_and_counts(team: Team) -> None:
    fact = say(team, Word.CONFIRMED, "visits_low", by=team.boss, note="talked")
    assert (fact.kind, fact.person_id, fact.text_1, fact.text_2, fact.text_3) == (
        "reason.confirmed",
        team.lin.pk,
        "visits_low",
        "signed_amount",
        WEEK,
    )
    assert fact.number_1 == 1
    assert fact.extra == {"note": "talked"}
    assert fact.recorded_by_id == team.boss.pk
    judged = judged_of(team.tenant)["visits_low"]
    assert (judged.confirmed, judged.corrected, judged.first) == (1, 0, 1)
    shown = reasons_of(choice(team, by=team.boss, of=team.lin))
    assert [(word.tag, word.verdict) for word in shown.words] == [("visits_low", "confirmed")]
    # (1 + 0.7 * 10) / 11
    assert shown.findings[0].weight == Decimal("0.7273")


def test_a_word_taken_back_counts_no_more_and_can_be_said_again(team: Team) -> None:
    fact = say(team, Word.CONFIRMED, "visits_low", by=team.boss)
    with pytest.raises(ReasonJudged):
        say(team, Word.CORRECTED, "visits_low", instead="price", by=team.boss)
    actions.withdraw_word(fact=fact, by=team.boss)
    assert judged_of(team.tenant) == {}
    say(team, Word.CORRECTED, "visits_low", instead="price", by=team.boss)
    judged = judged_of(team.tenant)
    assert (judged["visits_low"].corrected, judged["price"].missed) == (1, 1)


def test_what_is_often_corrected_sinks(team: Team) -> None:
    words = [
        actions.SaidWord(
            word=Word.CORRECTED,
            tag="visits_low",
            instead="price",
            metric="signed_amount",
            period=f"2026-{month:02}",
            on=TODAY,
            person_id=team.lin.pk,
            rank=1,
        )
        for month in range(1, 11)
    ]
    actions.keep_words(tenant=team.tenant, words=words, by=team.boss)
    first, then = reasons_of(choice(team, by=team.boss, of=team.lin)).findings[:2]
    # (0 + 0.7 * 10) / 20 is less than what the thin pipeline is trusted with.
    assert (first.diagnosis.code, then.diagnosis.code) == ("pipeline_thin", "visits_low")
    assert then.weight == Decimal("0.3500")


@pytest.mark.parametrize(
    ("word", "tag", "instead", "refusal"),
    [
        (Word.CONFIRMED, "price", "", ReasonNotFound),
        (Word.CORRECTED, "visits_low", "", InsteadMissing),
        (Word.CORRECTED, "visits_low", "visits_low", InsteadMissing),
        (Word.CORRECTED, "visits_low", "nonsense", ReasonUnknown),
        (Word.ADDED, "visits_low", "", ReasonFound),
        (Word.ADDED, "nonsense", "", ReasonUnknown),
    ],
)
def test_a_word_that_does_not_fit_is_refused(
    team: Team, word: Word, tag: str, instead: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        say(team, word, tag, instead=instead, by=team.boss)
    assert not Fact.objects.filter(kind__in=REASON_WORDS).exists()


def people_who_ask(team: Team) -> Iterator[tuple[str, Person, bool]]:
    other = make_unit("south")
    yield "the manager", team.boss, True
    yield "an administrator", make_admin(), True
    yield "the person", team.lin, False
    yield "a mate", team.others[0], False
    yield "another manager", make_person("far", unit=other, role=Role.MANAGER), False
    yield "an HRBP", make_person("hr", unit=team.unit, role=Role.HRBP), False
    yield "quality", make_person("quality", role=Role.QUALITY_OFFICER), False


def test_only_who_manages_may_say_it(team: Team) -> None:
    for who, person, may in people_who_ask(team):
        before = (
            Fact.objects.count(),
            JournalEntry.objects.filter(verb__startswith="reason").count(),
        )
        if may:
            fact = say(team, Word.ADDED, "newcomer", by=person)
            actions.withdraw_word(fact=fact, by=person)
            continue
        with pytest.raises(NotYours):
            say(team, Word.ADDED, "newcomer", by=person)
        after = Fact.objects.count(), JournalEntry.objects.filter(verb__startswith="reason").count()
        assert after == before, who
