"""Reasons through pages, the API and the command line: one deed, many doors."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.facts.domain.kind import REASON_WORDS
from bihuan.facts.models import Fact
from bihuan.goals.commands import goals
from bihuan.goals.models import DiagnosisVersion
from bihuan.goals.queries.reasons import built_in
from bihuan.goals.tests.team import WEEK, Team
from bihuan.org.models import Person
from tests.make import make_admin, make_login

pytestmark = pytest.mark.django_db
API = "/api/v1/goals"
PART = {"HX-Request": "true"}


def sign_in(client: Client, person: Person) -> Client:
    client.force_login(make_login(person))
    client.cookies["django_language"] = "zh-hans"
    return client


def cell(team: Team) -> str:
    return f"metric=signed_amount&period={WEEK}&person={team.lin.pk}"


def test_the_drawer_asks_for_the_reasons_after_it_has_opened(client: Client, team: Team) -> None:
    sign_in(client, team.boss)
    drawer = client.get(f"/goals/heatmap/cell/?{cell(team)}", headers=PART).content.decode()
    assert 'hx-get="/goals/heatmap/cell/reasons/' in drawer
    assert "客户拜访频次不足" not in drawer
    part = client.get(f"/goals/heatmap/cell/reasons/?{cell(team)}", headers=PART).content.decode()
    assert part.index("客户拜访频次不足") < part.index("在手商机不足")
    assert "拜访数 1，本人近 8 期中位 5，同组中位 5。" in part


def test_the_page_of_a_cell_works_without_a_script(client: Client, team: Team) -> None:
    sign_in(client, team.boss)
    page = client.get(f"/goals/heatmap/cell/?{cell(team)}").content.decode()
    assert "客户拜访频次不足" in page
    answer = client.get(f"/goals/heatmap/cell/reasons/?{cell(team)}")
    assert answer.status_code == 302
    said = client.post(
        f"/goals/heatmap/cell/reasons/say/?{cell(team)}",
        {"word": "corrected", "tag": "visits_low", "instead": "price", "note": "报价被压"},
        follow=True,
    )
    assert "已记录" in said.content.decode()
    assert "报价被压" in said.content.decode()
    fact = Fact.objects.get(kind="reason.corrected")
    assert (fact.text_1, fact.text_4, fact.recorded_by_id) == (
        "visits_low",
        "price",
        team.boss.pk,
    )
    client.post(f"/goals/heatmap/cell/reasons/{fact.seq}/withdraw/")
    assert not Fact.objects.filter(kind__in=REASON_WORDS).live().exists()


def test_a_refusal_stands_in_the_part(client: Client, team: Team) -> None:
    sign_in(client, team.boss)
    answer = client.post(
        f"/goals/heatmap/cell/reasons/say/?{cell(team)}",
        {"word": "confirmed", "tag": "price"},
        headers=PART,
    )
    assert answer.status_code == 422
    assert "该格没有识别出这一归因" in answer.content.decode()
    assert not Fact.objects.filter(kind__in=REASON_WORDS).exists()


def test_who_may_not_judge_is_offered_no_button(client: Client, team: Team) -> None:
    sign_in(client, team.lin)
    part = client.get(f"/goals/heatmap/cell/reasons/?{cell(team)}", headers=PART).content.decode()
    assert "客户拜访频次不足" in part
    assert "reasons/say/" not in part
    answer = client.post(
        f"/goals/heatmap/cell/reasons/say/?{cell(team)}",
        {"word": "confirmed", "tag": "visits_low"},
    )
    assert answer.status_code == 403


def test_the_api_and_the_command_say_the_same(client: Client, team: Team) -> None:
    sign_in(client, make_admin())
    said = client.get(f"{API}/reasons?{cell(team)}").json()
    answer = CliRunner().invoke(
        goals,
        ["reasons", "--metric", "signed_amount", "--period", WEEK, "--person", "lin", "--json"],
    )
    printed = json.loads(answer.stdout)
    assert said["is_low"] is printed["is_low"] is True
    names = ("rank", "tag", "name", "score", "weight", "strength", "sentence")
    assert [[each[name] for name in names] for each in said["findings"]] == [
        [each[name] for name in names] for each in printed["findings"]
    ]
    assert said["findings"][0]["tag"] == "visits_low"


def test_the_command_wants_one_subject(team: Team) -> None:
    run = CliRunner().invoke
    asked = ["reasons", "--metric", "signed_amount", "--period", WEEK]
    assert run(goals, asked).exception is not None
    assert run(goals, [*asked, "--person", "lin", "--unit", "north"]).exception is not None
    plain = run(goals, [*asked, "--person", "wang"])
    assert plain.exit_code == 0
    assert plain.stdout.count("\n") == 1


def test_words_come_and_go_by_the_api(client: Client, team: Team) -> None:
    sign_in(client, team.boss)
    body = {"metric": "signed_amount", "period": WEEK, "person": team.lin.pk}
    made = client.post(
        f"{API}/reasons/words",
        {**body, "word": "confirmed", "tag": "visits_low"},
        content_type="application/json",
    )
    assert made.status_code == 201
    word = made.json()
    assert (word["word"], word["tag"], word["by"]) == ("confirmed", "visits_low", "boss")
    line = client.get(f"{API}/diagnoses/visits_low").json()
    assert (line["confirmed"], line["precision"], line["interval"]) == (
        1,
        "1.0000",
        ["0.2065", "1.0000"],
    )
    again = client.post(
        f"{API}/reasons/words",
        {**body, "word": "confirmed", "tag": "visits_low"},
        content_type="application/json",
    )
    assert (again.status_code, again.json()["code"]) == (409, "goals.reason_judged")
    gone = client.post(f"{API}/reasons/words/{word['seq']}/withdraw")
    assert gone.status_code == 204
    assert client.get(f"{API}/diagnoses/visits_low").json()["precision"] is None


def test_a_diagnosis_is_tried_changed_and_put_back_by_the_api(client: Client, team: Team) -> None:
    sign_in(client, make_admin())
    other = {"metric": "calls", "periods": "8", "begins": "0.2", "full": "0.6"}
    tried = client.post(
        f"{API}/diagnoses/visits_low/trial",
        {
            "parameters": other,
            "metric": "signed_amount",
            "period": WEEK,
            "person": team.lin.pk,
        },
        content_type="application/json",
    ).json()
    assert "visits_low" not in [each["tag"] for each in tried["findings"]]
    assert not DiagnosisVersion.objects.exists()
    put = client.put(
        f"{API}/diagnoses/visits_low", {"is_on": False}, content_type="application/json"
    )
    assert (put.json()["is_on"], put.json()["version"]) == (False, 1)
    back = client.post(f"{API}/diagnoses/visits_low/restore").json()
    assert (back["is_on"], back["version"]) == (True, 0)
    assert client.get(f"{API}/diagnoses/nonsense").status_code == 404


def fields(code: str = "visits_low", **more: str) -> dict[str, object]:
    found = built_in()[code]
    return {
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "about_zh": found.about_zh,
        "about_en": found.about_en,
        "explains": list(found.explains),
        "prior": "0.7",
        "is_on": "on",
        "p_metric": "visits",
        "p_periods": "8",
        "p_begins": "0.2",
        "p_full": "0.6",
        **more,
    }


def test_a_form_tries_on_a_cell_and_then_keeps(client: Client, team: Team) -> None:
    sign_in(client, make_admin())
    address = "/goals/reasons/visits_low/change/"
    assert client.get(address).status_code == 200
    trial = {
        "trial_metric": "signed_amount",
        "trial_period": WEEK,
        "trial_person": str(team.lin.pk),
        "do": "try",
    }
    tried = client.post(address, fields(p_metric="calls", **trial))
    assert tried.status_code == 200
    page = tried.content.decode()
    before, after = page.split("修改之后")
    assert "拜访数 1" in before.split("现行配置")[1]
    assert "拜访数 1" not in after
    assert not DiagnosisVersion.objects.exists()
    saved = client.post(address, fields(p_begins="0.1", note="更早提示"), follow=True)
    assert "第 1 版" in saved.content.decode()
    assert "更早提示" in saved.content.decode()
    assert DiagnosisVersion.objects.get().read.parameters.numbers["begins"] == Decimal("0.1")
    back = client.post("/goals/reasons/visits_low/restore/", follow=True)
    assert "出厂配置" in back.content.decode()
    assert DiagnosisVersion.objects.get().ended_at is not None


def test_a_form_that_cannot_be_says_where(client: Client, team: Team) -> None:
    sign_in(client, make_admin())
    address = "/goals/reasons/visits_low/change/"
    for wrong in (fields(p_begins="0.9"), fields(p_begins="x"), fields(name_zh="")):
        assert client.post(address, wrong).status_code == 422
    same = client.post(address, fields())
    assert same.status_code == 422
    assert "没有变化" in same.content.decode()
    assert not DiagnosisVersion.objects.exists()


def test_a_reason_of_ones_own_is_added_by_a_form(client: Client, team: Team) -> None:
    sign_in(client, make_admin())
    assert "探测" in client.get("/goals/reasons/price/").content.decode()
    assert client.get("/goals/reasons/add/").status_code == 200
    address = "/goals/reasons/add/?probe=below_baseline"
    assert client.get(address).status_code == 200
    made = client.post(address, {**fields(name_zh="自建归因"), "code": "visits_own"})
    assert made.status_code == 302
    assert "自建归因" in client.get("/goals/reasons/").content.decode()


def test_the_workbook_has_a_row_for_each_reason(client: Client, team: Team) -> None:
    sign_in(client, team.boss)
    answer = client.get("/goals/reasons/export.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + len(built_in())
    assert rows[1][:4] == ("客户拜访频次不足", "visits_low", rows[1][2], 0)
