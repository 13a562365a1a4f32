"""Looking at everybody on a morning: what opens, what ends, and what happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.base.models import JournalEntry
from bihuan.facts.models import Fact
from bihuan.org.access import scope_of
from bihuan.org.models import Assignment, Person
from bihuan.rules import actions
from bihuan.rules.access import AlertMissing, NotYoursToEnd, alert_seen
from bihuan.rules.domain.alert import AlertEnded, NoteMissing
from bihuan.rules.models import Alert, AlertEvent
from bihuan.rules.tests.team import (
    Team,
    at,
    few_visits,
    in_force,
    look,
    make_team,
    monday,
    standing,
    visit,
)
from tests.make import make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def events(alert: Alert) -> list[str]:
    return [each.what for each in AlertEvent.objects.filter(alert=alert)]


def test_it_opens_on_the_monday_after_the_second_weak_week_and_once(team: Team) -> None:
    visit(team.lin, [5, 2, 1])
    visit(team.mate, [5, 5, 5])
    in_force(team, few_visits())
    assert [len(look(team, week).opened) for week in (1, 2)] == [0, 0]
    [alert] = look(team, 3).opened
    assert (alert.person, alert.unit, alert.opened_on) == (team.lin, team.team, monday(3))
    assert look(team, 3).opened == []
    assert Alert.objects.count() == 1


def test_what_was_seen_is_kept_exactly(team: Team) -> None:
    visit(team.lin, [5, 2, 1])
    visit(team.mate, [5, 5, 5])
    in_force(team, few_visits())
    [alert] = look(team, 3).opened
    [leaf] = alert.evidence["leaves"]
    seen = [(each["period"], each["value"], each["facts"]) for each in leaf["periods"]]
    assert seen == [("2026-W38", "2", 2), ("2026-W39", "1", 1)]
    assert leaf["version"]["number"] == 0
    assert alert.evidence["seq"] == 23


def test_opening_and_recovery_are_facts(team: Team) -> None:
    visit(team.lin, [5, 2, 1, 3, 4])
    visit(team.mate, [5, 5, 5, 5, 5])
    in_force(team, few_visits())
    for week in range(1, 6):
        look(team, week)
    facts = Fact.objects.filter(kind__startswith="alert.").order_by("seq")
    assert [(each.kind, each.business_on, each.person, each.text_1) for each in facts] == [
        ("alert.opened", monday(3), team.lin, "few_visits"),
        ("alert.recovered", monday(5), team.lin, "few_visits"),
    ]
    alert = Alert.objects.get()
    assert (alert.state, alert.ended_on) == ("recovered", monday(5))
    assert events(alert) == ["opened", "recovered"]


def test_nothing_recorded_by_anybody_is_no_zero_and_what_comes_late_is_seen(team: Team) -> None:
    visit(team.lin, [1])
    visit(team.mate, [5])
    in_force(team, few_visits())
    assert look(team, 2).opened == []
    visit(team.mate, [5], first=1)
    assert [each.person for each in look(team, 2).opened] == [team.lin]


def test_a_missing_target_never_fires(team: Team) -> None:
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    when = {"kind": "level", "measure": "attainment", "metric": "visits", "limit": "0.65"}
    in_force(team, few_visits(when=when))
    result = look(team, 2)
    # The early warning looks as well; neither of the two has a target.
    assert (result.looked_at, result.opened) == (4, [])


def test_none_opens_within_the_cool_down(team: Team) -> None:
    visit(team.lin, [1, 1, 5, 1, 1, 1, 1])
    visit(team.mate, [5] * 7)
    in_force(team, few_visits(cooldown_days=22))
    for week in range(1, 8):
        look(team, week)
    # Recovered on the third Monday; 22 days later it is Tuesday, so the Monday after opens.
    assert [(each["week"], each["state"]) for each in standing(team)] == [
        (2, "recovered"),
        (7, "open"),
    ]


def test_an_alert_ends_by_the_wording_that_opened_it(team: Team) -> None:
    visit(team.lin, [1, 1, 4, 4])
    visit(team.mate, [5] * 4)
    in_force(team, few_visits())
    look(team, 2)
    strict = {"kind": "level", "measure": "value", "metric": "visits", "limit": "9", "back": "10"}
    in_force(team, few_visits(when=strict), on=monday(3) - timedelta(days=2))
    result = look(team, 3)
    assert [each.person for each in result.recovered] == [team.lin]
    assert [(each.person, each.number) for each in result.opened] == [(team.mate, 2)]
    assert [each.person for each in look(team, 4).opened] == [team.lin]


def test_a_rule_that_is_switched_off_opens_nothing_and_still_ends_what_is_open(
    team: Team,
) -> None:
    visit(team.lin, [1, 1, 1, 5])
    visit(team.mate, [5, 1, 1, 1])
    in_force(team, few_visits())
    look(team, 2)
    in_force(team, few_visits(is_on=False), on=monday(3))
    assert look(team, 3).opened == []
    assert [each.person for each in look(team, 4).recovered] == [team.lin]


def test_who_leaves_or_moves_out_of_the_cover_is_let_go(team: Team) -> None:
    visit(team.lin, [1, 1])
    visit(team.mate, [1, 1])
    in_force(team, few_visits(cover={"units": [team.team.code]}))
    assert len(look(team, 2).opened) == 2
    Person.objects.filter(pk=team.lin.pk).update(ended_on=monday(2) + timedelta(days=1))
    other = make_unit("other")
    Assignment.objects.filter(person=team.mate).update(unit=other)
    result = look(team, 3)
    assert {each.person for each in result.gone} == {team.lin, team.mate}
    assert {each.state for each in Alert.objects.all()} == {"closed"}


def test_the_higher_priority_speaks_and_the_other_in_its_turn(team: Team) -> None:
    visit(team.lin, [1, 1, 5, 5])
    visit(team.mate, [5] * 4)
    in_force(team, few_visits(priority=80))
    lasting = {"kind": "absence", "facts": ["call.logged"], "days": 7}
    in_force(team, few_visits(priority=20, when=lasting, cover={"roles": ["rep"]}), key="no_calls")
    look(team, 2)
    of_lin = Alert.objects.filter(person=team.lin)
    low, high = (of_lin.get(key=key) for key in ("no_calls", "few_visits"))
    assert (low.suppressed_by, high.suppressed_by) == (high, None)
    look(team, 3)
    low.refresh_from_db()
    assert (low.suppressed_by, low.state) == (None, "open")
    assert events(low) == ["opened", "suppressed", "released"]


def test_key_metrics_are_judged_each_by_itself(team: Team) -> None:
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    when = {"kind": "level", "measure": "value", "limit": "3"}
    both = few_visits(metrics=["calls", "visits"], when=when)
    in_force(team, both)
    alerts = look(team, 2).opened
    assert [(each.person, each.metric) for each in alerts] == [(team.lin, "visits")]


def test_a_unit_is_judged_by_what_its_people_do(team: Team) -> None:
    visit(team.lin, [1])
    visit(team.mate, [5])
    when = {"kind": "level", "measure": "value", "metric": "visits", "limit": "7"}
    in_force(team, few_visits(subject="unit", when=when, cover={"units": ["team"]}))
    [alert] = look(team, 1).opened
    assert (alert.person, alert.unit) == (None, team.team)
    assert alert.evidence["leaves"][0]["periods"][0]["value"] == "6"


@pytest.fixture
def alert(team: Team) -> Alert:
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    in_force(team, few_visits(cooldown_days=10))
    return look(team, 2).opened[0]


SEE = {"lin", "boss", "head", "quality", "admin"}
END = SEE - {"lin"}


@pytest.mark.parametrize(
    "who", ["lin", "mate", "boss", "head", "stranger", "hrbp", "quality", "admin"]
)
def test_who_sees_and_who_ends_an_alert(team: Team, alert: Alert, who: str) -> None:
    stranger = make_person("stranger", unit=make_unit("far"))
    person: Person = stranger if who == "stranger" else getattr(team, who)
    with at(monday(2), hour=9):
        if who in SEE:
            assert alert_seen(alert.pk, scope_of(person)) == alert
        else:
            with pytest.raises(AlertMissing):
                alert_seen(alert.pk, scope_of(person))
        before = JournalEntry.objects.count()
        if who in END:
            assert actions.close(alert=alert, reason="on leave", by=person).state == "closed"
            return
        with pytest.raises(NotYoursToEnd):
            actions.close(alert=alert, reason="on leave", by=person)
        alert.refresh_from_db()
        assert (alert.state, JournalEntry.objects.count()) == ("open", before)


def test_what_was_closed_does_not_open_again_at_once(team: Team, alert: Alert) -> None:
    with at(monday(2), hour=9):
        actions.close(alert=alert, reason="in training", by=team.boss)
    visit(team.lin, [1, 1], first=2)
    visit(team.mate, [5, 5], first=2)
    assert look(team, 2).opened == []
    assert look(team, 3).opened == []
    assert [each.person for each in look(team, 4).opened] == [team.lin]


def test_acknowledged_once_by_each_and_not_after_its_end(team: Team, alert: Alert) -> None:
    with at(monday(2), hour=9):
        for _ in range(2):
            actions.acknowledge(alert=alert, by=team.boss)
        actions.acknowledge(alert=alert, by=team.lin)
        with pytest.raises(NoteMissing):
            actions.say(alert=alert, words="  ", by=team.boss)
        actions.say(alert=alert, words="called him", by=team.boss)
        actions.close(alert=alert, reason="agreed on a plan", by=team.boss)
        with pytest.raises(AlertEnded):
            actions.acknowledge(alert=alert, by=team.head)
    assert events(alert) == ["opened", "acknowledged", "acknowledged", "noted", "closed"]
