"""Pages, API and commands of customers: the same deed by every door, and what they show."""

from __future__ import annotations

import io
import json
from typing import Protocol

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.customers.actions import keep_apart, merge_accounts
from bihuan.customers.commands import customers as command
from bihuan.customers.models import Distinction
from bihuan.customers.queries import suggested, suggestions
from bihuan.customers.tests.world import CODE, OTHER_CODE, World
from bihuan.facts.models import Fact
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from tests.make import make_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


class Answer(Protocol):
    """What a test client gives back, as far as it is looked at."""

    @property
    def content(self) -> bytes: ...


def shown(answer: Answer) -> str:
    return answer.content.decode()


def rows_of(answer: Answer) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(answer.content))
    assert book.active is not None
    return [tuple(row) for row in book.active.iter_rows(values_only=True)]


def test_a_customer_is_found_by_a_name_it_no_longer_has(world: World) -> None:
    world.account("A", "苏州新远智能装备有限公司")
    client = signed_in(world.head)
    for text in ("汇川控制技术有限", "新远", "szxy", "A"):
        assert "苏州新远智能装备有限公司" in shown(client.get("/customers/", {"q": text})), text
    found = client.get("/api/v1/customers", {"q": "苏州汇川控制技术有限公司"}).json()
    assert [(each["code"], each["other_names"]) for each in found["items"]] == [
        ("A", ["苏州汇川控制技术有限公司"])
    ]


def test_a_merged_account_is_found_as_its_customer(world: World) -> None:
    merge_accounts(account=world.b, into=world.c, reason="r", by=world.admin)
    client = signed_in(world.west_rep)
    listed = client.get("/api/v1/customers").json()
    assert [(each["code"], len(each["accounts"])) for each in listed["items"]] == [("C", 2)]
    assert [e["code"] for e in client.get("/api/v1/customers?q=B").json()["items"]] == ["C"]
    assert client.get(f"/customers/{world.b.pk}/").headers["Location"] == (
        f"/customers/{world.c.pk}/"
    )
    assert [e["code"] for e in client.get("/api/v1/customers?which=merged").json()["items"]] == [
        "C"
    ]


def test_the_list_goes_into_a_workbook(world: World) -> None:
    world.account("A", "=SUM(A1)", uscc=CODE)
    merge_accounts(account=world.b, into=world.a, reason="r", by=world.admin)
    rows = rows_of(signed_in(world.east_rep).get("/customers/export.xlsx"))
    assert [row[:5] for row in rows[1:]] == [
        ("'=SUM(A1)", "A", "苏州汇川控制技术有限公司、苏州汇川控制技术公司", CODE, "A、B"),
        ("深圳汇川控制技术有限公司", "C", None, None, "C"),
    ]


