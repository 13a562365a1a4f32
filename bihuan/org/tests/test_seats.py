"""Taking, changing and ending seats, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.actions.people import LastAdmin
from bihuan.org.actions.seats import SeatOver
from bihuan.org.domain.assignment import SeatEndsTooEarly
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Unit
from tests.digest import digest_of_tables
from tests.make import make_admin, make_fact, make_person, make_unit

pytestmark = pytest.mark.django_db
JAN, JUL, DEC = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 1)


def seats_of(person: Person) -> list[tuple[str, str, bool, date, date | None]]:
    return [
        (seat.unit.code, seat.role, seat.is_home, seat.valid_from, seat.valid_to)
        for seat in Assignment.objects.filter(person=person).select_related("unit")
    ]


def test_the_same_assignment_twice_is_one() -> None:
    lin, east, admin = make_person("lin", role=None), make_unit("east"), make_admin()
    one = actions.assign(person=lin, unit=east, role=Role.REP, valid_from=JAN, by=admin)
    before = digest_of_tables()
    assert actions.assign(person=lin, unit=east, role=Role.REP, valid_from=JUL, by=admin) == one
    assert digest_of_tables() == before


def test_the_first_selling_role_is_home_and_the_second_is_not() -> None:
    east, west = make_unit("east"), make_unit("west")
    boss, admin = make_person("boss", unit=east, role=Role.MANAGER), make_admin()
    actions.assign(person=boss, unit=west, role=Role.MANAGER, valid_from=JAN, by=admin)
    actions.assign(person=boss, unit=west, role=Role.HRBP, valid_from=JAN, by=admin)
    assert seats_of(boss) == [
        ("east", "manager", True, actions.BEGINNING, None),
        ("west", "manager", False, JAN, None),
        ("west", "hrbp", False, JAN, None),
    ]


def test_a_second_home_at_the_same_time_is_refused() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, admin = make_person("lin", unit=east), make_admin()
    before = digest_of_tables()
    with pytest.raises(actions.SeatTaken):
        actions.assign(person=lin, unit=west, role=Role.REP, valid_from=JUL, is_home=True, by=admin)
    assert digest_of_tables() == before


def test_moving_ends_one_seat_and_begins_another() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, admin = make_person("lin", unit=east, since=JAN), make_admin()
    actions.move_person(person=lin, to=west, on=JUL, by=admin)
    assert seats_of(lin) == [("east", "rep", True, JAN, JUL), ("west", "rep", True, JUL, None)]
    entry = JournalEntry.objects.get(verb="person.moved")
    assert entry.particulars == {"to": west.pk, "role": "rep", "on": "2026-07-01"}


def test_moving_with_a_role_is_a_promotion() -> None:
    east = make_unit("east")
    lin, admin = make_person("lin", unit=east, since=JAN), make_admin()
    actions.move_person(person=lin, to=east, on=JUL, role=Role.MANAGER, by=admin)
    assert seats_of(lin) == [("east", "rep", True, JAN, JUL), ("east", "manager", True, JUL, None)]


def test_history_stays_with_the_unit_it_was_earned_in() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, admin = make_person("lin", unit=east, since=JAN), make_admin()
    earlier = make_fact(lin, on=date(2026, 3, 1))
    actions.move_person(person=lin, to=west, on=JUL, by=admin)
    last_day = make_fact(lin, on=date(2026, 6, 30))
    first_day = make_fact(lin, on=JUL)
    earlier.refresh_from_db()
    assert [fact.unit_id for fact in (earlier, last_day, first_day)] == [east.pk, east.pk, west.pk]


def test_a_move_inside_a_planned_time_takes_over_what_is_left_of_it() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, admin = make_person("lin", unit=east, since=JAN, until=DEC), make_admin()
    actions.move_person(person=lin, to=west, on=JUL, by=admin)
    assert seats_of(lin) == [("east", "rep", True, JAN, JUL), ("west", "rep", True, JUL, None)]


REFUSED_MOVES: dict[str, tuple[type[Exception], date, str]] = {
    "on the first day": (actions.MoveTooEarly, JAN, "west"),
    "to where they sit": (actions.AlreadyThere, JUL, "east"),
    "before a seat that is planned": (actions.SeatTaken, date(2025, 1, 1), "west"),
}


@pytest.mark.parametrize("case", REFUSED_MOVES)
def test_a_move_that_makes_no_sense_changes_nothing(case: str) -> None:
    error, on, code = REFUSED_MOVES[case]
    make_unit("west")
    lin, admin = make_person("lin", unit=make_unit("east"), since=JAN), make_admin()
    before = digest_of_tables()
    with pytest.raises(error):
        actions.move_person(person=lin, to=Unit.objects.get(code=code), on=on, by=admin)
    assert digest_of_tables() == before


def test_a_seat_ends_once_and_not_before_it_began() -> None:
    lin, admin = make_person("lin", unit=make_unit("east"), since=JAN), make_admin()
    seat = Assignment.objects.get(person=lin)
    with pytest.raises(SeatEndsTooEarly):
        actions.end_assignment(assignment=seat, on=JAN, by=admin)
    ended = actions.end_assignment(assignment=seat, on=JUL, by=admin)
    assert ended.valid_to == JUL
    before = digest_of_tables()
    with pytest.raises(SeatOver):
        actions.end_assignment(assignment=seat, on=DEC, by=admin)
    assert digest_of_tables() == before


def test_the_last_admin_stays() -> None:
    admin = make_admin()
    seat = Assignment.objects.get(person=admin)
    before = digest_of_tables()
    with pytest.raises(LastAdmin):
        actions.end_assignment(assignment=seat, on=JUL, by=admin)
    with pytest.raises(LastAdmin):
        actions.deactivate_person(person=admin, on=JUL, by=admin)
    assert digest_of_tables() == before
    make_admin("second")
    actions.end_assignment(assignment=seat, on=JUL, by=admin)


def test_leaving_ends_seats_and_drops_what_was_only_planned() -> None:
    east, admin = make_unit("east"), make_admin()
    lin = make_person("lin", unit=east, since=JAN, until=date(2999, 1, 1))
    planned = actions.Seat(unit_id=east.pk, role=Role.MANAGER, valid_from=date(2999, 1, 1))
    actions.place_people(tenant=lin.tenant, seats={lin.pk: [planned]}, by=admin)
    left = actions.deactivate_person(person=lin, on=JUL, by=admin)
    assert left.ended_on == JUL
    assert seats_of(lin) == [("east", "rep", True, JAN, JUL)]


def test_leaving_before_a_seat_that_was_held_is_refused() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, admin = make_person("lin", unit=east, since=date(2020, 1, 1)), make_admin()
    actions.move_person(person=lin, to=west, on=date(2021, 1, 1), by=admin)
    before = digest_of_tables()
    with pytest.raises(SeatEndsTooEarly):
        actions.deactivate_person(person=lin, on=date(2020, 6, 1), by=admin)
    assert digest_of_tables() == before


@pytest.mark.parametrize("kind", ["home", "same seat"])
def test_the_database_refuses_an_overlap_whoever_writes_it(kind: str) -> None:
    east, west = make_unit("east"), make_unit("west")
    lin = make_person("lin", unit=east)
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Assignment.objects.create(
            tenant=lin.tenant,
            person=lin,
            unit=west if kind == "home" else east,
            role=Role.REP.value,
            is_home=kind == "home",
            valid_from=JUL,
        )


def in_two_transactions(deeds: list[Callable[[], object]]) -> list[str]:
    """Run deeds at the same time, each in a connection of its own; return what became of each."""
    start = threading.Barrier(len(deeds))
    outcomes = [""] * len(deeds)

    def run(number: int) -> None:
        try:
            with transaction.atomic():
                start.wait(timeout=10)
                deeds[number]()
            outcomes[number] = "done"
        except (actions.SeatTaken, actions.MoveTooEarly, IntegrityError) as error:
            outcomes[number] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_who_move_a_person_at_once_leave_one_home() -> None:
    east, west, north = make_unit("east"), make_unit("west"), make_unit("north")
    lin, admin = make_person("lin", unit=east, since=JAN), make_admin()
    outcomes = in_two_transactions(
        [
            lambda: actions.move_person(person=lin, to=west, on=JUL, by=admin),
            lambda: actions.move_person(person=lin, to=north, on=JUL, by=admin),
        ]
    )
    assert sorted(outcomes) == ["MoveTooEarly", "done"]
    assert Assignment.objects.filter(person=lin).on(JUL).at_home().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_write_overlapping_homes_past_the_actions_leave_one() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin = make_person("lin", role=None)

    def sit(unit: Unit) -> object:
        return Assignment.objects.create(
            tenant=lin.tenant, person=lin, unit=unit, role=Role.REP.value, valid_from=JAN
        )

    outcomes = in_two_transactions([lambda: sit(east), lambda: sit(west)])
    assert sorted(outcomes) == ["IntegrityError", "done"]
    assert Assignment.objects.filter(person=lin).count() == 1


def test_the_journal_tells_where_somebody_sat_before_and_sits_now() -> None:
    east, west = make_unit("east"), make_unit("west")
    lin, robot = make_person("lin", unit=east), actions.robot_of(east.tenant)
    actions.move_person(person=lin, to=west, on=date(2026, 3, 1), by=robot)
    [moved] = JournalEntry.objects.filter(verb="person.moved")
    assert moved.changes == {
        "unit": [east.pk, west.pk],
        "valid_from": [str(actions.BEGINNING), "2026-03-01"],
    }
    seat = Assignment.objects.get(person=lin, unit=west)
    actions.end_assignment(assignment=seat, on=date(2026, 4, 1), by=robot)
    [ended] = JournalEntry.objects.filter(verb="assignment.ended")
    assert ended.changes == {"valid_to": [None, "2026-04-01"]}
