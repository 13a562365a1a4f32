"""People at customers: who may keep and see them, by page, program and sheet."""

from __future__ import annotations

import io
import json
import re
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from bihuan.base.spreadsheet import rows_of, workbook
from bihuan.customers.access import ContactMissing, CustomerMissing
from bihuan.customers.actions import (
    add_contact,
    bring_contacts,
    change_contact,
    end_contact,
    hand_over_contact,
    merge_accounts,
)
from bihuan.customers.actions.contacts import ContactKnown
from bihuan.customers.domain.contact import ContactNameless, lines_of
from bihuan.customers.models import Contact
from bihuan.customers.queries import contact_lines, contacts
from bihuan.customers.tests.world import World
from bihuan.kernel.errors import Forbidden, ProblemsFound
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.phone import PhoneUnfit
from bihuan.privacy.models import Subject, VaultField
from bihuan.privacy.queries import fields_of
from tests.make import make_login

pytestmark = pytest.mark.django_db

LI = {Field.NAME: "李雷", Field.TITLE: "采购经理", Field.MOBILE: "138-0013-8000"}


@pytest.fixture
def world() -> World:
    return World()


def li_at(world: World, by: Person | None = None) -> Contact:
    return add_contact(account=world.a, given=LI, by=by or world.east_rep)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def seen_by(world: World, person: Person, text: str = "") -> list[tuple[str, str]]:
    found = contacts(scope_of(person), world.tenant, world.entities(), text=text)
    return [(line.name, line.values.get(Field.MOBILE, "")) for line in contact_lines(found, person)]


def test_whoever_sees_the_customer_sees_the_contact_masked_and_its_owner_in_full(
    world: World,
) -> None:
    li_at(world)
    assert seen_by(world, world.east_rep) == [("李雷", "138 0013 8000")]
    for person in (world.east_head, world.head, world.admin, world.quality):
        assert seen_by(world, person) == [("李雷", "138 **** 8000")]
    for person in (world.west_rep, world.hrbp):
        assert seen_by(world, person) == []


def test_a_contact_goes_with_its_customer_when_it_is_merged(world: World) -> None:
    made = li_at(world)
    merge_accounts(account=world.a, into=world.b, reason="r", by=world.head)
    assert seen_by(world, world.west_rep) == [("李雷", "138 **** 8000")]
    page = signed_in(world.west_rep).get(f"/customers/{world.b.pk}/").content.decode()
    assert f"/customers/contacts/{made.pk}/" in page


@pytest.mark.parametrize("who", ["west_rep", "hrbp", "quality"])
def test_contacts_are_written_down_by_those_who_sell_to_the_customer(
    world: World, who: str
) -> None:
    with pytest.raises((Forbidden, CustomerMissing)):
        add_contact(account=world.a, given=LI, by=getattr(world, who))
    assert Contact.objects.count() == Subject.objects.count() == VaultField.objects.count() == 0


def test_a_contact_is_changed_by_its_owner_and_those_who_lead(world: World) -> None:
    made = li_at(world)
    assert change_contact(contact=made, given={Field.TITLE: "总监"}, by=world.east_head) == [
        Field.TITLE
    ]
    with pytest.raises(ContactMissing):
        change_contact(contact=made, given={Field.TITLE: "x"}, by=world.west_rep)
    with pytest.raises(Forbidden):
        change_contact(contact=made, given={Field.TITLE: "x"}, by=world.quality)
    with pytest.raises(ContactNameless):
        change_contact(contact=made, given={Field.NAME: " "}, by=world.east_rep)
    kept = fields_of([made.subject_id])[made.subject_id]
    assert (kept[Field.NAME], kept[Field.TITLE]) == ("李雷", "总监")


def test_whoever_leads_changes_only_what_is_shown_in_full(world: World) -> None:
    made = li_at(world)
    client, path = signed_in(world.east_head), f"/customers/contacts/{made.pk}/change/"
    page = client.get(path).content.decode()
    assert "8000" not in page
    assert 'name="mobile"' not in page
    client.post(path, {"name": "李磊", "title": "", "mobile": "13900139000"})
    assert fields_of([made.subject_id])[made.subject_id] == {
        Field.NAME: "李磊",
        Field.MOBILE: "+8613800138000",
    }