def test_lists_take_the_same_number_of_statements_for_any_number_of_customers(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = signed_in(world.head)
    for number in range(20):
        world.account(f"N{number}", f"客户{number}", of=world.east_rep)
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a fixture
        assert "客户19" in shown(client.get("/customers/"))


def test_suggestions_are_of_those_whom_one_sees_both_of(world: World) -> None:
    def pairs(person: Person) -> list[tuple[str, str]]:
        found = suggested(suggestions(scope_of(person), world.tenant, world.entities()))
        return [(each.one.code, each.other.code) for each in found]

    assert pairs(world.head) == [("A", "B")]
    assert pairs(world.east_head) == []
    told = keep_apart(one=world.a, other=world.b, reason="两家", by=world.head)
    assert pairs(world.head) == []
    told.delete()
    merge_accounts(account=world.a, into=world.b, reason="r", by=world.head)
    assert pairs(world.head) == []


def test_the_page_of_suggestions_says_why_and_leads_to_the_decision(world: World) -> None:
    client = signed_in(world.head)
    page = shown(client.get("/customers/duplicates/"))
    assert "名称相同（仅写法或公司类型不同）" in page
    assert f"/customers/{world.a.pk}/with/{world.b.pk}/" in page
    rows = rows_of(client.get("/customers/duplicates/export.xlsx"))
    assert rows[1][:5] == (world.a.name, "A", world.b.name, "B", 95)
    answer = client.post(
        f"/customers/{world.a.pk}/with/{world.b.pk}/", {"kept": "other", "reason": "执照相同"}
    )
    assert answer.headers["Location"] == f"/customers/{world.b.pk}/"
    assert world.entities() == {world.a.pk: world.b.pk}
    assert "没有发现疑似重复的客户" in shown(client.get("/customers/duplicates/"))


def test_different_credit_codes_ask_for_a_tick(world: World) -> None:
    one = world.account("A", world.a.name, uscc=CODE)
    other = world.account("B", world.b.name, uscc=OTHER_CODE)
    client, path = signed_in(world.admin), f"/customers/{one.pk}/with/{other.pk}/"
    assert "信用代码虽不同" in shown(client.get(path))
    refused = client.post(path, {"kept": "one", "reason": "r"})
    assert refused.status_code == 422
    assert "如确为同一客户" in shown(refused)
    assert world.entities() == {}
    client.post(path, {"kept": "one", "reason": "r", "despite_uscc": "on"})
    assert world.entities() == {other.pk: one.pk}


def test_telling_apart_is_kept_and_withdrawn_by_page(world: World) -> None:
    client = signed_in(world.head)
    path = f"/customers/{world.a.pk}/with/{world.b.pk}/apart/"
    assert client.post(path, {"reason": " "}).status_code == 422
    client.post(path, {"reason": "同名不同人"})
    [told] = Distinction.objects.all()
    assert "同名不同人" in shown(client.get("/customers/apart/"))
    assert rows_of(client.get("/customers/apart/export.xlsx"))[1][-1] == "同名不同人"
    client.post(f"/customers/apart/{told.pk}/withdraw/")
    told.refresh_from_db()
    assert told.withdrawn_by == world.head
    assert "还没有判定为不同的客户" in shown(client.get("/customers/apart/"))


def test_a_merge_is_taken_back_by_page_and_the_history_tells_both(world: World) -> None:
    made = merge_accounts(account=world.a, into=world.b, reason="为何合并", by=world.head)
    client = signed_in(world.admin)
    answer = client.post(f"/customers/merges/{made.seq}/undo/", {"reason": "为何撤销"})
    assert answer.headers["Location"] == f"/customers/{world.a.pk}/"
    page = shown(client.get("/customers/merges/"))
    assert "为何合并" in page
    assert "为何撤销" in page
    again = client.post(f"/customers/merges/{made.seq}/undo/", {"reason": "r"})
    assert again.status_code == 422
    [row] = rows_of(client.get("/customers/merges/export.xlsx"))[1:]
    assert (row[1], row[3], row[6:8]) == (world.a.name, world.b.name, ("head", "为何合并"))
    assert row[9:] == ("admin", "为何撤销")


def test_a_credit_code_is_given_by_page_and_refused_when_wrong(world: World) -> None:
    client, path = signed_in(world.head), f"/customers/{world.a.pk}/uscc/"
    wrong = client.post(path, {"uscc": CODE[:-1] + "A"})
    assert wrong.status_code == 422
    assert "末位校验码不符" in shown(wrong)
    client.post(path, {"uscc": CODE})
    assert CODE in shown(client.get(f"/customers/{world.a.pk}/"))


def test_the_api_does_what_the_pages_do(world: World) -> None:
    client = signed_in(world.head)

    def send(path: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/v1/customers/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    [pair] = client.get("/api/v1/customers/duplicates").json()["items"]
    assert (pair["one"]["code"], pair["other"]["code"], pair["score"]) == ("A", "B", 95)
    status, merged = send("merges", account=world.a.pk, into=world.b.pk, reason="r")
    assert (status, merged["undone"]) == (201, None)
    full = client.get(f"/api/v1/customers/{world.a.pk}").json()
    assert (full["code"], full["facts"], len(full["names"])) == ("B", 2, 2)
    assert send("merges", account=world.a.pk, into=world.b.pk, reason="r") == (
        409,
        {
            "code": "customers.already_one",
            "message": f"“{world.b.name}”与“{world.b.name}”已经是同一客户。",
            "params": {"one": world.b.name, "other": world.b.name},
        },
    )
    status, undone = send(f"merges/{merged['seq']}/undo", reason="wrong")
    assert status == 200
    assert undone["undone"] is not None
    status, told = send("apart", one=world.a.pk, other=world.b.pk, reason="two")
    assert status == 201
    assert client.get("/api/v1/customers/apart").json() == [told]
    assert send(f"apart/{told['id']}/withdraw")[0] == 200
    answer = client.put(
        f"/api/v1/customers/{world.a.pk}/uscc", {"uscc": CODE}, content_type="application/json"
    )
    assert answer.json() == {"uscc": CODE}


def test_the_commands_do_what_the_pages_do(world: World) -> None:
    def run(*words: str) -> list[dict[str, object]]:
        answer = CliRunner().invoke(command, [*words, "--json"], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        told = json.loads(answer.output)
        return told if isinstance(told, list) else [told]

    [pair] = run("duplicates")
    assert (pair["one"], pair["other"], pair["score"]) == ("A", "B", 95)
    [merged] = run("merge", "B", "A", "--reason", "执照相同")
    assert merged == {"seq": Fact.objects.latest("seq").seq, "account": "B", "into": "A"}
    assert world.entities() == {world.b.pk: world.a.pk}
    [undone] = run("unmerge", str(merged["seq"]), "--reason", "弄错了")
    assert undone["undone"] == merged["seq"]
    assert world.entities() == {}
    said = CliRunner().invoke(command, ["duplicates", "--limit", "1"])
    assert "95  苏州汇川控制技术有限公司 (A)" in said.output
