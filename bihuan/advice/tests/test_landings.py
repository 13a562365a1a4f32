"""Landings from facts: exact where arithmetic says so, silent where there is too little."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.advice import queries
from bihuan.advice.domain.outlook import Verdict
from bihuan.advice.jobs import prepare
from bihuan.advice.queries import LandingView, NotProjected, keeping, landing
from bihuan.advice.queries.cockpit import landings_under
from bihuan.advice.queries.keeping import forget_calibrations
from bihuan.advice.queries.landing import landings_of_people
from bihuan.advice.tests.company import MORNING, NAMES, STOPPED, Company, signed, visit
from bihuan.facts.models import Fact
from bihuan.kernel.period import Grain
from bihuan.org.access import scope_of
from bihuan.org.models import Person, Unit

NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


def landed(company: Company, metric: str, name: str = "an") -> LandingView:
    asked = queries.question_of(company.tenant, metric, MORNING)
    return queries.landing_of(asked, scope_of(company.boss), person=company.people[name])


def unit_of(company: Company) -> Unit:
    return Unit.objects.select_related("tenant", "parent").get(pk=company.region.pk)


def test_who_goes_on_as_always_lands_on_the_target(company: Company) -> None:
    """A visit on each of 21 weekdays: ten are done, eleven are to come."""
    view = landed(company, "visits")
    assert view.asked.grain is Grain.MONTH
    assert (view.asked.days.gone, view.asked.days.left) == (10, 11)
    assert view.now.done == 10
    assert view.landing is not None
    assert round(view.landing.middle) == 21
    assert view.landing.low <= 21 <= view.landing.high


def test_who_stopped_lands_short_of_it(company: Company) -> None:
    view = landed(company, "signed_amount", "fu")
    assert view.now.done == 0
    assert view.landing is not None
    assert view.outlook is not None
    assert view.outlook.verdict is Verdict.OUT_OF_REACH
    assert view.outlook.gap == 21_000 - view.landing.middle
    assert 0 < view.landing.middle < 11_000


def test_what_is_done_is_the_sum_of_the_facts_before_the_morning(company: Company) -> None:
    person = company.people["bo"]
    facts = Fact.objects.filter(
        person=person,
        kind="contract.signed",
        business_on__gte=NOVEMBER[0],
        business_on__lt=MORNING,
    )
    by_hand = sum((fact.amount or Decimal(0) for fact in facts), Decimal(0))
    assert landed(company, "signed_amount", "bo").now.done == by_hand


@pytest.mark.parametrize("days", [0, 1, 14])
def test_facts_of_the_morning_and_later_change_no_landing(company: Company, days: int) -> None:
    before = [landed(company, metric).landed for metric in ("signed_amount", "visits")]
    forget_calibrations()
    day = MORNING + timedelta(days=days)
    company.tell([signed(each, day, Decimal(9_000_000)) for each in company.people.values()])
    company.tell([visit(each, day) for each in company.people.values()])
    assert [landed(company, metric).landed for metric in ("signed_amount", "visits")] == before


def test_too_little_past_is_said_and_not_guessed(company: Company) -> None:
    """Four quarters are over, of which the first is not whole: too few errors are known."""
    asked = queries.question_of(company.tenant, "signed_amount", MORNING, Grain.QUARTER)
    view = queries.landing_of(asked, scope_of(company.boss), person=company.people["an"])
    assert view.landing is None
    assert view.outlook is None
    assert view.lack is not None
    assert view.lack.errors < 20


def test_a_ratio_is_not_projected(company: Company) -> None:
    with pytest.raises(NotProjected):
        queries.question_of(company.tenant, "win_rate", MORNING)


def test_a_unit_lands_where_its_people_do_together(company: Company) -> None:
    asked = queries.question_of(company.tenant, "visits", MORNING)
    view = queries.landing_of(asked, scope_of(company.boss), unit=unit_of(company))
    assert view.now.done == 50
    assert view.target == 21 * len(NAMES)
    assert view.landing is not None
    assert view.landing.low <= view.landing.middle <= view.landing.high


def test_the_course_adds_up_to_what_is_done(company: Company) -> None:
    view = landed(company, "signed_amount", "cai")
    course = queries.course_of(view, scope_of(company.boss))
    assert course[-1].so_far == view.now.done == sum(mark.came for mark in course)
    assert (course[0].start, course[-1].end) == (NOVEMBER[0], MORNING)
    assert course[-1].due == view.target * 10 / Decimal(21) if view.target else None


def test_the_lever_is_reckoned_from_figures_that_open_to_facts(company: Company) -> None:
    """What fu signed in 26 weeks over the visits made: that is what one more visit brings."""
    view = landed(company, "signed_amount", "fu")
    levers = queries.levers_of(view, scope_of(company.boss))
    assert levers is not None
    first = levers.found[0]
    person = company.people["fu"]
    window = levers.window
    assert (window.days, window.end) == (26 * 7, MORNING)
    facts = Fact.objects.filter(
        person=person, business_on__gte=window.start, business_on__lt=window.end
    )
    contracts = facts.filter(kind="contract.signed")
    amount = sum((fact.amount or Decimal(0) for fact in contracts), Decimal(0))
    told = {each.metric: each.value for each in queries.figures_of(first, levers)}
    assert told["visits"] == facts.filter(kind="visit.logged").count()
    assert told["contracts_count"] == contracts.count()
    assert told["signed_amount"] == amount
    worth = amount / told["visits"]
    assert first.needed == ceil(levers.gap.amount / worth)
    weekdays = (STOPPED - window.start).days // 7 * 5
    assert told["visits"] == weekdays + 5
    assert first.best == 10
    assert first.able == int((10 - told["visits"] / 26) * 11 / 5)
    assert round(first.gives, 4) == round(first.able * worth, 4)
    assert first.closes is (first.needed <= first.able)


def test_who_has_no_gap_needs_no_lever(company: Company) -> None:
    company.ask("visits", {"an": 5})
    assert queries.levers_of(landed(company, "visits"), scope_of(company.boss)) is None


def test_the_cockpit_shows_who_will_miss_most_first(company: Company) -> None:
    found = queries.cockpit(unit_of(company), company.boss, scope_of(company.boss), MORNING)
    assert found.off[0].name == "fu"
    assert found.off[0].metric.key == "signed_amount"
    money = [view.gap for view in found.off if view.metric.key == "signed_amount" and view.person]
    assert money == sorted(money, reverse=True)
    assert {view.name for view in found.landings if view.person} == set(NAMES)
    assert found.known == len(found.landings)


def test_more_people_cost_no_more_statements(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = queries.question_of(company.tenant, "visits", MORNING)
    scope, peers = scope_of(company.boss), tuple(each.pk for each in company.people.values())

    def shown(people: list[Person]) -> int:
        return len(landings_of_people(asked, people, scope, peers))

    assert shown([company.people["an"]]) == 1
    with django_assert_max_num_queries(10):
        assert shown(list(company.people.values())) == len(NAMES)


def test_a_morning_is_prepared_for_whoever_comes(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the job reckoned, another process reads: it reckons nothing itself."""
    prepare(tenant=company.tenant.pk, on=MORNING.isoformat())
    keeping._KEPT.clear()
    monkeypatch.setattr(landing, "_reckoned", None)
    scope = scope_of(company.boss)
    own, below, is_too_many = landings_under(unit_of(company), scope, MORNING)
    assert own
    assert below
    assert not is_too_many
