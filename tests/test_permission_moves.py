"""Whatever happens in a company, everybody sees what the oracle says, after each step.

People are hired, moved, given other roles and let go, stand in for each other and show each
other single things; units are hung elsewhere; days pass.
After every step each of them is asked what they see, and plain Python over the raw rows is
asked the same. ``make canary`` takes 500 runs of 50 steps, the suite a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bihuan.base import clock
from bihuan.customers.access import accounts_visible_to
from bihuan.facts.models import Fact, Member
from bihuan.inbox import actions as inbox
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import TaskDraft
from bihuan.inbox.models import Task
from bihuan.kernel.errors import DomainError
from bihuan.org import access, actions
from bihuan.org.domain.delegation import Days, Limits
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Delegation, Person, Share, Unit
from tests.make import make_fact, make_member, make_person, make_tenant, make_unit
from tests.matrix.oracle import Oracle, Rows, rows_of
from tests.matrix.oracle_visibility import with_lent

FIRST_DAY = date(2026, 3, 2)
RUNS = int(os.environ.get("BIHUAN_RUNS", 3))
STEPS = int(os.environ.get("BIHUAN_STEPS", 12))
READ = {
    "units": "org_unit",
    "people": "org_person",
    "seats": "org_assignment",
    "facts": "facts_fact",
    "members": "facts_member",
    "tasks": "inbox_task",
    "copies": "inbox_taskcopy",
    "delegations": "org_delegation",
    "shares": "org_share",
}
"""The tables that decide who sees a unit, a person, a fact, an account or a task."""
SEEN: dict[str, Callable[[Scope], set[int]]] = {
    "unit": lambda scope: _ids(access.units_visible_to(scope)),
    "person": lambda scope: _ids(access.people_visible_to(scope)),
    "seat": lambda scope: _ids(access.seats_visible_to(scope)),
    "fact": lambda scope: _ids(Fact.objects.visible_to(scope)),
    "member": lambda scope: _ids(accounts_visible_to(scope)),
    "task": lambda scope: _ids(Task.objects.visible_to(scope)),
}
"""What the product says that a scope covers, by kind of row."""
ROWS = {"unit": "units", "person": "people", "seat": "seats", "fact": "facts"} | {
    "member": "members",
    "task": "tasks",
}
A_PERSON, A_UNIT = st.integers(0, 30), st.integers(0, 10)
A_ROLE = st.sampled_from([role for role in Role if role is not Role.INTEGRATION])
SOME_DAYS = st.integers(-20, 20)


def _ids(rows: object) -> set[int]:
    return set(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]  # a QuerySet


@dataclass
class Figures:
    """What came of it all."""

    steps: int = 0
    refused: int = 0
    compared: int = 0
    lent: int = 0
    shared: int = 0


FIGURES = Figures()


def oracle_on(day: date) -> Oracle:
    """Return the oracle over the tables that matter here; the others are empty to it."""
    read: dict[str, Rows] = {name: rows_of(table) for name, table in READ.items()}
    read["seats"] = with_lent(
        read["seats"], read["delegations"], read["people"], read["units"], day
    )
    others: dict[str, Rows] = {
        each.name: {} for each in fields(Oracle) if each.name not in (*READ, "today")
    }
    return Oracle(today=day, **read, **others)


class Company(RuleBasedStateMachine):
    """A company to which things happen, beside another one that must never be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.day = FIRST_DAY
        self.number = count()

    @initialize()
    def found(self) -> None:
        with self.at_work():
            tenant = make_tenant("moved")
            east, west = (make_unit(name, tenant=tenant) for name in ("east", "west"))
            team = make_unit("team", under=east)
            make_unit("cell", under=team)
            self.admin = make_person("admin", role=Role.ADMIN, tenant=tenant)
            for name, unit, role in (
                ("rep", team, Role.REP),
                ("manager", east, Role.MANAGER),
                ("hrbp", west, Role.HRBP),
                ("seller", west, Role.REP),
            ):
                make_person(name, unit=unit, role=role)
            seller = Person.objects.get(tenant=tenant, code="seller")
            sold = make_member("account 0", tenant=tenant)
            make_fact(seller, on=self.day, account_id=sold.pk)
            stranger = make_person("stranger", tenant=make_tenant("foreign"))
            account = make_member("theirs", tenant=stranger.tenant)
            make_fact(stranger, on=self.day, account_id=account.pk)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let it be noon of the machine's day; what is refused has not happened."""
        FIGURES.steps += 1
        with clock.pretended(datetime.combine(self.day, time(4), UTC)):
            try:
                with transaction.atomic():
                    yield
            except DomainError:
                FIGURES.refused += 1

    def person(self, number: int) -> Person:
        people = Person.objects.filter(tenant=self.admin.tenant, is_robot=False).order_by("pk")
        return people[number % people.count()]

    def unit(self, number: int) -> Unit:
        units = Unit.objects.filter(tenant=self.admin.tenant).order_by("pk")
        return units[number % units.count()]

    @rule(who=A_PERSON, to=A_UNIT, role=st.none() | A_ROLE, days=SOME_DAYS)
    def move(self, who: int, to: int, role: Role | None, days: int) -> None:
        with self.at_work():
            actions.move_person(
                person=self.person(who),
                to=self.unit(to),
                on=self.day + timedelta(days),
                role=role,
                by=self.admin,
            )

    @rule(unit=A_UNIT, role=A_ROLE, days=SOME_DAYS)
    def hire(self, unit: int, role: Role, days: int) -> None:
        seat = actions.Seat(
            unit_id=self.unit(unit).pk, role=role, valid_from=self.day + timedelta(days)
        )
        with self.at_work():
            code = f"new {next(self.number)}"
            actions.add_person(
                tenant=self.admin.tenant, code=code, name=code, seat=seat, by=self.admin
            )

    @rule(who=A_PERSON, days=SOME_DAYS)
    def leave(self, who: int, days: int) -> None:
        with self.at_work():
            person, on = self.person(who), self.day + timedelta(days)
            actions.deactivate_person(person=person, on=on, by=self.admin)

    @rule(who=A_PERSON, unit=A_UNIT, role=A_ROLE, days=SOME_DAYS)
    def give_role(self, who: int, unit: int, role: Role, days: int) -> None:
        with self.at_work():
            actions.assign(
                person=self.person(who),
                unit=self.unit(unit),
                role=role,
                valid_from=self.day + timedelta(days),
                by=self.admin,
            )

    @rule(which=st.integers(0, 60), days=SOME_DAYS)
    def end_role(self, which: int, days: int) -> None:
        seats = Assignment.objects.filter(tenant=self.admin.tenant).order_by("pk")
        with self.at_work():
            actions.end_assignment(
                assignment=seats[which % seats.count()],
                on=self.day + timedelta(days),
                by=self.admin,
            )

    @rule(which=A_UNIT, under=A_UNIT)
    def hang_elsewhere(self, which: int, under: int) -> None:
        unit = self.unit(which)
        with self.at_work():
            actions.put_unit(
                tenant=unit.tenant,
                code=unit.code,
                name=unit.name,
                parent=self.unit(under),
                by=self.admin,
            )

    @rule(who=A_PERSON, days=st.integers(-20, 0), account=st.integers(0, 4))
    def sell(self, who: int, days: int, account: int) -> None:
        with self.at_work():
            member = make_member(f"account {account}", tenant=self.admin.tenant)
            make_fact(self.person(who), on=self.day + timedelta(days), account_id=member.pk)

    @rule(owner=A_PERSON, by=A_PERSON, copied=A_PERSON)
    def give_task(self, owner: int, by: int, copied: int) -> None:
        draft = TaskDraft(
            kind="inbox.own",
            about=About("moves.task", next(self.number)),
            title=plain("to do"),
            due_on=self.day + timedelta(days=3),
            copies=(self.person(copied).pk,),
        )
        with self.at_work():
            inbox.assign_task(draft=draft, owner=self.person(owner), by=self.person(by))

    @rule(
        who=A_PERSON,
        to=A_PERSON,
        days=st.tuples(st.integers(0, 6), st.integers(1, 30)),
        role=st.sampled_from([None, Role.MANAGER, Role.HRBP]),
        unit=st.none() | A_UNIT,
    )
    def lend(
        self, who: int, to: int, days: tuple[int, int], role: Role | None, unit: int | None
    ) -> None:
        """Let somebody stand in for another: for everything, for a role, or for a unit."""
        since = self.day + timedelta(days[0])
        path = "" if unit is None else self.unit(unit).path
        with self.at_work():
            actions.lend(
                lender=self.person(who),
                deputy=self.person(to),
                days=Days(since, since + timedelta(days[1])),
                limits=Limits(role=role, path=path),
                reason="away",
                by=self.admin,
            )
            FIGURES.lent += 1

    @rule(which=st.integers(0, 20))
    def end_loan(self, which: int) -> None:
        loans = Delegation.objects.order_by("pk")
        if loans:
            with self.at_work():
                actions.end_delegation(delegation=loans[which % loans.count()], by=self.admin)

    @rule(
        which=st.integers(0, 60),
        kind=st.sampled_from([Member, Task]),
        by=st.none() | A_PERSON,
        to=st.tuples(st.booleans(), A_PERSON),
        days=st.integers(1, 30),
    )
    def share(
        self, which: int, kind: type[Model], by: int | None, to: tuple[bool, int], days: int
    ) -> None:
        """Let somebody show a customer or a task: whose it is, or anybody who tries."""
        found = self.facts() if kind is Member else Task.objects.order_by("pk")
        if not found:
            return
        row = found[which % len(found)]
        whose = row.owner if isinstance(row, Task) else row.person
        thing = row.pk if isinstance(row, Task) else row.account_id
        with self.at_work():
            actions.share(
                kind="customers.customer" if kind is Member else "inbox.task",
                thing_id=thing or 0,
                whom=self.unit(to[1]) if to[0] else self.person(to[1]),
                until=self.day + timedelta(days),
                reason="to read",
                by=whose if by is None and whose else self.person(by or 0),
            )
            FIGURES.shared += 1

    def facts(self) -> QuerySet[Fact]:
        return Fact.objects.filter(tenant=self.admin.tenant).order_by("pk")

    @rule(which=st.integers(0, 20))
    def take_back(self, which: int) -> None:
        shares = Share.objects.order_by("pk")
        if shares:
            with self.at_work():
                actions.take_back(share=shares[which % shares.count()], by=self.admin)

    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days)
        FIGURES.steps += 1

    @invariant()
    def everybody_sees_what_the_oracle_says(self) -> None:
        if not hasattr(self, "admin"):
            return
        oracle = oracle_on(self.day)
        with clock.pretended(datetime.combine(self.day, time(4), UTC)):
            for person in Person.objects.filter(is_robot=False).select_related("tenant"):
                scope = access.scope_for_looking(person)
                for kind, seen in SEEN.items():
                    self.compare(oracle, person, kind, seen(scope))

    def compare(self, oracle: Oracle, person: Person, kind: str, told: set[int]) -> None:
        rows = getattr(oracle, ROWS[kind])
        right = {pk for pk in rows if pk > 0 and oracle.sees(person.pk, kind, pk)}
        FIGURES.compared += 1
        assert told == right, (
            f"{person.code} of {person.tenant.code} on {self.day}: {kind}s"
            f" {sorted(told - right)} too many, {sorted(right - told)} missing"
        )


@pytest.mark.django_db
def test_after_each_step_everybody_sees_what_the_oracle_says(
    record_property: Callable[[str, object], None],
) -> None:
    run_state_machine_as_test(
        Company,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert FIGURES.compared > RUNS * STEPS
    told = {"runs": RUNS, "steps": FIGURES.steps, "sights compared": FIGURES.compared}
    record_property("figures", told | {"lent": FIGURES.lent, "shared": FIGURES.shared})


@pytest.mark.django_db
def test_a_policy_that_forgets_who_left_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that finds nothing proves nothing unless it finds this."""
    monkeypatch.setitem(SEEN, "fact", lambda scope: _ids(Fact.objects.all()))
    with pytest.raises(AssertionError, match="too many"):
        run_state_machine_as_test(
            Company,
            settings=settings(max_examples=5, stateful_step_count=3, phases=[Phase.generate]),
        )
