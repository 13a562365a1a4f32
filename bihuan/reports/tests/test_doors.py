"""Pages, API, command and job: one report by many doors, and no more of it than one may see."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from bihuan.base import clock
from bihuan.inbox.models import Notice
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.reports import actions, jobs
from bihuan.reports.access import sight_of
from bihuan.reports.commands import report as command
from bihuan.reports.models import HealthReport
from bihuan.reports.queries import shown
from bihuan.reports.tests.company import FIRST_OF_NOVEMBER, Company, make_company
from tests.make import make_admin, make_login, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def october(company: Company) -> HealthReport:
    with clock.pretended(FIRST_OF_NOVEMBER):
        return actions.make_report(month="2026-10", by=company.robot)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(make_login(person))
    return client


def test_the_page_says_what_is_off_and_proves_itself(
    company: Company, october: HealthReport, client: Client
) -> None:
    signed_in(client, company.boss)
    page = client.get(f"/reports/{october.pk}/?prove=1").content.decode()
    for words in ("只有 72.5% 落实到人", "还差 ¥110,000.00 无人承接", "刚刚重算：每个数字完全一致"):
        assert words in page
    assert "zhao" in page
    assert october.digest in page


def test_a_manager_sees_their_own_units_only(
    company: Company, october: HealthReport, client: Client
) -> None:
    signed_in(client, company.lead)
    for door in ("", "print/"):
        page = client.get(f"/reports/{october.pk}/{door}").content.decode()
        assert "wang" in page
        for hidden in ("qian", ">sun<", "west", "north", "¥400,000.00", "boss"):
            assert hidden not in page, (door, hidden)
    told = client.get(f"/api/v1/reports/goal-health/{october.pk}").json()
    [signed, _] = told["content"]["goals"]
    # East: asked 300,000, of which Lin and Wang carry 190,000.
    assert (D(signed["asked"]), D(signed["carried"])) == (D(300_000), D(190_000))
    assert signed["levels"] == []
    assert told["content"]["edits"] == []
    [made] = told["content"]["revisions"]
    assert (made["by_name"], D(made["goals"][0]["asked"])) == ("", D(900_000))
    assert told["content"]["aligned"]["rank"]["n"] == 4
    assert told["is_whole"] is False


def test_reps_and_others_see_none(company: Company, october: HealthReport, client: Client) -> None:
    for person in (company.lin, make_person("hr", unit=company.east, role=Role.HRBP)):
        signed_in(client, person)
        for door in ("/reports/", f"/reports/{october.pk}/", f"/reports/{october.pk}/report.pdf"):
            assert client.get(door).status_code == 403
        assert client.get(f"/api/v1/reports/goal-health/{october.pk}").status_code == 403
    signed_in(client, company.lead)
    assert client.get("/reports/999/").status_code == 404
    made = client.post("/reports/", {"month": "2026-10"})
    assert (made.status_code, HealthReport.objects.count()) == (403, 1)


def test_the_page_makes_a_further_one_and_lists_both(
    company: Company, october: HealthReport, client: Client
) -> None:
    signed_in(client, make_admin())
    answer = client.post("/reports/", {"month": "2026-10"})
    second = HealthReport.objects.get(number=2)
    assert answer.url == f"/reports/{second.pk}/"  # type: ignore[attr-defined]  # a redirect
    listed = client.get("/reports/").content.decode()
    assert f'href="/reports/{october.pk}/"' in listed
    assert f'href="/reports/{second.pk}/"' in listed


def test_the_workbook_has_a_sheet_for_each_section(
    company: Company, october: HealthReport, client: Client
) -> None:
    signed_in(client, company.boss)
    book = load_workbook(io.BytesIO(client.get(f"/reports/{october.pk}/report.xlsx").content))
    assert book.sheetnames == [
        *("概要", "覆盖率", "目标衰减", "人与目标脱节", "调整频率", "一致度"),
        *("僵尸目标", "未签收", "冻结依据"),
    ]
    [_, signed, *_] = book["覆盖率"].iter_rows(values_only=True)
    assert signed[:2] == ("签约额", "合计")
    assert [D(str(each)) for each in signed[4:9]] == [
        400_000,
        290_000,
        110_000,
        110_000,
        D("0.725"),
    ]
    names = [row[0] for row in book["未签收"].iter_rows(min_row=2, values_only=True)]
    assert names == ["boss", "lead", "qian"]


def test_the_pdf_carries_its_fonts_and_its_words(
    company: Company, october: HealthReport, client: Client
) -> None:
    signed_in(client, company.boss)
    answer = client.get(f"/reports/{october.pk}/report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "目标健康度报告" in text
    assert "纸上公司" in text
    fonts = [font for page in reader.pages for font in _fonts(page)]
    assert fonts
    assert all("CJK" in name for name, _ in fonts), "one family, which has Chinese and digits"
    assert all(is_embedded for _, is_embedded in fonts), fonts


def _fonts(page: object) -> list[tuple[str, bool]]:
    """Return the fonts of a page, and whether each is embedded."""
    found = []
    for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # a PDF dictionary
        below = font.get_object().get("/DescendantFonts")
        inner = below[0].get_object() if below else font.get_object()
        described = inner["/FontDescriptor"].get_object()
        is_embedded = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        found.append((str(inner["/BaseFont"]), is_embedded))
    return found


def test_without_the_library_one_is_led_to_the_print_page(
    company: Company, october: HealthReport, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr("bihuan.reports.queries.paper.importlib.import_module", missing)
    signed_in(client, company.boss)
    answer = client.get(f"/reports/{october.pk}/report.pdf", follow=True)
    assert answer.redirect_chain == [(f"/reports/{october.pk}/print/", 302)]
    assert "本机无法生成 PDF" in answer.content.decode()
    told = client.get(f"/api/v1/reports/goal-health/{october.pk}/report.pdf")
    assert (told.status_code, told.json()["code"]) == (409, "reports.pdf_unavailable")


def test_the_api_makes_tells_and_proves(company: Company, client: Client) -> None:
    signed_in(client, company.boss)
    with clock.pretended(FIRST_OF_NOVEMBER):
        made = client.post(
            "/api/v1/reports/goal-health", {"month": "2026-10"}, content_type="application/json"
        )
    assert made.status_code == 201
    told = made.json()
    kept = HealthReport.objects.get()
    assert told["content"] == kept.content
    assert [each["month"] for each in client.get("/api/v1/reports/goal-health").json()] == [
        "2026-10"
    ]
    proof = client.get(f"/api/v1/reports/goal-health/{kept.pk}/proof").json()
    assert (proof["is_same"], proof["digest_now"]) == (True, kept.digest)
    refused = client.post(
        "/api/v1/reports/goal-health", {"month": "2026-Q4"}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "reports.no_month")


def test_the_command_makes_once_prints_writes_and_proves(company: Company, tmp_path: Path) -> None:
    run = CliRunner().invoke
    asked = ["goal-health", "--month", "2026-10"]
    with clock.pretended(FIRST_OF_NOVEMBER):
        told = json.loads(run(command, [*asked, "--json"]).output)
        again = run(command, [*asked, "--xlsx", str(tmp_path / "a.xlsx")])
        written = run(command, [*asked, "--pdf", str(tmp_path / "a.pdf")])
    kept = HealthReport.objects.get()
    assert (told["number"], told["content"], told["digest"]) == (1, kept.content, kept.digest)
    assert (again.exit_code, written.exit_code) == (0, 0)
    assert "[bad]" in again.output
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    proof = run(command, [*asked, "--verify", "--json"])
    assert (proof.exit_code, json.loads(proof.output)["same"]) == (0, True)
    run(command, [*asked, "--anew"])
    assert HealthReport.objects.count() == 2
    assert json.loads(run(command, [*asked, "--number", "1", "--json"]).output) == told


def test_the_first_of_a_month_makes_one_report_of_the_month_before(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        for _ in range(2):
            jobs.goal_health(tenant=company.tenant.pk, on="2026-11-01")
        actions.make_monthly(tenant=company.tenant, on=date(2026, 11, 1))
    made = HealthReport.objects.get()
    assert (made.month, made.number, made.made_by) == ("2026-10", 1, company.robot)
    told = Notice.objects.filter(kind="reports.goal_health").order_by("person__name")
    assert [each.person.name for each in told] == ["boss", "lead"]
    assert {each.link for each in told} == {f"/reports/{made.pk}/"}


def test_one_policy_says_how_much_is_seen(company: Company) -> None:
    from bihuan.org.access import scope_of

    whole = [company.boss, make_admin(), make_person("qo", role=Role.QUALITY_OFFICER)]
    assert all(sight_of(scope_of(person)).is_whole for person in whole)
    assert sight_of(scope_of(company.lead)).units == {company.east.pk}
    assert sight_of(scope_of(company.lin)).is_nothing


def test_what_a_part_sees_of_last_month_is_the_same_part(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        actions.make_report(month="2026-09", by=company.robot)
        october = actions.make_report(month="2026-10", by=company.robot)
    from bihuan.org.access import scope_of

    view = shown(october, sight_of(scope_of(company.lead)))
    figures = {each.name: (each.now, each.before) for each in view.figures}
    # In September nobody of east's three had a target yet; in October all of them.
    assert figures["idle"] == (D(0), D(3))
