"""Who sees which figures, and how figures are narrowed and rolled up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.facts.actions import record_many
from bihuan.facts.domain.fact import Draft
from bihuan.kernel.period import Period
from bihuan.metrics.queries import Where, evaluate, facts_behind
from bihuan.metrics.tests.company import START, Company
from bihuan.org.actions import move_person
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope

SPAN = Period("2026", date(2026, 1, 1), date(2027, 1, 1))
AMOUNTS = {"boss": "1000", "lin": "200", "wang": "30", "zhao": "4"}


@pytest.fixture
def company(db: None) -> Company:
    company = Company()
    sell(company, AMOUNTS, START)
    return company


def sell(company: Company, amounts: dict[str, str], day: date, *, ref: str = "") -> None:
    drafts = [
        Draft(
            kind="contract.signed",
            business_on=day,
            source_ref=f"{name}{ref}",
            person_id=company.people[name].pk,
            account_id=company.members["account", "A"],
            amount=Decimal(amount),
        )
        for name, amount in amounts.items()
    ]
    record_many(drafts=drafts, source=company.source, by=company.robot)


def total(company: Company, scope: Scope | None, where: Where | None = None) -> Decimal | None:
    [row] = evaluate(
        tenant=company.tenant,
        metric="signed_amount",
        spans=[SPAN],
        scope=scope,
        where=where or Where(),
    )
    return row.value


def scope_of(company: Company, name: str, **opened: object) -> Scope:
    made = {"tenant_id": company.tenant.pk, "person_id": company.people[name].pk, **opened}
    return Scope(**made)  # type: ignore[arg-type]  # what a test opens is well typed below


def test_a_rep_sees_own_figures_a_manager_the_units_and_an_admin_all(company: Company) -> None:
    assert total(company, scope_of(company, "lin")) == 200
    assert total(company, scope_of(company, "boss", unit_paths=(company.east.path,))) == 1230
    assert total(company, scope_of(company, "zhao", unit_paths=(company.inner.path,))) == 204
    assert total(company, scope_of(company, "zhao", whole_tenant=True)) == 1234
    assert total(company, None) == 1234


def test_an_hrbp_sees_figures_of_the_units_but_no_facts_and_no_customers(company: Company) -> None:
    scope = scope_of(company, "zhao", figure_paths=(company.east.path,))
    assert total(company, scope) == 1234
    behind = facts_behind(
        tenant=company.tenant, metric="signed_amount", span=SPAN, where=Where(), scope=scope
    )
    assert (behind.count, behind.total_value) == (1, Decimal(4))
    [row, _] = evaluate(
        tenant=company.tenant, metric="signed_amount", by=["account"], spans=[SPAN], scope=scope
    )
    assert row.value == 4
    assert total(company, scope, Where(account_id=company.members["account", "A"])) == 4


def test_figures_are_narrowed_to_a_branch_a_person_or_what_is_not_said(company: Company) -> None:
    lin, wang = company.people["lin"].pk, company.people["wang"].pk
    assert total(company, None, Where(unit_path=company.east.path)) == 1230
    assert total(company, None, Where(unit_id=company.east.pk)) == 1030
    assert total(company, None, Where(person_ids=(lin, wang))) == 230
    assert total(company, None, Where(person_ids=())) is None
    assert total(company, None, Where(manager_id=company.people["boss"].pk)) == 1230
    assert total(company, None, Where(without=("product",))) == 1234
    assert total(company, None, Where(without=("account",))) is None
    assert total(company, None, Where(region="west")) == 4


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (0, {"root": 1234}),
        (1, {"east": 1230, "west": 4}),
        (2, {"east": 1030, "inner": 200, "west": 4}),
        (99, {"east": 1030, "inner": 200, "west": 4}),
    ],
)
def test_units_are_rolled_up_to_a_level_of_the_tree(
    depth: int, expected: dict[str, int], company: Company
) -> None:
    units = {company.east.pk: "east", company.inner.pk: "inner", company.west.pk: "west"}
    where = Where(unit_depth=depth)
    rows = evaluate(
        tenant=company.tenant,
        metric="signed_amount",
        by=["unit"],
        spans=[SPAN],
        where=where,
        scope=None,
        with_total=False,
    )
    asked = {}
    for row in rows:
        unit_id = row.keys["unit"]
        assert isinstance(unit_id, int)
        asked[units.get(unit_id, "root")] = row.value
        assert total(company, None, Where(unit_depth=depth, unit_id=unit_id)) == row.value
    assert asked == expected


def test_what_was_earned_stays_with_the_unit_and_the_manager_of_its_day(company: Company) -> None:
    moved = START + timedelta(days=40)
    zhao = company.people["zhao"]
    move_person(person=zhao, to=company.inner, on=moved, role=Role.REP, by=company.robot)
    sell(company, {"zhao": "50"}, moved, ref="later")
    rows = evaluate(
        tenant=company.tenant, metric="signed_amount", by=["manager"], spans=[SPAN], scope=None
    )
    assert {row.keys["manager"]: row.value for row in rows if not row.is_total} == {
        company.people["boss"].pk: 1230,
        company.people["mei"].pk: 50,
        None: 4,
    }


def test_no_data_is_not_zero(company: Company) -> None:
    later = Period("later", date(2027, 1, 1), date(2027, 2, 1))
    rows = evaluate(
        tenant=company.tenant, metric="signed_amount", by=["person"], spans=[later], scope=None
    )
    assert [(row.is_total, row.value, row.facts) for row in rows] == [(True, None, 0)]
    sell(company, {"lin": "0"}, date(2027, 1, 5), ref="free")
    rows = evaluate(
        tenant=company.tenant, metric="signed_amount", by=["person"], spans=[later], scope=None
    )
    assert [(row.is_total, row.value, row.facts) for row in rows] == [
        (False, Decimal(0), 1),
        (True, Decimal(0), 1),
    ]


def test_amounts_stay_exact_where_a_float_would_not(company: Company) -> None:
    large = "123456789012345.6789"
    sell(company, {"lin": large, "wang": large}, START, ref="large")
    assert total(company, None) == 1234 + 2 * Decimal(large)
    sell(company, {"lin": "899999999999999.9999", "wang": "899999999999999.9999"}, START, ref="top")
    assert total(company, None) == 1234 + 2 * Decimal(large) + 2 * Decimal("899999999999999.9999")
