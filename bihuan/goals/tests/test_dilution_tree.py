"""The tree of targets against an oracle that goes month by month and person by person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from bihuan.facts.models import Fact
from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.goals.domain.dilution import State
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries import dilution
from bihuan.goals.queries.dilution import DilutionAsked, tree_of
from bihuan.goals.queries.dilution.verify import Scrutiny
from bihuan.kernel.period import Grain, Period, month, periods, quarter
from bihuan.metrics.queries import metric_named
from bihuan.org.access import scope_of
from bihuan.org.actions import move_person, robot_of, root_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_fact, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
Q3 = quarter(2026, 3)
MONTHS = periods(Q3.start, Q3.end, Grain.MONTH)
METRIC = "signed_amount"


@dataclass(frozen=True)
class Company:
    tenant: Tenant
    units: list[Unit]
    people: list[Person]


def make_company(chance: Random) -> Company:
    """Return a company of a few levels: some units carry targets of the quarter, some of months."""
    tenant = make_tenant()
    units = [root_of(tenant)]
    for number in range(chance.randrange(2, 7)):
        units.append(make_unit(f"unit {number}", under=chance.choice(units), tenant=tenant))
    people = [
        make_person(f"person {number}", unit=chance.choice(units))
        for number in range(chance.randrange(2, 8))
    ]
    made = Company(tenant, units, people)
    actions.set_quotas(
        tenant=tenant, rows=list(_targets(made, chance)), by=robot_of(tenant), origin="test"
    )
    for person in people:
        for _ in range(chance.randrange(3)):
            on = date(2025, 7, 1) + timedelta(days=chance.randrange(92))
            make_fact(person, on=on, amount=str(chance.randrange(1, 10_000)))
    return made


def _targets(company: Company, chance: Random) -> Iterator[QuotaRow]:
    bearers = [*({"unit_id": unit.pk} for unit in company.units)]
    bearers += [*({"person_id": person.pk} for person in company.people)]
    for bearer in bearers:
        is_person = "person_id" in bearer
        choice = chance.choice(["quarter", "months", "none"]) if not is_person else "months"
        spans = {"quarter": [Q3], "months": MONTHS, "none": []}[choice]
        for span in spans:
            if choice == "quarter" or chance.random() < 0.8:
                yield QuotaRow(
                    metric=METRIC,
                    start=span.start,
                    end=span.end,
                    amount=Decimal(chance.randrange(0, 900_00)) / 100,
                    unit_id=bearer.get("unit_id"),
                    person_id=bearer.get("person_id"),
                )


def asked(
    company: Company, unit: Unit, *, period: Period = Q3, scope: Scope | None = None
) -> DilutionAsked:
    return DilutionAsked(
        unit=Unit.objects.select_related("tenant").get(pk=unit.pk),
        metric=metric_named(company.tenant, METRIC),
        period=period,
        scope=scope,
    )


GONE = {0: 0, 1: 23, 2: 44, 3: 66}
"""Chinese working days of the quarter that are over when a month of it is."""


def own(bearer: dict[str, int], place: int) -> Decimal | None:
    """Return what somebody carries in one month, or the month's part of the quarter."""
    span, quotas = MONTHS[place], Quota.objects.live().filter(**bearer)
    found = quotas.filter(start=span.start, end=span.end).first()
    if found is not None:
        return found.amount
    whole = quotas.filter(start=Q3.start, end=Q3.end).first()
    if whole is None:
        return None
    due = [
        (whole.amount * GONE[each] / 66).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for each in (place, place + 1)
    ]
    return due[1] - due[0]


def of_unit(company: Company, unit: Unit, place: int) -> Decimal | None:
    """Return what a unit is asked in one month: its own, or what is below."""
    mine = own({"unit_id": unit.pk}, place)
    if mine is not None:
        return mine
    below = [of_unit(company, each, place) for each in company.units if each.parent_id == unit.pk]
    below += [
        own({"person_id": person.pk}, place)
        for person in company.people
        if person.assignments.filter(unit=unit).exists()
    ]
    return added(below)


