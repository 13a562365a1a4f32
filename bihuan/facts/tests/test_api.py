"""The ledger for programs: the same deeds, the same scope, the same refusals."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bihuan.facts.actions import seal
from bihuan.facts.models import Fact, Member, Source
from bihuan.org import actions
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.digest import digest_of_tables
from tests.make import make_admin, make_fact, make_member, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
API = "/api/v1/facts"
DAY = date(2026, 3, 2)
ORDER = {
    "kind": "order.placed",
    "source": "shop",
    "source_ref": "SO-1",
    "business_on": "2026-03-02",
    "person": "lin",
    "account": {"code": "C-9", "name": "华光电子"},
    "amount": "1286.4",
    "attributes": {"category": "consumables", "list_amount": "1300"},
}


class Program:
    """Calls the API by token and JSON."""

    def __init__(self, person: Person) -> None:
        _token, secret = actions.make_token(person=person, name="test", by=person)
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(API + path)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, status: int, body: object) -> Any:
        answer = self.client.post(API + path, json.dumps(body), "application/json")
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def lin() -> Person:
    return make_person("lin", unit=make_unit("east"))


@pytest.fixture
def program(lin: Person) -> Program:
    return Program(make_person("shop", role=Role.INTEGRATION))


def test_a_program_records_a_fact_once(lin: Person, program: Program) -> None:
    made = program.post("", 201, ORDER)
    again = program.post("", 200, ORDER)
    assert made == again
    assert made["amount"] == {"amount": "1286.4000", "currency": "CNY"}
    assert made["account"]["name"] == "华光电子"
    assert made["unit"]["code"] == "east"
    assert made["attributes"] == {"category": "consumables", "list_amount": "1300.0000"}
    assert (made["seq"], made["counts"], made["block"]) == (1, True, None)
    assert Fact.objects.get().source.kind == Source.Kind.API
    refused = program.post("", 409, {**ORDER, "amount": "1"})
    assert refused["code"] == "facts.fact_differs"
    assert Fact.objects.count() == 1


def test_the_business_day_follows_from_the_instant_in_the_company_s_zone(
    lin: Person, program: Program
) -> None:
    order = {k: v for k, v in ORDER.items() if k != "business_on"}
    made = program.post("", 201, {**order, "occurred_at": "2026-03-01T23:30:00+00:00"})
    assert made["business_on"] == "2026-03-02"
    assert program.post("", 422, {**order, "source_ref": "2"})["code"] == "facts.day_missing"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "moon.landed"}, 422, "facts.kind_unknown"),
        ({"person": "nobody"}, 404, "org.person_missing"),
        ({"unit": "nowhere"}, 404, "org.unit_missing"),
        ({"account": {"code": "unknown"}}, 404, "facts.member_missing"),
        ({"amount": "-1"}, 422, "facts.fact_negative"),
        ({"amount": None}, 422, "facts.fact_incomplete"),
        ({"amount": "1e30"}, 422, "facts.number_too_large"),
        ({"attributes": {"list_amount": "many"}}, 422, "facts.attribute_not_readable"),
        ({"attributes": {"colour": "red"}}, 422, "facts.attribute_unknown"),
        ({"extra": {"a": "\0"}}, 422, "facts.text_not_storable"),
        ({"currency": "USD"}, 422, "facts.currency_differs"),
        ({"source_ref": "\0"}, 422, "facts.text_not_storable"),
        ({"account": {"code": "\0", "name": "x"}}, 422, "facts.text_not_storable"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(
    lin: Person, program: Program, change: dict[str, object], status: int, code: str
) -> None:
    before = digest_of_tables()
    assert program.post("", status, {**ORDER, **change})["code"] == code
    after = digest_of_tables()
    assert {k for k in after if after[k] != before[k]} <= {"org_apitoken"}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"business_on": "2026-02-30"},
        {"source": "a b"},
        {"source_ref": ""},
        {"person": 7},
    ],
)
def test_what_is_not_understood_is_422(
    lin: Person, program: Program, change: dict[str, object]
) -> None:
    answer = program.client.post(API, json.dumps({**ORDER, **change}), "application/json")
    assert answer.status_code == 422
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.REP, 403), (Role.MANAGER, 403), (Role.HRBP, 403), (Role.QUALITY_OFFICER, 403),
     (Role.CLERK, 403), (Role.ADMIN, 201), (Role.INTEGRATION, 201)],
)  # fmt: skip
def test_who_may_record(lin: Person, role: Role, status: int) -> None:
    Program(make_person("x", role=role)).post("", status, ORDER)
    assert Fact.objects.exists() == (status == 201)
    assert Member.objects.exists() == (status == 201)


def test_a_form_s_source_is_not_a_program_s(lin: Person, program: Program) -> None:
    from bihuan.facts.actions import open_source

    open_source(tenant=lin.tenant, code="shop", kind="file")
    assert program.post("", 422, ORDER)["code"] == "facts.source_not_for_programs"


def test_the_list_is_paged_by_a_place_in_it(lin: Person) -> None:
    for number in range(5):
        make_fact(lin, on=DAY, ref=str(number))
    program = Program(lin)
    seen, after = [], ""
    while True:
        page = program.get(f"?limit=2&after={after}")
        seen += [fact["seq"] for fact in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [5, 4, 3, 2, 1]
    assert (page["count"], page["is_more_than_counted"]) == (5, False)


def test_facts_are_seen_within_scope_only(lin: Person) -> None:
    fact = make_fact(lin, on=DAY, account_id=make_member("C-1").pk)
    stranger = Program(make_person("wang"))
    assert stranger.get("")["items"] == []
    assert stranger.get(f"/{fact.seq}", 404)["code"] == "facts.fact_missing"
    assert stranger.get(f"?account={fact.account_id}")["items"] == []
    theirs = Program(make_admin(tenant=make_tenant("theirs")))
    assert theirs.get("/1", 404)["code"] == "facts.fact_missing"
    assert Program(lin).get("/1")["person"]["code"] == "lin"
    assert program_of(Role.QUALITY_OFFICER).get("/1")["counts"] is True


def program_of(role: Role) -> Program:
    return Program(make_person(f"one {role}", role=role))


def test_a_fact_is_taken_back(lin: Person) -> None:
    fact = make_fact(lin, on=DAY)
    admin = program_of(Role.ADMIN)
    made = admin.post("/1/reverse", 201, {"reason": "wrong"})
    assert (made["seq"], made["reverses"], made["counts"], made["reason"]) == (2, 1, False, "wrong")
    was = admin.get("/1")
    assert (was["reversed_by"], was["counts"], was["reason"]) == (2, False, "wrong")
    assert admin.post("/1/reverse", 409, {"reason": "x"})["code"] == "facts.already_reversed"
    assert admin.post("/9/reverse", 404, {"reason": "x"})["code"] == "facts.fact_missing"
    refused = Program(lin).post("/2/reverse", 403, {"reason": "x"})
    assert refused["code"] == "org.not_your_role"
    assert fact.amount == Decimal(100)
    seal(tenant=lin.tenant)
    assert admin.get("/2")["block"] == 1


def test_kinds_are_listed_and_added(lin: Person) -> None:
    admin = program_of(Role.ADMIN)
    given = {
        "code": "survey.answered",
        "label_zh": "问卷",
        "label_en": "Survey answered",
        "needs": ["person"],
        "attributes": [
            {"name": "score", "type": "number", "is_required": True},
            {"name": "asked_on", "type": "day"},
        ],
    }
    made = admin.post("/kinds", 201, given)
    assert [a["name"] for a in made["attributes"]] == ["score", "asked_on"]
    assert made in admin.get("/kinds")
    assert admin.post("/kinds", 422, given)["code"] == "facts.kind_taken"
    for change, code in (
        ({"code": "Survey"}, "facts.kind_malformed"),
        ({"code": "order.placed"}, "facts.kind_taken"),
        ({"code": "a.b", "needs": ["moon"]}, "facts.need_unknown"),
        ({"code": "a.b", "attributes": [{"name": "a"}] * 2}, "facts.attribute_twice"),
        ({"code": "a.b", "attributes": [{"name": f"a{n}"} for n in range(5)]},
         "facts.no_column_left"),
    ):  # fmt: skip
        assert admin.post("/kinds", 422, {**given, **change})["code"] == code
    assert Program(lin).post("/kinds", 403, {**given, "code": "a.b"})["code"] == "org.not_your_role"
    order = {**ORDER, "kind": "survey.answered", "attributes": {"score": "0"}}
    fact = admin.post("", 201, order)
    assert fact["attributes"] == {"score": "0.0000"}
    theirs = Program(make_admin(tenant=make_tenant("theirs")))
    assert "survey.answered" not in [kind["code"] for kind in theirs.get("/kinds")]


def test_the_ledger_is_verified_by_admins(lin: Person) -> None:
    make_fact(lin, on=DAY)
    seal(tenant=lin.tenant)
    whole = {"checked": 1, "blocks": 1, "unsealed": 0, "problems": []}
    assert program_of(Role.ADMIN).get("/verify") == whole
    assert Program(lin).get("/verify", 403)["code"] == "org.not_your_role"


@pytest.mark.parametrize("path", ["/0", "/99999999999999999999", "/x", "/source-rows/0"])
def test_numbers_that_cannot_be_are_no_error_of_ours(lin: Person, path: str) -> None:
    answer = Program(lin).client.get(API + path)
    assert answer.status_code in (404, 422)


def test_nobody_without_a_token_is_let_in() -> None:
    assert Client().get(API).status_code == 401
    assert Client().post(API, "{}", "application/json").status_code == 401
