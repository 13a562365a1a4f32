"""The table of what is masked for whom says what the code does, and each door keeps to it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from bihuan.base import clock
from bihuan.customers.access import CONTACT_FIELDS, CONVERSATION_FIELDS, PLAIN
from bihuan.customers.actions import record_conversation
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.facts.access import SOURCE_ROW_FIELDS
from bihuan.inbox.access import PROPOSAL_FIELDS, TASK_FIELDS
from bihuan.kernel.masking import Mask, masked
from bihuan.org import actions
from bihuan.org.access import LOGIN_FIELDS, scope_of
from bihuan.org.domain.delegation import EVERYTHING, Days
from bihuan.org.domain.field_map import TOLD, FieldMap, Place, Sight, Standing, standings
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.privacy.domain.field import FIELDS_OF, Kind
from bihuan.rules.access import ALERT_FIELDS
from tests.make import make_admin, make_fact, make_login, make_member, make_person, make_unit

PAGE = Path(__file__).resolve().parent.parent / "docs/visibility.md"
MAPS = (
    *(CONVERSATION_FIELDS, CONTACT_FIELDS, SOURCE_ROW_FIELDS, LOGIN_FIELDS),
    *(TASK_FIELDS, PROPOSAL_FIELDS, ALERT_FIELDS),
)
NUMBER = "13912345678"
SEEN = "139****5678"


def told(field_map: FieldMap, field: str) -> list[str]:
    sights = (field_map.of_standing(field, each).value for each in TOLD)
    return [field_map.kind, field, *sights]


def test_the_table_is_what_the_maps_say() -> None:
    rows = re.findall(r"^\| (\w+\.\w+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    written = [[kind, *rest.split(" | ")] for kind, rest in rows]
    assert written == [told(each, field) for each in MAPS for field in each.fields]


def test_every_field_of_a_contact_is_said_how_it_is_shown() -> None:
    for field in FIELDS_OF[Kind.CONTACT]:
        own, others = (
            CONTACT_FIELDS.of_standing(field, each) for each in (Standing.OWN, Standing.LEADS)
        )
        assert own is Sight.FULL
        assert others is (Sight.FULL if field in PLAIN else Sight.MASK)


def test_the_masks_are_those_of_the_table() -> None:
    page = PAGE.read_text("utf-8")
    assert f"| {masked(Mask.PHONE, '13812345678')} |" in page
    assert f"| {masked(Mask.MAIL, 'zhang@example.com')} |" in page
    assert f"| {masked(Mask.HANDLE, 'zhang_88')} |" in page
    assert f"| {masked(Mask.ALL, '爱喝茶')} |" in page
    assert f"| {masked(Mask.ADDRESS, '上海市浦东新区')} |" in page


class World:
    """A rep who said something, who leads them, and others who may see it."""

    def __init__(self) -> None:
        east = make_unit("east", kind="region")
        self.team, self.other = make_unit("team", under=east), make_unit("other", under=east)
        self.rep = make_person("rep", unit=self.team)
        self.lead = make_person("lead", unit=self.team, role=Role.MANAGER)
        self.head = make_person("head", unit=east, role=Role.MANAGER)
        self.hrbp = make_person("hrbp", unit=east, role=Role.HRBP)
        self.quality = make_person("quality", role=Role.QUALITY_OFFICER)
        self.admin = make_admin()
        self.guest = make_person("guest", unit=self.other)
        self.deputy = make_person("deputy", unit=self.other)
        self.account = make_member("acme-co")
        yesterday = clock.today("Asia/Shanghai") - timedelta(days=1)
        make_fact(self.rep, on=yesterday, account_id=self.account.pk)
        held = Held(
            happened_at=clock.now() - timedelta(hours=1),
            channel=Channel.CALL,
            text=f"下周再谈，电话 {NUMBER}。",
        )
        self.said = record_conversation(account=self.account, held=held, by=self.rep)
        today = clock.today("Asia/Shanghai")
        actions.share(
            kind="customers.customer",
            thing_id=self.account.pk,
            whom=self.guest,
            until=today + timedelta(days=9),
            reason="read",
            by=self.rep,
        )
        actions.lend(
            lender=self.lead,
            deputy=self.deputy,
            days=Days(today, today + timedelta(days=9)),
            limits=EVERYTHING,
            reason="away",
            by=self.lead,
        )


@pytest.fixture
def world(db: None) -> World:
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


DOORS = ("/customers/{}/", "/customers/{}/conversations/", "/api/v1/customers/{}/conversations")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("rep", NUMBER),
        ("lead", NUMBER),
        ("head", NUMBER),
        ("deputy", NUMBER),
        ("quality", SEEN),
        ("admin", SEEN),
        ("guest", SEEN),
        ("hrbp", ""),
    ],
)
def test_numbers_in_what_was_said(world: World, door: str, who: str, shown: str) -> None:
    answer = signed_in(getattr(world, who)).get(door.format(world.account.pk))
    text = answer.content.decode()
    assert answer.status_code == (200 if shown else 404)
    assert [each for each in (NUMBER, SEEN) if each in text] == ([shown] if shown else [])


@pytest.mark.parametrize("who", ["quality", "admin", "guest"])
def test_a_summary_tells_no_more_than_its_reader_is_shown(world: World, who: str) -> None:
    client = signed_in(getattr(world, who))
    answer = client.post(
        f"/api/v1/customers/{world.account.pk}/summary", "{}", content_type="application/json"
    )
    assert answer.status_code == 200
    assert NUMBER not in answer.content.decode()
    assert SEEN in answer.content.decode()


def test_a_guest_reads_and_does_nothing(world: World) -> None:
    client = signed_in(world.guest)
    pages = ("/customers/", f"/customers/{world.account.pk}/", "/facts/")
    assert {client.get(page).status_code for page in pages} == {200}
    said = {"channel": "call", "happened_at": "2026-01-01T09:00:00+08:00", "text": "x"}
    answer = client.post(
        f"/api/v1/customers/{world.account.pk}/conversations", said, "application/json"
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["rep", "lead", "admin", "guest"])
def test_who_sees_it_is_offered_to_whom_it_answers(world: World, who: str) -> None:
    client = signed_in(getattr(world, who))
    page = client.get(f"/customers/{world.account.pk}/").content.decode()
    link = f"/org/seen/customers.customer/{world.account.pk}/"
    assert (link in page) == (client.get(link).status_code == 200) == (who != "guest")


def test_who_is_both_guest_and_at_home_is_offered_it(world: World) -> None:
    make_fact(world.guest, on=clock.today("Asia/Shanghai"), account_id=world.account.pk)
    client = signed_in(world.guest)
    page = client.get(f"/customers/{world.account.pk}/").content.decode()
    link = f"/org/seen/customers.customer/{world.account.pk}/"
    assert link in page
    assert client.get(link).status_code == 200


def test_a_share_sleeps_while_its_sharer_does_not_see_it(world: World) -> None:
    client = signed_in(world.guest)
    address = f"/customers/{world.account.pk}/"
    Person.objects.filter(pk=world.rep.pk).update(ended_on=clock.today("Asia/Shanghai"))
    assert client.get(address).status_code == 404
    Person.objects.filter(pk=world.rep.pk).update(ended_on=None)
    assert client.get(address).status_code == 200


def test_standings_are_told_apart(world: World) -> None:
    place = Place(people=(world.rep.pk,), unit_path=world.team.path)
    found = {
        name: {each.value for each in standings(scope_of(getattr(world, name)), place)}
        for name in ("rep", "lead", "hrbp", "quality", "admin", "guest", "deputy")
    }
    assert found == {
        "rep": {"own"},
        "lead": {"leads"},
        "hrbp": {"serves"},
        "quality": {"oversees"},
        "admin": {"administers"},
        "guest": {"shared"},
        "deputy": {"leads"},
    }


def test_who_sees_it_names_everybody_with_reasons(world: World) -> None:
    answer = signed_in(world.admin).get(f"/api/v1/org/seen/customers.customer/{world.account.pk}")
    reasons = {each["name"]: len(each["reasons"]) for each in answer.json()["people"]}
    assert set(reasons) == {"rep", "lead", "head", "deputy", "guest", "quality", "admin"}
    for name, seen in ((name, getattr(world, name)) for name in [*reasons, "hrbp"]):
        status = signed_in(seen).get(f"/customers/{world.account.pk}/").status_code
        assert (status == 200) == (name in reasons)


def test_what_somebody_sees_is_counted_by_reason(world: World) -> None:
    answer = signed_in(world.admin).get(f"/api/v1/org/people/{world.deputy.pk}/sees").json()
    counts = {each["kind"]: each for each in answer["kinds"]}
    assert len(answer["reasons"]) == 2
    assert max(each["count"] for each in counts.values()) > 0
    assert all(each["count"] >= max(each["by_reason"]) for each in counts.values())
