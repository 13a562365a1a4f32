"""The pages of metrics, their doors for programs and the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils.html import escape
from openpyxl import load_workbook

from bihuan.base import clock
from bihuan.facts.actions import put_members, record_many
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.metrics.commands import metric
from bihuan.metrics.queries import metrics_of
from bihuan.metrics.tests.company import Company
from bihuan.org.actions import make_token, open_login

pytestmark = pytest.mark.django_db
PASSWORD = "tall-green-mountain"


@pytest.fixture
def company() -> Company:
    """A company with one contract of lin and one of zhao, whose customer's name is a formula."""
    company = Company()
    ids = put_members(
        tenant=company.tenant,
        members=[NamedMember(dimension="account", code="X", name="=1+1")],
    )
    today = clock.today(company.tenant.time_zone)
    drafts = [
        Draft(
            kind="contract.signed",
            business_on=today,
            source_ref=name,
            person_id=company.people[name].pk,
            account_id=ids["account", "X"],
            amount=Decimal(amount),
        )
        for name, amount in (("lin", "1234.5"), ("zhao", "66"))
    ]
    record_many(drafts=drafts, source=company.source, by=company.robot)
    return company


def signed_in(company: Company, name: str, language: str = "zh-hans") -> Client:
    login = open_login(
        person=company.people[name],
        username=name,
        password=PASSWORD,
        language=language,
        by=company.robot,
    )
    client = Client()
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_catalogue_is_grouped_and_searched_by_name_initials_and_key(company: Company) -> None:
    client = signed_in(company, "lin")
    everything = page(client, "/metrics/")
    assert all(f"/metrics/{each.key}/" in everything for each in metrics_of(company.tenant))
    assert "签约与回款" in everything
    for text in ("净销售", "jxse", "net_s", "Net sales"):
        found = page(client, f"/metrics/?q={text}")
        assert "/metrics/net_sales/" in found
        assert "/metrics/visits/" not in found
    assert "没有符合的指标" in page(client, "/metrics/?q=zzzz")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_card_can_be_read_in_both_languages(language: str, company: Company) -> None:
    client = signed_in(company, "lin", language)
    for each in metrics_of(company.tenant):
        shown = page(client, f"/metrics/{each.key}/")
        assert each.name(language) in shown
        assert escape(each.about_zh if language != "en" else each.about_en) in shown
        assert each.version in shown


def test_a_card_shows_what_its_reader_may_see(company: Company) -> None:
    assert "¥1,234.50" in page(signed_in(company, "lin"), "/metrics/signed_amount/")
    other = page(signed_in(company, "zhao"), "/metrics/signed_amount/")
    assert "¥66.00" in other
    assert "1,234" not in other
    drawer = signed_in(company, "wang").get("/metrics/win_rate/", headers={"HX-Request": "true"})
    assert "<html" not in drawer.content.decode()
    assert "赢单率" in drawer.content.decode()


def test_an_unknown_metric_is_not_there(company: Company) -> None:
    assert signed_in(company, "lin").get("/metrics/no_such/").status_code == 404


def test_the_explorer_breaks_figures_down_and_exports_them_inert(company: Company) -> None:
    client = signed_in(company, "lin")
    today = clock.today(company.tenant.time_zone)
    asked = f"metric=signed_amount&by=account&then=person&grain=month&start={today}&last={today}"
    shown = page(client, f"/metrics/explore/?{asked}")
    assert "¥1,234.50" in shown
    assert "=1+1" in shown
    response = client.get(f"/metrics/explore/figures.xlsx?{asked}")
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    period = today.strftime("%Y-%m")
    assert rows == [
        ["客户", "人员", "期间", "签约额", "事实"],
        ["'=1+1", "lin", period, 1234.5, 1],
        ["总计", "总计", period, 1234.5, 1],
    ]


def test_the_explorer_says_what_is_wrong_with_days(company: Company) -> None:
    client = signed_in(company, "lin")
    shown = page(client, "/metrics/explore/?start=2026-02-01&last=2026-01-01")
    assert "截止日不能早于起始日。" in shown
    assert page(client, "/metrics/explore/?by=colour&metric=nope&start=x")
    assert client.get("/metrics/explore/figures.xlsx?start=x").status_code == 200


def rows_of(*arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(metric, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_the_command_prints_rows_with_names_periods_and_totals(company: Company) -> None:
    today = clock.today(company.tenant.time_zone)
    period = today.strftime("%Y-%m")
    row = {"period": period, "facts": 1}
    assert rows_of("query", "signed_amount", "--by", "person", "--grain", "month") == [
        {"person": "lin", "person_code": "lin", "value": "1234.50", **row},
        {"person": "zhao", "person_code": "zhao", "value": "66.00", **row},
        {
            "person": None,
            "person_code": None,
            "period": period,
            "value": "1300.50",
            "facts": 2,
            "total": True,
        },
    ]
    [total] = rows_of("query", "win_rate", "--from", "2026-01-01", "--to", "2027-01-01")
    assert total == {"period": None, "value": None, "facts": 0, "total": True}
    [before] = rows_of("query", "contracts_count", "--as-of", "2020-01-01T00:00")
    assert before["value"] is None
    [after] = rows_of("query", "contracts_count", "--as-of-seq", "1")
    assert after["value"] == "1"
    assert len(rows_of("list")) == len(metrics_of(company.tenant))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "nope"], "signed_amount"),
        (["query", "win_rate", "--by", "colour"], "product_line"),
        (["query", "win_rate", "--grain", "moon"], "quarter"),
        (["query", "win_rate", "--as-of", "soon"], "soon"),
        (["query", "win_rate", "--as-of", "2026-01-01", "--as-of-seq", "1"], "--as-of-seq"),
    ],
)
def test_the_command_says_what_there_is(arguments: list[str], said: str, company: Company) -> None:
    result = CliRunner().invoke(metric, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_command_prints_a_table_for_people(company: Company) -> None:
    result = CliRunner().invoke(metric, ["query", "signed_amount", "--by", "person"])
    lines = result.output.splitlines()
    assert lines[0].split() == ["person", "signed_amount"]
    assert lines[2] == "lin           1234.50"
    assert lines[-1] == "总计          1300.50"


def test_programs_get_the_same_rows_within_their_scope(company: Company) -> None:
    _, secret = make_token(person=company.people["lin"], name="test", by=company.people["lin"])
    headers = {"Authorization": f"Bearer {secret}"}
    client = Client()
    answer = client.get("/api/v1/metrics/signed_amount/query?by=region&by=person", headers=headers)
    assert answer.status_code == 200
    assert [row["value"] for row in answer.json()] == ["1234.50", "1234.50"]
    assert answer.json()[0]["region"] == "inner"
    one = client.get("/api/v1/metrics/net_sales", headers=headers).json()
    assert one["definition"]["measure"][1]["sign"] == -1
    listed = client.get("/api/v1/metrics", headers=headers).json()
    assert len(listed) == len(metrics_of(company.tenant))
    assert client.get("/api/v1/metrics/nope/query", headers=headers).status_code == 404
    wrong = client.get("/api/v1/metrics/net_sales/query?by=colour", headers=headers)
    assert wrong.status_code == 422
    assert client.get("/api/v1/metrics").status_code == 401