def added(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


@pytest.mark.parametrize("seed", range(12))
def test_every_node_is_asked_what_the_oracle_says(seed: int) -> None:
    company = make_company(Random(seed))
    tree = tree_of(asked(company, company.units[0]))
    nodes = tree.found.nodes
    for unit in company.units:
        node = nodes[unit.path]
        assert node.asked == added([of_unit(company, unit, place) for place in range(3)])
        below = [each.asked for each in nodes.values() if each.above == unit.path]
        assert node.passed == added(below)
        last_year = Fact.objects.filter(
            unit__path__startswith=unit.path,
            business_on__gte=date(2025, 7, 1),
            business_on__lt=date(2025, 10, 1),
        ).aggregate(sum=Sum("amount"))["sum"]
        assert node.before == last_year
    for person in company.people:
        mine = [each for key, each in nodes.items() if key.endswith(f"#{person.pk}")]
        expected = added([own({"person_id": person.pk}, place) for place in range(3)])
        assert [each.asked for each in mine] == ([] if expected is None else [expected])


def quota(company: Company, amount: int | str, *, span: Period = Q3, **bearer: int) -> None:
    row = QuotaRow(
        metric=METRIC,
        start=span.start,
        end=span.end,
        amount=Decimal(amount),
        unit_id=bearer.get("unit_id"),
        person_id=bearer.get("person_id"),
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))


@pytest.fixture
def small() -> Company:
    """Return a company of two teams and three people, without targets."""
    tenant = make_tenant()
    root = root_of(tenant)
    east, west = make_unit("east"), make_unit("west")
    people = [make_person(n, unit=u) for n, u in (("lin", east), ("wang", east), ("zhao", west))]
    make_person("boss", role=Role.MANAGER)
    for person, amount in zip(people, ("100", "200", "300"), strict=True):
        make_fact(person, on=date(2025, 8, 1), amount=amount)
    return Company(tenant, [root, east, west], people)


def test_the_first_leak_is_named_with_the_people_who_are_asked_nothing(small: Company) -> None:
    root, east, west = small.units
    lin = small.people[0]
    quota(small, 732, unit_id=root.pk)
    quota(small, 354, unit_id=east.pk)
    quota(small, 360, unit_id=west.pk)
    quota(small, 345, person_id=lin.pk)
    tree = tree_of(asked(small, root))
    first = tree.found.first_leak
    assert first is not None
    assert (first.key, str(first.gap), str(first.growth)) == (root.path, "-18.0000", "0.2200")
    assert [line.named.name for line in tree.leaks] == ["company acme", "west", "east"]
    assert tree.found.nodes[west.path].state is State.STOPS
    # Wang and Zhao sell and have no target; the boss does not sell.
    assert [(each.named.name, str(each.before)) for each in tree.idle] == [
        ("zhao", "300.0000"),
        ("wang", "200.0000"),
    ]
    assert [kind for _, kind in tree.levels] == ["company", "team", "person"]
    assert [str(level.growth) for level, _ in tree.levels] == ["0.2200", "0.1900", "-0.4250"]
    assert tree.found.reach == Decimal("0.4713")
    assert [[line.named.name for line in way] for way in tree.worst] == [
        ["company acme", "east", "lin"]
    ]


def test_a_unit_asked_something_in_which_nobody_sits_is_vacant(small: Company) -> None:
    empty = make_unit("empty", tenant=small.tenant)
    quota(small, 5, unit_id=empty.pk)
    tree = tree_of(asked(small, small.units[0]))
    assert [line.named.name for line in tree.vacant] == ["empty"]


def test_who_moves_is_asked_in_both_units_and_grows_alike(small: Company) -> None:
    root, _, west = small.units
    lin = small.people[0]
    quota(small, 110, person_id=lin.pk)
    move_person(person=lin, to=west, role=Role.REP, on=date(2026, 8, 10), by=robot_of(small.tenant))
    nodes = tree_of(asked(small, root)).found.nodes
    mine = [each for key, each in nodes.items() if key.endswith(f"#{lin.pk}")]
    # 28 of the quarter's 66 working days lie before 10 August.
    assert sorted(each.asked for each in mine if each.asked) == [Decimal("46.67"), Decimal("63.33")]
    assert {str(each.growth) for each in mine} == {"0.1000"}
    assert sum(each.before for each in mine if each.before) == 100