def test_one_who_is_known_is_told_of_to_those_who_may_see_it(world: World) -> None:
    made = li_at(world)
    again = {Field.NAME: "老李", Field.PHONE: "+86 138 0013 8000"}
    with pytest.raises(ContactKnown):
        add_contact(account=world.c, given=again, by=world.east_rep)
    client, path = signed_in(world.east_rep), f"/customers/{world.c.pk}/contacts/add/"
    told = client.post(path, {"name": "老李", "phone": "13800138000"})
    assert told.status_code == 422
    assert f"/customers/contacts/{made.pk}/" in told.content.decode()
    done = client.post(path, {"name": "老李", "phone": "13800138000", "despite_known": "on"})
    assert done.status_code == 302
    assert add_contact(account=world.b, given=again, by=world.west_rep)
    assert Contact.objects.count() == 3


def test_a_look_up_finds_whole_numbers_only_and_nothing_hidden(world: World) -> None:
    li_at(world)
    add_contact(account=world.b, given={Field.NAME: "韩", Field.MAIL: "h@b.cn"}, by=world.west_rep)
    assert seen_by(world, world.east_rep, "13800138000") == [("李雷", "138 0013 8000")]
    assert seen_by(world, world.east_rep, "8000") == []
    assert seen_by(world, world.east_rep, "h@b.cn") == []
    assert seen_by(world, world.west_rep, "H@b.cn") == [("韩", "")]
    page = signed_in(world.east_rep).get("/customers/contacts/", {"q": "8000"}).content.decode()
    assert "没有人使用这个号码或地址" in page


DOORS = ("/customers/contacts/", "/api/v1/contacts")
ASKING = ("q", "mobile", "mail", "wechat", "notes", "order", "sort")


@pytest.mark.parametrize("who", ["east_head", "head", "admin", "quality"])
def test_by_what_is_masked_nobody_looks_filters_or_sorts(world: World, who: str) -> None:
    """A mask leaves four digits to guess: nobody is told which of ten thousand they are."""
    first = add_contact(
        account=world.a, given={**LI, Field.WECHAT: "lilei_1990"}, by=world.east_rep
    )
    add_contact(account=world.a, given={Field.NAME: "韩", Field.MAIL: "h@a.cn"}, by=world.east_rep)
    client = signed_in(getattr(world, who))
    own = f"/customers/contacts/{first.pk}/"
    for door, value in product(DOORS, ("13800138000", "lilei_1990", "h@a.cn")):
        found = client.get(door, {"q": value}).content.decode()
        assert own not in found
        assert "李雷" not in found
        assert "韩" not in found
    for door in (*DOORS, "/customers/contacts/export.xlsx"):
        plain = _told(client.get(door).content)
        for name, value in product(ASKING[1:], ("13800138000", "mobile", "-mobile", "h@a.cn")):
            assert _told(client.get(door, {name: value}).content) == plain
    assert "李雷" in signed_in(world.east_rep).get(DOORS[0], {"q": "lilei_1990"}).content.decode()


def _told(content: bytes) -> list[str]:
    """Return who is told of, in order; of a workbook, its rows."""
    if content.startswith(b"PK"):
        return [str(row) for row in rows_of(content)]
    return re.findall("李雷|韩", content.decode())


