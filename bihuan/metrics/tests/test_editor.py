"""Writing a definition in the browser: the form, its buttons, problems at their places."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.metrics import actions
from bihuan.metrics.access import version_of
from bihuan.metrics.domain.definition import read_definition
from bihuan.metrics.domain.entry.metric import entry_of
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.versions import built_in
from bihuan.metrics.tests.office import KEY, NOVEMBER, Office, without_consumables
from bihuan.org.actions import open_login

pytestmark = pytest.mark.django_db
NEW = f"/metrics/{KEY}/versions/new/"
Fields = dict[str, list[str]]


@pytest.fixture
def office() -> Office:
    office = Office()
    office.sign((date(2026, 11, 2), "新签", 200), (date(2026, 11, 3), "耗材", 20))
    return office


def enter(office: Office, name: str, language: str = "zh-hans") -> Client:
    login = open_login(
        person=office.people[name],
        username=name,
        password="tall-green-mountain",
        language=language,
        by=office.robot,
    )
    client = Client()
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields_of(definition: object, **beside: str) -> Fields:
    """Return what a browser sends of the form of a definition."""
    made = dict(entry_of(read_definition(definition)).fields())
    return {**made, **{name: [text] for name, text in beside.items()}}


def drawn(html: str) -> Fields:
    """Return the fields of a drawn form with what stands in them, as a browser would send them."""
    found: Fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_box = given.get("type") == "checkbox"
        if "name" in given and (not is_box or " checked" in tag):
            text = given.get("value", "on" if is_box else "")
            found.setdefault(given["name"], []).append(unescape(text))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        options = re.findall(r'<option value="([^"]*)"( selected)?', body)
        found[name] = [next((value for value, on in options if on), options[0][0])]
    areas = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', re.S)
    for name, text in areas.findall(html):
        found[name] = [unescape(text).strip("\r\n")]
    return found


def test_the_form_of_a_built_in_metric_draws_what_it_says(office: Office) -> None:
    client = enter(office, "anna")
    for key in built_in():
        html = client.get(f"/metrics/{key}/versions/new/").content.decode()
        sent = drawn(html)
        sent["do"] = ["save"]
        sent["reason"] = ["the same again"]
        answer = client.post(f"/metrics/{key}/versions/new/", sent)
        assert answer.status_code == 302, key
        assert MetricVersion.objects.get(key=key).read == built_in()[key]


def test_a_form_is_saved_as_a_draft(office: Office) -> None:
    client = enter(office, "anna")
    sent = fields_of(without_consumables(), valid_from="2026-11-01", reason="耗材")
    answer = client.post(NEW, sent)
    assert answer.status_code == 302
    assert answer["Location"] == f"/metrics/{KEY}/versions/1/"
    version = version_of(office.tenant, KEY, 1)
    assert version.read == read_definition(without_consumables())
    assert [version.valid_from, version.reason, version.state] == [NOVEMBER, "耗材", "draft"]
    page = client.get(answer["Location"]).content.decode()
    assert "“金额”之和，其中类型为签约且类别属于新签、new且产品线不为手术耗材" in page
    assert "product_line" in page  # As a file.


def test_buttons_change_the_form_and_save_nothing(office: Office) -> None:
    client = enter(office, "anna")
    sent = fields_of(without_consumables(), valid_from="2026-11-01", do="row:measure[0].where")
    html = client.post(NEW, sent).content.decode()
    again = drawn(html)
    assert again["measure[0].where[3].field"] == ["kind"]
    assert "<html" in html  # Without scripts, a whole page comes back.
    assert re.search(r'id="measure\[0\]\.where\[3\]\.field"[^>]* autofocus', html)

    again["do"] = ["remove:measure[0].where[0]"]
    part = client.post(NEW, again, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part["HX-Trigger-After-Settle"] == "redrawn"
    assert drawn(part.content.decode())["measure[0].where[0].field"] == ["category"]
    assert not MetricVersion.objects.exists()


def test_operators_and_values_follow_the_field(office: Office) -> None:
    client = enter(office, "anna")
    sent = fields_of(without_consumables(), do="redraw")
    html = client.post(NEW, sent).content.decode()
    assert re.search(r'value="新签" checked', html)
    assert '<option value="影像设备">' in html  # What facts really say of the product line.
    assert '<option value="contract.signed" selected>签约</option>' in html

    sent["measure[0].where[2].field"] = ["amount"]
    sent["measure[0].where[2].op"] = ["gte"]
    again = client.post(NEW, sent).content.decode()
    ops = re.search(r'id="measure\[0\]\.where\[2\]\.op".*?</select>', again, re.S)
    assert ops is not None
    assert 'value="gte" selected' in ops[0]
    sent["measure[0].where[2].field"] = ["account"]
    bare = client.post(NEW, sent).content.decode()
    assert 'name="measure[0].where[2].value"' not in bare


def test_it_becomes_a_ratio_with_gates_and_parameters(office: Office) -> None:
    client = enter(office, "anna")
    sent = fields_of(without_consumables(), do="redraw")
    sent["shape"] = ["ratio"]
    for deed in ("gates:ratio.of[0]", "need:ratio.of[0].gates", "parameter:", "term:ratio.to"):
        sent = drawn(client.post(NEW, sent).content.decode())
        sent["do"] = [deed]
    sent = drawn(client.post(NEW, sent).content.decode())
    assert sent["ratio.of[0].where[0].value"] == ["contract.signed"]
    assert sent["ratio.of[0].gates.link"] == ["contract"]
    assert sent["ratio.of[0].gates.needs[1].key"] == ["gate_2"]
    assert sent["parameters[0].name"] == [""]
    assert "ratio.to[1].how" in sent


def test_problems_stand_at_their_places_with_everything_kept(office: Office) -> None:
    client = enter(office, "anna")
    raw = without_consumables()
    sent = fields_of(raw, valid_from="2026-11-01", reason="kept as it was")
    sent["measure[0].where[1].op"] = ["roughly"]
    sent["name_en"] = [""]
    answer = client.post(NEW, sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "kept as it was" in html
    assert 'id="measure[0].where[1].op_error"' in html
    assert 'id="name_en_error"' in html
    assert "请填写" in html
    assert len(re.findall(r" autofocus", html)) == 1
    assert re.search(r'id="measure\[0\]\.where\[1\]\.op"[^>]* autofocus', html)
    assert not MetricVersion.objects.exists()


def test_a_check_leads_to_what_is_wrong(office: Office) -> None:
    client = enter(office, "anna")
    raw = without_consumables()
    raw["measure"][0]["where"]["all"].append(  # type: ignore[index]  # plain data
        {"field": "kind", "op": "eq", "value": "visit.logged"}
    )
    client.post(NEW, fields_of(raw, valid_from="2026-11-01", reason="x"))
    answer = client.post(f"/metrics/{KEY}/versions/1/check/", follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("/edit/?problems")
    assert 'id="measure[0].where_error"' in html
    assert "没有任何事实能满足" in html
    assert version_of(office.tenant, KEY, 1).state == "draft"


def test_two_who_write_at_once_both_keep_their_words(office: Office) -> None:
    version = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="first",
        by=office.anna,
    )
    mine, theirs = enter(office, "anna"), enter(office, "bo")
    edit = f"/metrics/{KEY}/versions/1/edit/"
    form = drawn(mine.get(edit).content.decode())
    assert form["edition"] == ["1"]
    their_form = drawn(theirs.get(edit).content.decode()) | {"reason": ["theirs"], "do": ["save"]}
    assert theirs.post(edit, their_form).status_code == 302
    answer = mine.post(edit, form | {"reason": ["mine"], "do": ["save"]})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "bo" in html
    version.refresh_from_db()
    assert version.reason == "theirs"
    again = drawn(html)
    assert again["reason"] == ["mine"]
    assert mine.post(edit, again | {"do": ["save"]}).status_code == 302
    version.refresh_from_db()
    assert [version.reason, version.made_by, version.edition] == ["mine", office.anna, 3]


def test_the_words_and_a_trial_stand_beside_the_form(office: Office) -> None:
    client = enter(office, "anna")
    sent = fields_of(without_consumables(), do="preview")
    html = client.post(NEW, sent).content.decode()
    assert "<html" not in html
    assert "产品线不为手术耗材" in html
    assert re.findall(r"[−+]?¥[\d,.]+", html) == ["¥200.00", "¥220.00", "−¥20.00"]
    sent["measure[0].sum"] = ["region"]
    assert "不是数值，不能求和" in client.post(NEW, sent).content.decode()


def test_days_that_make_sense_are_offered_and_what_is_closed_is_said(office: Office) -> None:
    client = enter(office, "anna")
    assert "尚未结账" in client.get(NEW).content.decode()
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    html = client.get(NEW).content.decode()
    assert "2026 年 11 月 1 日之前已经结账" in html
    assert 'value="day:2026-11-01"' in html
    sent = fields_of(without_consumables(), valid_from="2026-11-20", do="day:2026-11-01")
    assert drawn(client.post(NEW, sent).content.decode())["valid_from"] == ["2026-11-01"]


def test_a_metric_of_one_s_own_takes_a_key_that_is_free(office: Office) -> None:
    client = enter(office, "anna")
    raw = without_consumables()
    beside = {"valid_from": "2026-11-01", "reason": "own"}
    for key, status in ((KEY, 409), ("new", 422), ("Own", 422), ("own_amount", 302)):
        sent = fields_of({**raw, "key": "own_amount"}, **beside) | {"key": [key]}
        assert client.post("/metrics/new/", sent).status_code == status, key
    assert client.get("/metrics/new/").status_code == 200
    one = "/metrics/own_amount/versions/1/"
    for page in (one, f"{one}edit/", f"{one}difference/"):
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert 'href="/metrics/own_amount/"' not in shown.content.decode()
    assert client.post(f"{one}check/").status_code == 302
    assert version_of(office.tenant, "own_amount", 1).state == "checked"


def test_a_file_makes_a_draft_and_comes_back(office: Office) -> None:
    client = enter(office, "anna")
    beside = {"valid_from": "2026-11-01", "reason": "from a file"}
    text = client.get(f"/metrics/{KEY}/versions/0/definition.yaml").content
    assert client.post(
        "/metrics/new/file/", {**beside, "text": text.decode().replace("新签合同额", "新名")}
    ).status_code == (302)
    version = version_of(office.tenant, KEY, 1)
    assert version.read.name_zh == "新名"
    again = client.get(f"/metrics/{KEY}/versions/1/definition.yaml")
    file = SimpleUploadedFile("x.yaml", again.content)
    assert client.post("/metrics/new/file/", {**beside, "file": file}).status_code == 302
    assert version_of(office.tenant, KEY, 2).read == version.read
    for bad in ("", "- [", "[]", "- {key: calls, measure: []}"):
        answer = client.post("/metrics/new/file/", {**beside, "text": bad})
        assert answer.status_code == 422, bad
    assert "measure" in answer.content.decode()


def test_only_administrators_write(office: Office) -> None:
    client = enter(office, "rex")
    for url in (NEW, "/metrics/new/", "/metrics/new/file/"):
        assert client.get(url).status_code == 403
        assert client.post(url, fields_of(without_consumables())).status_code == 403
    assert client.get(f"/metrics/{KEY}/versions/0/").status_code == 200
    assert not MetricVersion.objects.exists()
