"""How a company stands by the terms of its plans, and what a read-only one refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.access import NotYourRole
from bihuan.org.actions.plans import NoTrial, PlanMissing, TermOver
from bihuan.org.domain.plan import Limits, TooManyPeople
from bihuan.org.domain.standing import Standing, Term, standing_of
from bihuan.org.models import Person, Subscription, Tenant
from bihuan.org.standing import ReadOnly, plan_of, standing_on
from tests.examples import examples
from tests.make import make_admin, make_person, make_tenant

DAY = date(2026, 11, 1)
DAYS = st.integers(0, 60).map(lambda ahead: DAY + timedelta(days=ahead))


@st.composite
def rows_of_terms(draw: st.DrawFn) -> list[Term]:
    """Return terms that do not overlap, some with gaps between them, the last perhaps open."""
    cuts = sorted(draw(st.sets(DAYS, min_size=2, max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    terms = [Term(valid_from=a, valid_to=b, is_trial=draw(st.booleans())) for a, b in pairs]
    if draw(st.booleans()):
        terms.append(Term(valid_from=terms[-1].valid_to or DAY, valid_to=None, is_trial=False))
    return draw(st.permutations(terms))


@pytest.mark.properties
@settings(max_examples=examples(200))
@given(terms=rows_of_terms(), on=DAYS)
def test_a_company_is_open_exactly_on_the_days_a_term_covers(terms: list[Term], on: date) -> None:
    stood = standing_of(terms, on)
    covered = any(t.valid_from <= on and (t.valid_to is None or on < t.valid_to) for t in terms)
    assert stood.is_read_only is not covered
    if covered and stood.ends_on is not None:
        assert standing_of(terms, stood.ends_on).is_read_only
        between = (on + timedelta(days=n) for n in range((stood.ends_on - on).days))
        assert not any(standing_of(terms, day).is_read_only for day in between)
        assert stood.days_left == (stood.ends_on - on).days


def test_a_trial_of_fifteen_days_is_told_of_from_the_tenth_and_reminded_of_twice() -> None:
    trial = Term(valid_from=DAY, valid_to=DAY + timedelta(days=15), is_trial=True)
    days = [(n, standing_of([trial], DAY + timedelta(days=n - 1))) for n in range(1, 18)]
    assert [n for n, stood in days if stood.is_told] == [10, 11, 12, 13, 14, 15]
    assert [(n, stood.days_left) for n, stood in days if stood.is_reminded] == [(11, 5), (15, 1)]
    assert [n for n, stood in days if stood.is_read_only] == [16, 17]


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.mark.django_db
def test_a_company_without_a_term_is_its_own(tenant: Tenant) -> None:
    assert standing_on(tenant).standing is Standing.OWN
    make_person("lin")


@pytest.mark.django_db
def test_when_the_trial_is_over_deeds_are_refused_whichever_door_they_come_by(
    tenant: Tenant,
) -> None:
    admin, robot = make_admin(), actions.robot_of(tenant)
    actions.begin_trial(tenant=tenant, by=robot)
    make_person("lin")
    written = JournalEntry.objects.count()
    with clock.pretended(clock.now() + timedelta(days=15)):
        for by in (admin, robot):
            with pytest.raises(ReadOnly):
                actions.put_person(tenant=tenant, code="wang", name="Wang", by=by)
            with pytest.raises(ReadOnly):
                actions.set_tenant(tenant=tenant, name="other", by=by)
    assert not Person.objects.filter(code="wang").exists()
    assert JournalEntry.objects.count() == written


@pytest.mark.django_db
def test_a_plan_opens_a_read_only_company_until_its_day(tenant: Tenant) -> None:
    robot = actions.robot_of(tenant)
    actions.begin_trial(tenant=tenant, by=robot)
    actions.end_trial(tenant=tenant, by=robot)
    assert standing_on(tenant).is_read_only
    plan = actions.put_plan(code="team", name_zh="团队版", name_en="Team", limits=Limits(people=5))
    today = clock.today(tenant.time_zone)
    actions.subscribe(tenant=tenant, plan=plan, until=today + timedelta(days=30), by=robot)
    assert standing_on(tenant).standing is Standing.SUBSCRIBED
    assert plan_of(tenant) == plan
    assert standing_on(tenant, today + timedelta(days=30)).is_read_only
    with pytest.raises(NoTrial):
        actions.extend_trial(tenant=tenant, days=5, by=robot)
    with pytest.raises(TermOver):
        actions.subscribe(tenant=tenant, plan=plan, until=today, by=robot)


@pytest.mark.django_db
def test_a_trial_that_is_over_goes_on_when_it_is_extended(tenant: Tenant) -> None:
    robot = actions.robot_of(tenant)
    actions.begin_trial(tenant=tenant, by=robot)
    with clock.pretended(clock.now() + timedelta(days=20)):
        today = clock.today(tenant.time_zone)
        assert standing_on(tenant).is_read_only
        actions.extend_trial(tenant=tenant, days=7, by=robot)
        assert standing_on(tenant).ends_on == today + timedelta(days=7)


@pytest.mark.django_db
def test_nobody_but_the_operator_decides_on_plans(tenant: Tenant) -> None:
    admin = make_admin()
    plan = actions.plan_named("trial")
    with pytest.raises(NotYourRole):
        actions.subscribe(tenant=tenant, plan=plan, until=None, by=admin)
    with pytest.raises(PlanMissing):
        actions.plan_named("gold")
    assert not Subscription.objects.exists()


@pytest.mark.django_db
def test_two_plans_never_hold_on_one_day(tenant: Tenant) -> None:
    robot = actions.robot_of(tenant)
    held = actions.begin_trial(tenant=tenant, by=robot)
    with pytest.raises(IntegrityError):
        Subscription.objects.create(
            tenant=tenant, plan=held.plan, valid_from=held.valid_from, made_at=clock.now()
        )


@pytest.mark.django_db
def test_more_people_than_the_plan_allows_are_refused_as_a_whole(tenant: Tenant) -> None:
    robot = actions.robot_of(tenant)
    plan = actions.put_plan(code="small", name_zh="小", name_en="Small", limits=Limits(people=3))
    actions.subscribe(tenant=tenant, plan=plan, until=None, by=robot)
    admin = make_admin()
    with pytest.raises(TooManyPeople) as refused:
        actions.put_people(tenant=tenant, names={"a": "A", "b": "B", "c": "C"}, by=admin)
    assert refused.value.params == {"limit": 3, "used": 1, "asked": 3}
    assert Person.objects.filter(is_robot=False).count() == 1
    actions.put_people(tenant=tenant, names={"a": "A", "b": "B"}, by=admin)
    actions.put_people(tenant=tenant, names={"a": "Anna"}, by=admin)
    actions.deactivate_person(
        person=Person.objects.get(code="b"), on=clock.today(tenant.time_zone), by=admin
    )
    actions.put_person(tenant=tenant, code="c", name="C", by=admin)
