"""A version's way through pages, programs and the command line; cards and receipts."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.kernel.errors import DomainError
from bihuan.metrics import actions
from bihuan.metrics.access import card_seen, version_of
from bihuan.metrics.commands import metric
from bihuan.metrics.domain.definition import read_definition
from bihuan.metrics.models import CardCopy, MetricVersion
from bihuan.metrics.queries.cards import To, recipients, unread_cards
from bihuan.metrics.tests.office import KEY, NOVEMBER, Office, refused, without_consumables
from bihuan.metrics.tests.test_editor import enter
from bihuan.org.actions import make_token

pytestmark = pytest.mark.django_db
ONE = f"/metrics/{KEY}/versions/1/"
API = f"/api/v1/metrics/{KEY}/versions"


@pytest.fixture
def office() -> Office:
    """An office with a contract and a repeat order of consumables in November."""
    office = Office()
    office.sign((date(2026, 11, 2), "新签", 200), (date(2026, 11, 3), "耗材", 20))
    return office


@pytest.fixture
def version(office: Office) -> MetricVersion:
    return actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="耗材不算新签",
        by=office.anna,
    )


def program(office: Office, name: str) -> Client:
    person = office.people[name]
    _, secret = make_token(person=person, name="test", by=person)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send_all(office: Office) -> int:
    people = [office.people[name] for name in ("lin", "zhao")]
    return actions.send_cards(tenant=office.tenant, metric=KEY, to=people, by=office.anna)


def test_from_draft_to_approval_on_pages(office: Office, version: MetricVersion) -> None:
    anna, quinn = enter(office, "anna"), enter(office, "quinn")
    assert "未完成的草稿" in anna.get("/metrics/").content.decode()
    assert anna.post(f"{ONE}check/").status_code == 302
    assert anna.post(f"{ONE}approve/").status_code == 403
    own = anna.get(ONE).content.decode()
    assert "需由其他人批准" in own
    assert f"{ONE}approve/" not in own
    waiting = quinn.get("/metrics/").content.decode()
    assert "1 个版本待您复核批准" in waiting
    assert ONE in waiting
    assert quinn.post(f"{ONE}withdraw/").status_code == 403
    assert f"{ONE}approve/" in quinn.get(ONE).content.decode()
    assert quinn.post(f"{ONE}approve/", {"note": "好"}).status_code == 302
    card = quinn.get(f"/metrics/{KEY}/").content.decode()
    for text in (
        "第 1 版",
        "系统内置",
        "耗材不算新签",
        "anna 起草",
        "quinn 批准",
        "2026 年 11 月 1 日",
    ):
        assert text in card
    assert f"{KEY}/card/send/" in anna.get(ONE).content.decode()


def test_a_version_goes_back_with_a_note_and_is_withdrawn(
    office: Office, version: MetricVersion
) -> None:
    actions.check_version(version=version, by=office.anna)
    anna, quinn = enter(office, "anna"), enter(office, "quinn")
    assert quinn.post(f"{ONE}send-back/", {"note": " "}).status_code == 422
    assert quinn.post(f"{ONE}send-back/", {"note": "请补充示例"}).status_code == 302
    assert "请补充示例" in anna.get(ONE).content.decode()
    assert anna.get(f"{ONE}edit/").status_code == 200
    assert anna.post(f"{ONE}withdraw/").status_code == 302
    assert anna.get(f"{ONE}edit/").status_code == 409
    version.refresh_from_db()
    assert version.state == "withdrawn"


def test_the_difference_page_and_its_workbook(office: Office, version: MetricVersion) -> None:
    client = enter(office, "anna")
    html = client.get(f"{ONE}difference/").content.decode()
    assert "¥220.00" in html
    assert "¥200.00" in html
    assert "−¥20.00" in html
    assert "<ins>“金额”之和，其中类型为签约且类别属于新签、new且产品线不为手术耗材</ins>" in html
    assert "<del>“金额”之和，其中类型为签约且类别属于新签、new</del>" in html
    book = client.get(f"{ONE}difference/facts.xlsx")
    sheet = load_workbook(BytesIO(book.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == 1
    assert rows[0][0] == 2
    assert rows[0][5:9] == ["移出", rows[0][1], 20, 0]
    assert client.get(f"{ONE}difference/?start=2026-12-01&last=2026-01-01").status_code == 200
    other = enter(office, "zhao").get(f"{ONE}difference/").content.decode()
    assert "没有事实受影响" in other
    assert "¥20" not in other


def test_a_card_is_sent_read_and_receipted(office: Office) -> None:
    anna, lin = enter(office, "anna"), enter(office, "lin")
    assert "还没有发送过口径卡" in anna.get(f"/metrics/{KEY}/receipts/").content.decode()
    sent = anna.post(f"/metrics/{KEY}/card/send/", {"to": "everybody", "note": "请阅"})
    assert sent.status_code == 302
    assert CardCopy.objects.count() == 9
    [copy] = unread_cards(office.people["lin"])
    for page in ("/", "/metrics/"):
        html = lin.get(page).content.decode()
        assert "您有 1 张新口径卡" in html
        assert "请阅" in html
    assert lin.get(f"/metrics/{KEY}/card/?number=0").status_code == 200
    answer = lin.post(f"/metrics/cards/{copy.pk}/read/", {"next": "https://example.org/"})
    assert answer["Location"] == "/metrics/"
    assert "您有" not in lin.get("/").content.decode()
    assert "9 人中 1 人已阅" in anna.get(f"/metrics/{KEY}/receipts/").content.decode()
    first = CardCopy.objects.get(pk=copy.pk).read_at
    assert lin.post(f"/metrics/cards/{copy.pk}/read/").status_code == 302
    assert CardCopy.objects.get(pk=copy.pk).read_at == first

    again = anna.post(f"/metrics/{KEY}/receipts/remind/", {"version": copy.version})
    assert again.status_code == 302
    assert CardCopy.objects.filter(sent_at__gt=copy.sent_at).count() == 8
    book = load_workbook(BytesIO(anna.get(f"/metrics/{KEY}/receipts/export.xlsx").content)).active
    assert book is not None
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=2)]
    assert [row[1] for row in rows if row[4]] == ["lin"]


def test_who_has_a_card_is_not_sent_it_twice(office: Office) -> None:
    assert [send_all(office), send_all(office)] == [2, 0]
    everybody = recipients(office.tenant, KEY, To.EVERYBODY)
    assert (len(everybody.people), everybody.has_it, everybody.left) == (9, 2, 7)


def test_a_new_version_is_a_new_card(office: Office, version: MetricVersion) -> None:
    send_all(office)
    refused_number = f"/metrics/{KEY}/card/?number=1"
    assert enter(office, "lin").get(refused_number).status_code == 409
    actions.check_version(version=version, by=office.anna)
    actions.approve_version(version=version, by=office.people["quinn"])
    assert send_all(office) == 2
    numbers = CardCopy.objects.filter(person=office.people["lin"]).values_list("number", flat=True)
    assert sorted(numbers) == [0, 1]


def test_a_card_is_read_by_whom_it_was_sent_to(office: Office) -> None:
    send_all(office)
    [copy] = unread_cards(office.people["lin"])
    for name in ("zhao", "anna", "boss"):
        with pytest.raises(DomainError) as hidden:
            card_seen(copy.pk, office.people[name])
        assert hidden.value.code == "metrics.card_missing"
        assert enter(office, name).post(f"/metrics/cards/{copy.pk}/read/").status_code == 404
    refused(
        lambda: actions.send_cards(
            tenant=office.tenant, metric=KEY, to=[], by=office.people["quinn"]
        ),
        "not_your_role",
    )
    refused(
        lambda: actions.remind_readers(
            tenant=office.tenant, metric=KEY, version=copy.version, by=office.people["lin"]
        ),
        "not_your_role",
    )
    copy.refresh_from_db()
    assert copy.read_at is None


def test_programs_do_all_that_pages_do(office: Office) -> None:
    anna, quinn = program(office, "anna"), program(office, "quinn")
    body = {"definition": without_consumables(), "valid_from": "2026-11-01", "reason": "x"}
    made = anna.post(API, body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["definition"]["key"] == KEY
    one = anna.get(f"{API}/1")
    tag = one["ETag"]
    text = one.json()["document"].replace("新签合同额", "新签额")
    change = {"document": text, "valid_from": "2026-11-01", "reason": "y"}

    def put(edition: str) -> int:
        answer = anna.put(
            f"{API}/1",
            json.dumps(change),
            content_type="application/json",
            headers={"If-Match": edition},
        )
        return answer.status_code

    assert [put(tag), put(tag), put("")] == [200, 412, 428]
    assert [put(anna.get(f"{API}/1")["ETag"]), put("*")] == [200, 200]
    assert version_of(office.tenant, KEY, 1).read.name_zh == "新签额"
    for who, deed, status in (
        (quinn, "check", 403),
        (anna, "check", 200),
        (anna, "approve", 403),
        (quinn, "approve", 200),
        (quinn, "approve", 409),
        (anna, "withdraw", 409),
    ):
        answer = who.post(f"{API}/1/{deed}", {"note": "n"}, content_type="application/json")
        assert answer.status_code == status, deed
    listed = anna.get(API).json()
    assert [(each["number"], each["is_now"]) for each in listed] == [(1, True), (0, False)]
    assert listed[0]["decided_by"] == "quinn"
    for bad in ({"valid_from": "2026-11-01"}, change | {"definition": {"key": "x"}}):
        assert anna.post(API, bad, content_type="application/json").status_code == 422
    other = {"definition": {**without_consumables(), "key": "a_b"}, "valid_from": "2026-11-01"}
    assert anna.post(API, other, content_type="application/json").status_code == 422
    assert anna.get("/api/v1/metrics/no_such/versions").status_code == 404


def test_programs_get_the_difference(office: Office, version: MetricVersion) -> None:
    answer = program(office, "anna").get(f"{API}/1/difference?from=2026-11-01&to=2026-12-01")
    found = answer.json()
    assert found["whole"] == {
        "period": "2026-11-01/2026-12-01",
        "unit": None,
        "unit_name": None,
        "old": "220.00",
        "new": "200.00",
        "difference": "-20.00",
        "old_facts": 2,
        "new_facts": 1,
    }
    assert [found["come"], found["gone"], found["changed"]] == [0, 1, 0]
    [fact] = found["facts"]
    assert (fact["seq"], fact["how"], fact["old_contribution"]) == (2, "out", "20.0000")
    assert fact["new_on"] is None
    hidden = program(office, "zhao").get(f"{API}/1/difference").json()
    assert (hidden["gone"], hidden["whole"]["old"]) == (0, None)


def test_programs_send_and_read_cards(office: Office) -> None:
    anna, lin = program(office, "anna"), program(office, "lin")
    cards = f"/api/v1/metrics/{KEY}/cards"
    body = {"to": "everybody"}
    assert lin.post(cards, body, content_type="application/json").status_code == 403
    sent = anna.post(cards, body, content_type="application/json")
    assert (sent.status_code, sent.json()["count"]) == (201, 9)
    [mine] = lin.get("/api/v1/metrics/cards").json()
    assert mine["read_at"] is None
    assert lin.post(f"/api/v1/metrics/cards/{mine['id']}/read").json()["read_at"] is not None
    assert anna.post(f"/api/v1/metrics/cards/{mine['id']}/read").status_code == 404
    receipts = anna.get(f"/api/v1/metrics/{KEY}/receipts").json()
    assert [each["name"] for each in receipts if each["read_at"]] == ["lin"]
    assert lin.get(f"/api/v1/metrics/{KEY}/receipts").status_code == 403
    again = anna.post(
        f"/api/v1/metrics/{KEY}/receipts/remind",
        {"version": mine["version"]},
        content_type="application/json",
    )
    assert again.json()["count"] == 8


def run(*arguments: str, fails: bool = False) -> str:
    answer = CliRunner().invoke(metric, arguments)
    assert (answer.exit_code != 0) == fails, answer.output
    return answer.output


def test_the_command_line_takes_a_version_all_the_way(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(run("export", KEY).replace("新签合同额", "新签额"), encoding="utf-8")
    said = run("draft", str(file), "--from", "2026-11-01", "--reason", "why", "--by", "anna")
    assert "第 1 版" in said
    assert version_of(office.tenant, KEY, 1).read.name_zh == "新签额"
    assert read_definition(version_of(office.tenant, KEY, 1).definition).key == KEY
    run("check", KEY, "1", "--by", "anna")
    run("approve", KEY, "1", "--by", "nobody", fails=True)
    with pytest.raises(DomainError, match="cannot approve"):
        CliRunner().invoke(metric, ["approve", KEY, "1", "--by", "anna"], catch_exceptions=False)
    run("send-back", KEY, "1", "--by", "quinn", "--note", "more")
    run("withdraw", KEY, "1", "--by", "anna")
    rows = json.loads(run("versions", KEY, "--json"))
    assert [(row["number"], row["state"]) for row in rows] == [(1, "withdrawn"), (0, "approved")]
    assert "已收回" in run("versions", KEY)

    file.write_text("- {key: own_one, measure: [{sum: region}]}", encoding="utf-8")
    wrong = run(
        "draft", str(file), "--from", "2026-11-01", "--reason", "x", "--by", "anna", fails=True
    )
    assert "name_zh" in wrong


def test_the_command_line_prints_a_difference(office: Office, version: MetricVersion) -> None:
    arguments = ("diff", KEY, "1", "--from", "2026-10-01", "--to", "2026-12-01")
    found = json.loads(run(*arguments, "--json"))
    assert [list(row.values()) for row in found["rows"]] == [
        ["2026-10", None, None, None],
        ["2026-11", "220.00", "200.00", "-20.00"],
        [None, "220.00", "200.00", "-20.00"],
    ]
    assert found["facts"] == {"in": 0, "out": 1, "changed": 0}
    table = run(*arguments)
    assert "移出 1" in table
    assert "-20.00" in table
    whole = json.loads(run(*arguments, "--throughout", "--json"))
    assert whole["throughout"] is True