def test_history_follows_the_unit_as_it_was(small: Company) -> None:
    root, east, west = small.units
    move_person(
        person=small.people[0],
        to=west,
        role=Role.REP,
        on=date(2026, 1, 1),
        by=robot_of(small.tenant),
    )
    nodes = tree_of(asked(small, root)).found.nodes
    assert [nodes[unit.path].before for unit in (east, west)] == [300, 300]


def test_a_target_cut_by_the_window_does_not_leak_by_rounding(small: Company) -> None:
    root = small.units[0]
    lin, wang, zhao = small.people
    quota(small, "100.00", unit_id=root.pk)
    for person in (lin, wang):
        quota(small, "33.33", person_id=person.pk)
    quota(small, "33.34", person_id=zhao.pk)
    for span in MONTHS:
        tree = tree_of(asked(small, root, period=span))
        assert tree.leak_count == 0


def test_a_manager_sees_the_tree_below_and_the_same_numbers(small: Company) -> None:
    _, east, _ = small.units
    quota(small, 150, unit_id=east.pk)
    quota(small, 120, person_id=small.people[0].pk)
    head = make_person("head", unit=east, role=Role.MANAGER)
    seen = tree_of(asked(small, east, scope=scope_of(head))).found
    assert seen == tree_of(asked(small, east)).found
    assert seen.root.before == 300


def test_ratios_are_not_added_up(small: Company) -> None:
    root = small.units[0]
    row = QuotaRow(
        metric="win_rate", start=Q3.start, end=Q3.end, amount=Decimal("0.5"), unit_id=root.pk
    )
    actions.set_quota(row=row, by=robot_of(small.tenant))
    tree = tree_of(
        DilutionAsked(
            unit=Unit.objects.select_related("tenant").get(pk=root.pk),
            metric=metric_named(small.tenant, "win_rate"),
            period=Q3,
            scope=None,
        )
    )
    assert not tree.adds_up
    assert not tree.has_targets


def test_the_number_of_statements_does_not_grow(
    small: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    root, east, _ = small.units
    quota(small, 100, unit_id=root.pk)
    quota(small, 100, person_id=small.people[0].pk)
    wanted = asked(small, root)
    tree_of(wanted)
    with django_assert_max_num_queries(16) as few:
        tree_of(wanted)
    for number in range(20):
        quota(small, 5, person_id=make_person(f"more {number}", unit=east).pk)
    tree_of(wanted)
    with django_assert_max_num_queries(16) as many:
        tree_of(wanted)
    assert len(few) == len(many)


def check(company: Company, period: Period = Q3) -> dilution.Verified:
    return dilution.verify(Scrutiny(company.tenant, Span(period.start, period.end)))


def test_what_holds_is_counted_and_what_does_not_is_told(small: Company) -> None:
    root, east, west = small.units
    lin, wang, _ = small.people
    assert check(small) == dilution.Verified()
    quota(small, 100, unit_id=root.pk)
    quota(small, 60, unit_id=east.pk)
    quota(small, 39, unit_id=west.pk)
    for span in MONTHS:
        quota(small, 10, span=span, person_id=lin.pk)
        quota(small, 10, span=span, person_id=wang.pk)
    found = check(small)
    assert found.checked == 2
    [problem] = found.problems
    assert problem.name == "company acme"
    assert [problem.asked, problem.passed, problem.gap] == [100, 99, -1]
    assert [(each.why, each.count) for each in found.skipped] == [("nothing_below", 1)]
    quota(small, 12, span=MONTHS[0], person_id=lin.pk)
    assert [each.name for each in check(small).problems] == ["company acme", "east"]
    assert check(small, month(2026, 12)) == dilution.Verified()


def test_what_does_not_add_up_is_not_checked_and_says_so(small: Company) -> None:
    row = QuotaRow(
        metric="win_rate",
        start=Q3.start,
        end=Q3.end,
        amount=Decimal("0.5"),
        unit_id=small.units[0].pk,
    )
    actions.set_quota(row=row, by=robot_of(small.tenant))
    found = check(small)
    assert (found.checked, found.problems) == (0, [])
    assert [(each.metric, each.why, each.count) for each in found.skipped] == [
        ("win_rate", "does_not_add_up", 1)
    ]
