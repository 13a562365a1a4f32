"""What who looks after a contact may do for them: open with a purpose, note consents, ask."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.customers.actions import add_contact
from bihuan.customers.models import Contact
from bihuan.customers.tests.world import World
from bihuan.inbox.models import Notice
from bihuan.org.models import Login, Person
from bihuan.privacy.domain.field import Field
from bihuan.privacy.models import Consent, Petition, SensitiveRead
from tests.make import make_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(Login.objects.filter(people=person).first() or make_login(person))
    return client


def li_at(world: World, number: int = 0) -> Contact:
    given = {Field.NAME: "李雷", Field.MOBILE: f"138001{38000 + number:05d}"}
    return add_contact(account=world.a, given=given, by=world.east_rep)


def test_who_opens_a_contact_says_what_for_and_it_is_written_down(world: World) -> None:
    made, client = li_at(world), signed_in(world.head)
    path = f"/customers/contacts/{made.pk}/"
    assert "138 0013 8000" not in client.get(path).content.decode()
    assert client.post(f"{path}reveal/", {"purpose": "other"}).status_code == 422
    assert not SensitiveRead.objects.exists()
    page = client.post(f"{path}reveal/", {"purpose": "call", "note": "约拜访"})
    assert "138 0013 8000" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    [read] = SensitiveRead.objects.all()
    assert (read.by, read.subject) == (world.head, made.subject)
    assert set(read.fields.split()) == {"mobile", "name"}
    assert (read.purpose, read.note, read.count) == ("call", "约拜访", 1)
    assert read.request_id
    assert client.get("/privacy/access-log/").status_code == 403
    log = signed_in(world.admin).get("/privacy/access-log/").content.decode()
    assert world.head.name in log
    assert "约拜访" in log
    assert signed_in(world.west_rep).post(f"{path}reveal/", {"purpose": "call"}).status_code == 404
    assert SensitiveRead.objects.count() == 1


def test_a_program_opens_a_contact_for_a_purpose(world: World) -> None:
    made, client = li_at(world), signed_in(world.head)
    path = f"/api/v1/contacts/{made.pk}"

    def send(where: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = client.post(f"{path}{where}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    assert send("/reveal")[0] == 422
    assert send("/reveal", purpose="other")[1]["code"] == "privacy.purpose_unsaid"
    assert not SensitiveRead.objects.exists()
    status, shown = send("/reveal", purpose="contract")
    assert (status, shown["mobile"], shown["has_masked"]) == (200, "138 0013 8000", False)
    assert SensitiveRead.objects.get().purpose == "contract"
    assert send("/consents", use="recording", channel="phone", text_version="1")[0] == 403


def test_more_than_fifty_in_an_hour_are_told_to_administrators_once(world: World) -> None:
    admin, client = world.admin, signed_in(world.head)
    for number in range(52):
        made = li_at(world, number)
        client.post(f"/customers/contacts/{made.pk}/reveal/", {"purpose": "call"})
        told = Notice.objects.filter(kind="privacy.much", person=admin).count()
        assert told == (number >= 50), f"after {number + 1}"
    assert SensitiveRead.objects.count() == 52


def test_more_than_a_hundred_leave_in_full_only_once_another_agrees(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, own = world.admin, signed_in(world.east_rep)
    for number in range(101):
        li_at(world, number)
    path = "/customers/contacts/export.xlsx"
    assert own.get(path).status_code == 403
    own.post("/privacy/contacts/ask/", {"reason": "换系统"})
    asked = Petition.objects.get()
    assert own.get(path).status_code == 403, "asked for is not agreed to"
    answer = {"answer": "agree"}
    assert own.post(f"/privacy/requests/{asked.pk}/decide/", answer).status_code == 403
    decided = signed_in(admin).post(f"/privacy/requests/{asked.pk}/decide/", answer)
    assert decided.status_code == 302
    assert own.get(path).status_code == 200
    [read] = SensitiveRead.objects.filter(reading="exported")
    assert (read.by, read.count, read.note) == (world.east_rep, 101, "换系统")
    assert own.get(path).status_code == 403, "the leave is for one time"
    assert signed_in(world.head).get(path).status_code == 200, "what is masked needs no leave"


def test_who_looks_after_a_contact_notes_consents_and_their_end(world: World) -> None:
    made, client = li_at(world), signed_in(world.east_rep)
    path = f"/customers/contacts/{made.pk}/"
    given = {"use": "recording", "channel": "phone", "text_version": "2026-11"}
    assert client.post(f"{path}consents/", {"use": "recording"}).status_code == 422
    assert client.post(f"{path}consents/", given).status_code == 302
    assert client.post(f"{path}consents/", given).status_code == 422, "it stands already"
    [consent] = Consent.objects.all()
    assert (consent.subject, consent.noted_by) == (made.subject, world.east_rep)
    assert "2026-11" in client.get(path).content.decode()
    end = f"{path}consents/{consent.pk}/withdraw/"
    assert signed_in(world.head).post(end).status_code == 403
    assert Consent.objects.get().withdrawn_at is None
    other = li_at(world, 1)
    wrong = f"/customers/contacts/{other.pk}/consents/{consent.pk}/withdraw/"
    assert client.post(wrong).status_code == 404
    assert client.post(end).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawal_noted_by == world.east_rep
    assert client.post(end).status_code == 409
    api = f"/api/v1/contacts/{made.pk}/consents"
    again = client.post(api, json.dumps(given), content_type="application/json")
    assert again.status_code == 201
    assert len(client.get(api).json()["items"]) == 2
    ended = client.post(f"{api}/{again.json()['id']}/withdraw").json()
    assert ended["withdrawn_at"]


def test_who_looks_after_a_contact_asks_for_their_erasure_and_their_copy(world: World) -> None:
    made, client = li_at(world), signed_in(world.east_rep)
    for what, kind in (("erase", "erasure"), ("copy", "copy")):
        path = f"/customers/contacts/{made.pk}/{what}/"
        assert "李雷" in client.get(path).content.decode()
        assert signed_in(world.head).get(path).status_code == 403
        assert signed_in(world.west_rep).get(path).status_code == 404
        assert client.post(path, {"reason": "本人来电要求"}).status_code == 302
        asked = Petition.objects.get(kind=kind)
        assert (asked.state, asked.subject, asked.asked_by) == (
            "asked",
            made.subject,
            world.east_rep,
        )
        assert client.post(path, {"reason": "再次"}).status_code == 422, "it is asked for already"
