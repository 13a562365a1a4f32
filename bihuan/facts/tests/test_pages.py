"""Pages of the ledger: what they say, and that nobody sees what they may not."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bihuan.facts.actions import (
    begin_batch,
    keep_rows,
    open_source,
    record_many,
    reverse,
    seal,
)
from bihuan.facts.actions.naming import RowAsRead
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, SourceRow, TenantKind
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Unit
from tests.digest import digest_of_tables
from tests.make import (
    make_admin,
    make_fact,
    make_login,
    make_member,
    make_person,
    make_tenant,
    make_unit,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def client_of(person: Person, language: str = "en") -> Client:
    login = make_login(person)
    login.language = language
    login.save(update_fields=["language"])
    client = Client()
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content[-3000:]
    text = answer.content.decode()
    assert "<script>" not in text
    assert "style=" not in text
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def east() -> Unit:
    return make_unit("east")


@pytest.fixture
def imported(east: Unit) -> Fact:
    """A fact that came from a row of a file."""
    lin = make_person("lin", unit=east)
    robot = robot_of(lin.tenant)
    source = open_source(tenant=lin.tenant, code="crm", name="CRM")
    batch = begin_batch(source=source, label="March", by=robot)
    content = {"Zulu": "9", "Account": "Acme <b>", "Amount": "1,286,400"}
    row = RowAsRead(file="pipeline.csv", sheet="", line=17, content=content)
    (row_id,) = keep_rows(batch=batch, rows=[row])
    draft = Draft(
        kind="contract.signed",
        business_on=DAY,
        person_id=lin.pk,
        account_id=make_member("customer-x").pk,
        amount=Decimal("1286400"),
        source_ref="17",
        source_row_id=row_id,
        attributes={"category": "consumables", "list_amount": "1300000", "due_on": "2026-04-01"},
        extra={"memo": "=1+1"},
    )
    record_many(drafts=[draft], source=source, batch=batch, by=robot)
    return Fact.objects.get()


def test_a_fact_says_everything_in_words(imported: Fact) -> None:
    client = client_of(make_admin())
    text = text_of(client, f"/facts/{imported.seq}/")
    for said in (
        "Contract signed",
        "¥1,286,400.00",
        "2 March 2026",
        "lin",
        "east",
        "customer-x",
        "consumables",
        "¥1,300,000.00",
        "1 April 2026",
        "CRM",
        "pipeline.csv",
        "line 17",
        "will be sealed within seconds",
    ):
        assert said in text, said
    seal(tenant=imported.tenant)
    assert "sealed in block 1" in text_of(client, "/facts/1/")


def test_the_same_page_in_chinese_has_no_english_sentence(imported: Fact) -> None:
    client = client_of(make_admin(), "zh-hans")
    seal(tenant=imported.tenant)
    for path in ("/facts/1/", "/facts/", "/facts/ledger/", "/facts/kinds/", "/facts/kinds/add/"):
        main = text_of(client, path).partition("<main")[2].partition("</main>")[0]
        words = re.sub(r"<code>.*?</code>|<[^>]*>|&[a-z#0-9]+;", " ", main)
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", words), (path, words)
    assert "签约" in text_of(client, "/facts/1/")


def test_a_source_row_stands_as_it_stood_in_the_file(imported: Fact) -> None:
    client = client_of(make_admin())
    text = text_of(client, f"/facts/rows/{imported.source_row_id}/")
    assert text.index("Zulu") < text.index("Account") < text.index("Amount")
    assert "Acme &lt;b&gt;" in text
    assert "1,286,400" in text
    assert f'href="/facts/{imported.seq}/"' in text
    assert SourceRow.objects.get().cells == (
        ("Zulu", "9"),
        ("Account", "Acme <b>"),
        ("Amount", "1,286,400"),
    )


def test_drawers_are_parts_and_lead_on_inside_the_drawer(imported: Fact) -> None:
    client = client_of(make_admin())
    for path, onward in (
        ("/facts/1/", f"/facts/rows/{imported.source_row_id}/"),
        (f"/facts/rows/{imported.source_row_id}/", "/facts/1/"),
    ):
        text = client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in text
        assert f'hx-get="{onward}" hx-target="#drawer"' in text


def test_who_sees_a_fact(imported: Fact, east: Unit) -> None:
    """Hidden and absent look the same, on every page and for every door."""
    assert imported.person is not None
    seen_by = [
        imported.person,
        make_person("boss", unit=east, role=Role.MANAGER),
        make_person("officer", role=Role.QUALITY_OFFICER),
        make_admin(),
    ]
    hidden_from = [
        make_person("wang", unit=east),
        make_person("hr", unit=east, role=Role.HRBP),
        make_person("other boss", unit=make_unit("west"), role=Role.MANAGER),
        make_person("clerk", unit=east, role=Role.CLERK),
        make_admin(tenant=make_tenant("theirs")),
    ]
    paths = [
        "/facts/1/",
        f"/facts/rows/{imported.source_row_id}/",
        f"/facts/members/{imported.account_id}/",
    ]
    for person in seen_by:
        client = client_of(person)
        for path in paths:
            assert client.get(path).status_code == 200, (person, path)
        assert "pipeline.csv" in text_of(client, "/facts/")
    for person in hidden_from:
        client = client_of(person)
        for path in paths:
            hidden = client.get(path)
            absent = client.get(re.sub(r"\d+", "999999", path))
            assert (hidden.status_code, absent.status_code) == (404, 404), (person, path)
        text = text_of(client, "/facts/")
        assert "pipeline.csv" not in text
        assert "customer-x" not in text_of(client, f"/facts/?account={imported.account_id}")


def test_products_belong_to_everyone(imported: Fact) -> None:
    product = make_member("pump", dimension="product")
    assert "pump" in text_of(client_of(make_person("wang")), f"/facts/members/{product.pk}/")


def many_facts(person: Person, count: int) -> None:
    source = open_source(tenant=person.tenant, code="many")
    drafts = [
        Draft(
            kind="order.placed",
            business_on=DAY + timedelta(days=n % 7),
            person_id=person.pk,
            amount=Decimal(n),
            source_ref=str(n),
        )
        for n in range(count)
    ]
    record_many(drafts=drafts, source=source, by=robot_of(person.tenant))


def test_pages_of_the_list_hold_every_fact_once_newest_day_first() -> None:
    lin = make_person("lin")
    many_facts(lin, 123)
    client = client_of(lin)
    seen: list[int] = []
    path = "/facts/"
    for _ in range(3):
        text = text_of(client, path)
        seen += [int(n) for n in re.findall(r'class="rowlink" href="/facts/(\d+)/"', text)]
        older = re.search(r'href="([^"]*after=[^"]*)"', text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert path == ""
    facts = sorted(Fact.objects.all(), key=lambda f: (f.business_on, f.seq), reverse=True)
    assert seen == [fact.seq for fact in facts]


def test_the_list_takes_the_same_number_of_statements_whatever_its_length() -> None:
    lin = make_person("lin")
    client = client_of(lin)
    many_facts(lin, 2)
    client.get("/facts/")
    counts = []
    for size in (2, 60):
        many_facts(lin, size)
        with CaptureQueriesContext(connection) as captured:
            client.get("/facts/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    # Four of them name what the rows are about: joined, they cost three times as much.
    assert counts[0] <= 16


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=visit.logged", [3]),
        ("start=2026-03-03", [3, 2]),
        ("last=2026-03-02", [4, 1]),
        ("q=lin", [2, 4, 1]),
        ("q=wa", [3]),
        ("q=ref-2", [2]),
        ("counting=1", [3, 2]),
        ("unit={east}", [2, 4, 1]),
        ("person={wang}", [3]),
        ("account={acme}", [2]),
        ("account=999999", []),
        ("q=%00", []),
        ("q=%25", []),
        ("start=nonsense", []),
        ("person=nonsense", []),
        ("person=99999999999999999999", []),
        ("after=nonsense", [3, 2, 4, 1]),
        ("after=2026-03-03.2", [4, 1]),
        ("source=nonsense", []),
        ("kind=nonsense", []),
    ],
)
def test_filters(east: Unit, query: str, expected: list[int]) -> None:
    lin, wang = make_person("lin", unit=make_unit("team", under=east)), make_person("wang")
    acme = make_member("customer-x")
    first = make_fact(lin, on=DAY)
    make_fact(lin, on=DAY + timedelta(days=1), ref="ref-2", account_id=acme.pk)
    make_fact(wang, on=DAY + timedelta(days=2), kind="visit.logged", amount=None)
    reverse(fact=first, reason="wrong", by=robot_of(lin.tenant))
    query = query.format(east=east.pk, wang=wang.pk, acme=acme.pk)
    text = text_of(client_of(make_admin()), f"/facts/?{query}")
    seen = [int(n) for n in re.findall(r'class="rowlink" href="/facts/(\d+)/"', text)]
    assert seen == expected


def test_a_unit_one_may_not_see_is_no_filter(east: Unit) -> None:
    lin = make_person("lin")
    make_fact(lin, on=DAY)
    text = text_of(client_of(lin), f"/facts/?unit={make_unit('west').pk}")
    assert "rowlink" not in text


def test_the_export_is_what_the_list_shows_and_holds_no_formula(imported: Fact) -> None:
    lin = imported.person
    assert lin is not None
    lin.name = "=HYPERLINK(1)"
    lin.save(update_fields=["name"])
    make_fact(make_person("wang"), on=DAY)
    answer = client_of(lin).get("/facts/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    head, *rows = sheet.iter_rows()
    assert [cell.value for cell in head][:6] == [
        "Fact number",
        "Kind",
        "Business day",
        "Standing",
        "Person",
        "Staff number",
    ]
    (row,) = rows
    values = [cell.value for cell in row]
    assert values[4] == "'=HYPERLINK(1)"
    assert Decimal(str(values[14])) == Decimal(1286400)
    assert values[-2:] == ["pipeline.csv", 17]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_a_fact_is_taken_back_in_the_browser(imported: Fact) -> None:
    client = client_of(make_admin())
    assert "Take back" in text_of(client, "/facts/1/")
    assert client.post("/facts/1/reverse/", {"reason": ""}).status_code == 422
    answer = client.post("/facts/1/reverse/", {"reason": "wrong customer"}, follow=True)
    text = answer.content.decode()
    assert "Taken back by fact number 2" in text
    assert "wrong customer" in text
    again = client.post("/facts/1/reverse/", {"reason": "again"})
    assert again.status_code == 422
    assert "reversed already" in again.content.decode()
    assert Fact.objects.count() == 2


@pytest.mark.parametrize("role", [Role.REP, Role.HRBP, Role.CLERK])
def test_who_may_not_take_back_finds_no_button_and_no_page(
    imported: Fact, east: Unit, role: Role
) -> None:
    person = imported.person if role is Role.REP else make_person("x", unit=east, role=role)
    assert person is not None
    client = client_of(person)
    if role is Role.REP:
        assert "/reverse/" not in text_of(client, "/facts/1/")
    before = digest_of_tables()
    assert client.post("/facts/1/reverse/", {"reason": "x"}).status_code == 403
    assert digest_of_tables() == before


def test_the_ledger_page_verifies(imported: Fact) -> None:
    client = client_of(make_admin())
    assert "Verify now" in text_of(client, "/facts/ledger/")
    assert "the ledger is whole" in client.post("/facts/ledger/").content.decode()
    assert imported.person is not None
    assert client_of(imported.person).get("/facts/ledger/").status_code == 403


def test_an_admin_adds_a_kind_in_the_browser() -> None:
    client = client_of(make_admin())
    assert "sample.delivered" in text_of(client, "/facts/kinds/")
    sent = {
        "code": "survey.answered",
        "label_zh": "问卷",
        "label_en": "Survey answered",
        "needs": ["person"],
        "attributes-TOTAL_FORMS": "4",
        "attributes-INITIAL_FORMS": "0",
        "attributes-0-name": "score",
        "attributes-0-type": "number",
        "attributes-0-label_zh": "评分",
        "attributes-0-label_en": "Score",
        "attributes-0-is_required": "on",
        "attributes-1-name": "comment",
        "attributes-1-type": "text",
        "attributes-2-type": "text",
        "attributes-3-type": "text",
    }
    assert client.post("/facts/kinds/add/", sent).status_code == 302
    kind = TenantKind.objects.get()
    assert [(a["name"], a["column"], a["is_required"]) for a in kind.attributes] == [
        ("score", "number_1", True),
        ("comment", "text_1", False),
    ]
    assert "Survey answered" in text_of(client, "/facts/kinds/")
    again = client.post("/facts/kinds/add/", sent)
    assert again.status_code == 422
    assert "is there already" in again.content.decode()
    malformed = client.post("/facts/kinds/add/", {**sent, "code": "Survey"})
    assert "noun.past_participle" in malformed.content.decode()
    rep = client_of(make_person("lin"))
    assert rep.post("/facts/kinds/add/", sent).status_code == 403
    assert TenantKind.objects.count() == 1


def test_empty_lists_say_what_to_do() -> None:
    client = client_of(make_person("lin"))
    assert "Facts come from imported files" in text_of(client, "/facts/")
    assert "Widen the filters" in text_of(client, "/facts/?q=nobody")
    with translation.override("zh-hans"):
        assert translation.gettext("No facts yet") != "No facts yet"
