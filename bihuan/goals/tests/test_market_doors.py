"""The doors of market events: pages, API, command; one deed through each."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.goals.actions import put, reweigh
from bihuan.goals.commands import goals
from bihuan.goals.models import MarketEvent, MarketModel, MarketReckoning, Revision
from bihuan.goals.tests.market_company import (
    METRIC,
    MarketCompany,
    make_market_company,
    proposals_of,
)
from bihuan.inbox.actions import answer
from bihuan.inbox.domain.answer import Choice
from bihuan.org.domain.role import Role
from tests.digest import digest_of_tables
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "竞品降价 20%",
    "kind": "competitor_price_cut",
    "size": "20",
    "start": "2027-04-01",
    "last_day": "2027-12-31",
    "handling": "keep",
    "answer_days": "5",
    "place-product_line": ["ai"],
    "evidence": "",
    "evidence_url": "",
}
SENT = {
    "name": "竞品降价 20%",
    "kind": "competitor_price_cut",
    "size": "0.2",
    "start": "2027-04-01",
    "end": "2028-01-01",
    "where": {"product_line": ["ai"]},
}
API = "/api/v1/goals/market"


@pytest.fixture
def company() -> MarketCompany:
    return make_market_company()


def at(company: MarketCompany, name: str) -> Client:
    client = Client()
    client.force_login(make_login(company.people[name]))
    return client


def test_page_and_api_report_the_same(company: MarketCompany) -> None:
    boss = at(company, "boss")
    answered = boss.post("/goals/market/add/", TYPED)
    first = MarketEvent.objects.get()
    assert (answered.status_code, answered["Location"]) == (302, f"/goals/market/{first.pk}/")
    sent = boss.post(f"{API}/events", SENT, content_type="application/json")
    assert sent.status_code == 201, sent.content
    one, two = MarketReckoning.objects.order_by("pk")
    assert (one.terms, one.words) == (two.terms, two.words)
    assert first.happening == two.event.happening


def test_the_preview_says_what_reporting_would_and_keeps_nothing(company: MarketCompany) -> None:
    boss = at(company, "boss")
    before = digest_of_tables()
    part = boss.post("/goals/market/add/preview/", TYPED).content.decode()
    whole = boss.post("/goals/market/add/", {**TYPED, "preview": "1"})
    sent = boss.post(f"{API}/events/preview", SENT, content_type="application/json").json()
    assert digest_of_tables() == before
    assert whole.status_code == 200
    event = company.file()
    [said] = MarketReckoning.objects.get().goals
    east = company.node("east")
    told = next(each for each in sent[0]["changes"] if each["node"] == east)
    assert told["after"] == str(Decimal(said["after"][east]).scaleb(-2))
    assert sorted(sent[0]["asked"]) == ["lena", "nie", "wu"]
    for text in ("−10%", "29.55%", f"{Decimal(told['after']):,f}"):
        assert text in part
        assert text in whole.content.decode()
    assert event.remarks == []


def test_a_form_that_is_not_whole_says_what_is_missing(company: MarketCompany) -> None:
    boss = at(company, "boss")
    before = digest_of_tables()
    for more, says in (
        ({"name": ""}, "这个字段是必填项"),
        ({"size": "0"}, "不能为 0"),
        ({"last_day": "2027-03-01"}, "结束"),
    ):
        answered = boss.post("/goals/market/add/", {**TYPED, **more})
        assert answered.status_code == 422
        assert says in answered.content.decode()
    empty = boss.post("/goals/market/add/preview/", {})
    assert empty.status_code == 200
    assert digest_of_tables() == before


def test_a_manager_sees_own_numbers_only_wherever_they_look(company: MarketCompany) -> None:
    event = company.file()
    [said] = MarketReckoning.objects.get().goals
    lena = at(company, "lena")
    own = said["before"][company.node("east")]
    other = said["before"][company.node("west")]
    for path in (f"/goals/market/{event.pk}/", f"{API}/events/{event.pk}"):
        text = lena.get(path).content.decode().replace(",", "")
        assert f"{Decimal(own).scaleb(-2):f}" in text
        assert f"{Decimal(other).scaleb(-2):f}" not in text
    shown = lena.post("/goals/market/add/preview/", TYPED).content.decode().replace(",", "")
    assert f"{Decimal(own).scaleb(-2):f}" in shown
    assert f"{Decimal(other).scaleb(-2):f}" not in shown
    # Reported by one who does not answer for the whole, the system proposes in their stead.
    lena.post("/goals/market/add/", TYPED)
    proposal = proposals_of(MarketEvent.objects.latest("pk"))[0]
    assert proposal.made_by.is_robot


def test_the_number_of_a_proposal_is_told_to_whoever_may_open_it(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    unit = company.units["shop"]
    company.people["newcomer"] = make_person("newcomer", unit=unit, role=Role.MANAGER)
    told = {
        name: at(company, name).get(f"{API}/events/{event.pk}").json()["rounds"][0]["proposal"]
        for name in ("boss", "lena", "newcomer")
    }
    assert told == {"boss": proposal.pk, "lena": proposal.pk, "newcomer": None}


def test_who_leads_nobody_sees_none_and_reports_none(company: MarketCompany) -> None:
    event = company.file()
    lin = at(company, "lin")
    assert event.name not in lin.get("/goals/market/").content.decode()
    assert lin.get(f"{API}/events").json() == {"count": 0, "items": []}
    for path in (f"/goals/market/{event.pk}/", f"{API}/events/{event.pk}"):
        assert lin.get(path).status_code == 404
    before = digest_of_tables()
    assert lin.post("/goals/market/add/", TYPED).status_code == 403
    assert lin.post(f"{API}/events", SENT, content_type="application/json").status_code == 403
    assert digest_of_tables() == before


def test_the_page_tells_the_whole_story(company: MarketCompany) -> None:
    event = company.file(evidence="渠道来信", evidence_url="https://example.com/a")
    [proposal] = proposals_of(event)
    for name, choice in (("lena", Choice.ACCEPT), ("wu", Choice.ACCEPT), ("nie", Choice.REFUSE)):
        answer(proposal=proposal, choice=choice, reason="手上有大单", by=company.people[name])
    page = at(company, "boss").get(f"/goals/market/{event.pk}/").content.decode()
    for text in ("竞品降价 20%", "渠道来信", "弹性系数 0.5", "手上有大单", "已发布修订", "lena"):
        assert text in page
    told = at(company, "boss").get(f"{API}/events/{event.pk}").json()
    [found] = told["rounds"]
    assert (found["ending"], found["revision"]) == ("published", 2)
    assert [each["choice"] for each in found["answers"]] == ["accept", "accept", "refuse"]
    listed = at(company, "boss").get("/goals/market/").content.decode()
    assert "已发布修订" in listed
    book = at(company, "boss").get(f"/goals/market/{event.pk}/export.xlsx")
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + len(found["changes"])


def test_answers_that_wait_are_carried_out_by_page_api_and_command(
    company: MarketCompany,
) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    reweigh(
        goal=company.goal,
        axis="org",
        node=company.node("west"),
        deed=put({company.node("qian"): 1_00}),
        by=company.people["wu"],
    )
    for name in ("lena", "wu", "nie"):
        answer(proposal=proposal, choice=Choice.ACCEPT, by=company.people[name])
    boss = at(company, "boss")
    reckoning = MarketReckoning.objects.get()
    page = boss.get(f"/goals/market/{event.pk}/").content.decode()
    assert "执行" in page
    path = f"market/events/{event.pk}/reckonings/{reckoning.pk}/carry-out"
    refused = boss.post(f"/api/v1/goals/{path}")
    assert (refused.status_code, refused.json()["code"]) == (409, "goals.draft_not_published")
    door = f"/goals/market/{event.pk}/reckonings/{reckoning.pk}/carry-out/"
    assert "wu" in boss.post(door, follow=True).content.decode()
    assert Revision.objects.count() == 1
    assert boss.post(door.replace(str(reckoning.pk), "999999")).status_code == 404
    result = CliRunner().invoke(goals, ["events", "--carry-out", "--json"])
    assert result.exit_code == 0, result.output
    [told] = json.loads(result.stdout)
    assert (told["name"], told["size"], told["states"]) == ("竞品降价 20%", "0.2", ["已接受"])


def test_the_model_is_set_on_its_page_and_by_the_api(company: MarketCompany) -> None:
    admin = at(company, "admin")
    assert admin.get("/goals/market/model/").status_code == 200
    typed = {"elasticity": "0.8", "stock_weight": "1", "delay_weight": "1", "policy_weight": "1"}
    assert admin.post("/goals/market/model/", typed).status_code == 302
    assert admin.post("/goals/market/model/", {**typed, "elasticity": "11"}).status_code == 422
    assert admin.get(f"{API}/model").json() == typed
    sent = admin.put(
        f"{API}/model", {**typed, "elasticity": "0.25"}, content_type="application/json"
    )
    assert sent.json()["elasticity"] == "0.25"
    assert MarketModel.objects.count() == 2
    assert "0.8" in admin.get("/goals/market/model/").content.decode()
    boss = at(company, "boss")
    assert boss.get("/goals/market/model/").status_code == 403
    assert boss.put(f"{API}/model", typed, content_type="application/json").status_code == 403


def test_a_unit_one_does_not_see_cannot_be_named(company: MarketCompany) -> None:
    sent = {**SENT, "units": [company.units["west"].pk]}
    refused = at(company, "lena").post(f"{API}/events", sent, content_type="application/json")
    assert refused.status_code == 404
    fine = at(company, "boss").post(f"{API}/events", sent, content_type="application/json")
    assert fine.status_code == 201
    [said] = MarketReckoning.objects.get().goals
    hit = {node for node, after in said["after"].items() if after < said["before"][node]}
    assert hit == {company.node("west"), company.node("qian")}


def test_stock_and_delay_are_typed_in_weeks_and_days(company: MarketCompany) -> None:
    boss = at(company, "boss")
    for kind, size, change in (
        ("channel_stock", "3", "−7.64%"),  # 3 × 7 ÷ 275
        ("launch_delay", "30", "−10.91%"),  # 30 ÷ 275
        ("policy", "-8", "−8%"),
    ):
        assert boss.post("/goals/market/add/", {**TYPED, "kind": kind, "size": size}).status_code
        words = MarketReckoning.objects.latest("pk").words
        assert words[0]["params"]["change"] == change
    assert MarketEvent.objects.filter(start=date(2027, 4, 1), metrics=[]).count() == 3
    assert {each["metric"] for each in MarketReckoning.objects.latest("pk").goals} == {METRIC}


@pytest.mark.parametrize(
    ("who", "shown"), [("wu", "13912345678"), ("boss", "13912345678"), ("admin", "139****5678")]
)
def test_numbers_in_an_answer_are_read_by_whom_it_concerns(
    company: MarketCompany, who: str, shown: str
) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    why = "先打 13912345678"
    answer(proposal=proposal, choice=Choice.REFUSE, reason=why, by=company.people["wu"])
    client = at(company, who)
    for door in (f"/goals/market/{event.pk}/", f"{API}/events/{event.pk}"):
        found = client.get(door)
        assert found.status_code == 200
        told = found.content.decode()
        assert {each for each in ("13912345678", "139****5678") if each in told} == {shown}, door