def test_a_list_takes_the_same_number_of_statements_for_any_number_of_contacts(
    world: World, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        given = {Field.NAME: f"联系人{number}", Field.MAIL: f"c{number}@a.cn"}
        add_contact(account=world.a, given=given, by=world.east_rep)
    client = signed_in(world.east_rep)
    with django_assert_max_num_queries(16):  # type: ignore[operator]  # a fixture
        assert "联系人19" in client.get("/customers/contacts/").content.decode()


def test_a_contact_is_handed_over_to_those_who_see_the_customer(world: World) -> None:
    made = li_at(world)
    with pytest.raises(CustomerMissing):
        hand_over_contact(contact=made, to=world.west_rep, by=world.east_head)
    hand_over_contact(contact=made, to=world.head, by=world.east_head)
    assert seen_by(world, world.head) == [("李雷", "138 0013 8000")]
    assert seen_by(world, world.east_rep) == [("李雷", "138 **** 8000")]


def test_one_who_is_gone_is_in_no_list_and_still_kept(world: World) -> None:
    made = li_at(world)
    end_contact(contact=made, by=world.east_rep)
    assert seen_by(world, world.east_rep) == []
    page = signed_in(world.east_rep).get(f"/customers/contacts/{made.pk}/").content.decode()
    assert "已不在该客户" in page


def test_the_list_comes_in_as_it_went_out(world: World) -> None:
    li_at(world)
    client = signed_in(world.east_rep)
    answer = client.get("/customers/contacts/export.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        ("客户编码", "姓名", "职位", "手机", "电话", "邮箱", "微信", "备注"),
        ("A", "李雷", "采购经理", "138 0013 8000", None, None, None, None),
    ]
    upload = SimpleUploadedFile("c.xlsx", answer.content)
    done = client.post("/customers/contacts/bring/", {"file": upload}, follow=True)
    assert "新增联系人 0 位，更新 0 位，未变 1 位" in done.content.decode()


def test_a_sheet_changes_who_is_known_and_adds_the_others(world: World) -> None:
    made = li_at(world)
    rows = [
        ["Code", "Name", "Mobile", "WeChat"],
        ["A", "李雷", "13800138000", "lilei"],
        ["C", "韩梅梅", "", ""],
    ]
    done = bring_contacts(lines=lines_of(rows), by=world.east_rep)
    assert (done.added, done.changed, done.same) == (1, 1, 0)
    kept = fields_of([made.subject_id])[made.subject_id]
    assert (kept[Field.WECHAT], kept[Field.TITLE]) == ("lilei", "采购经理")


def test_a_sheet_with_a_fault_changes_nothing_and_every_fault_is_told(world: World) -> None:
    rows = [
        ["客户编码", "姓名", "手机"],
        ["A", "李雷", "13800138000"],
        ["A", "", "13900139000"],
        ["B", "韩梅梅", ""],
        ["A", "小王", "12"],
    ]
    with pytest.raises(ProblemsFound) as refused:
        bring_contacts(lines=lines_of(rows), by=world.east_rep)
    assert [(each.row, each.code) for each in refused.value.problems] == [
        (3, ContactNameless.code),
        (4, CustomerMissing.code),
        (5, PhoneUnfit.code),
    ]
    assert Contact.objects.count() == 0
    book = workbook("c", rows[0], rows[1:])
    upload = SimpleUploadedFile("c.xlsx", book)
    answer = signed_in(world.east_rep).post("/customers/contacts/bring/", {"file": upload})
    assert answer.status_code == 422
    assert "联系人需要有姓名" in answer.content.decode()


def test_programs_do_what_pages_do(world: World) -> None:
    client = signed_in(world.east_rep)

    def send(method: str, path: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = client.generic(
            method, f"/api/v1/contacts{path}", json.dumps(body), "application/json"
        )
        return answer.status_code, json.loads(answer.content)

    status, made = send("POST", "", account=world.a.pk, name="李雷", mobile="13800138000")
    assert (status, made["mobile"], made["has_masked"]) == (201, "138 0013 8000", False)
    assert send("POST", "", account=world.a.pk, name="李", phone="13800138000")[0] == 409
    path = f"/{made['id']}"
    assert send("PATCH", path, title="总监")[1]["title"] == "总监"
    assert send("PATCH", path, mobile="12")[0] == 422
    assert client.get("/api/v1/contacts", {"q": "13800138000"}).json()["count"] == 1
    assert client.get("/api/v1/contacts", {"account": world.c.pk}).json()["count"] == 0
    assert send("POST", f"{path}/hand-over", to=world.east_rep.pk)[0] == 200
    status, masked = (200, signed_in(world.head).get(f"/api/v1/contacts{path}").json())
    assert (masked["name"], masked["mobile"], masked["has_masked"]) == (
        "李雷",
        "138 **** 8000",
        True,
    )
    assert signed_in(world.west_rep).get(f"/api/v1/contacts{path}").status_code == 404
    assert send("POST", f"{path}/end")[1]["is_there"] is False


def test_the_audit_trail_of_a_contact_tells_which_fields_were_changed(world: World) -> None:
    made = li_at(world)
    li_at_b = add_contact(account=world.b, given={Field.NAME: "韩梅梅"}, by=world.west_rep)
    change_contact(contact=made, given={Field.MOBILE: "139-0013-9000"}, by=world.east_rep)
    change_contact(contact=li_at_b, given={Field.TITLE: "总监"}, by=world.west_rep)
    client = signed_in(world.admin)
    page = client.get(f"/customers/contacts/{made.pk}/").content.decode()
    [address] = re.findall(r'href="(/org/journal/[^"]+customers.contact[^"]+)"', page)
    listed = client.get(address).context["page"].lines
    assert [(each.entry.verb, each.entry.particulars.get("fields")) for each in listed] == [
        ("subject.changed", "mobile"),
        ("subject.changed", "mobile name title"),
        ("contact.added", None),
    ]
    asked = {"subject": f"customers.contact:{made.pk} privacy.subject:{made.subject_id}"}
    told = client.get("/api/v1/journal", asked).json()["entries"]
    assert [each["id"] for each in told] == [each.entry.pk for each in listed]
    sold = signed_in(world.east_rep).get(f"/customers/contacts/{made.pk}/").content.decode()
    assert "/org/journal/" not in sold
