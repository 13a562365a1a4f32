"""A copy of what is kept of somebody is whole, shows nobody else, and is handed to nobody else."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.test import Client
from openpyxl import load_workbook

from bihuan.base import clock
from bihuan.base.home import home
from bihuan.inbox import actions as inbox
from bihuan.inbox.models import Task
from bihuan.org.models import Login, Person
from bihuan.privacy.actions import ask, decide
from bihuan.privacy.domain.copying import EXPLAINED, HOW, How, how_of
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.petition import Asked, State
from bihuan.privacy.domain.register import REGISTER, Holds
from bihuan.privacy.jobs import copy as make
from bihuan.privacy.jobs import erase, retain
from bihuan.privacy.models import DataCopy, Petition, SensitiveRead, Subject
from tests.make import make_login
from tests.sowing import SHAPES, Sown, name_of, sow, values_of


@pytest.fixture
def sown(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sown:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    return sow(2)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(Login.objects.filter(people=person).first() or make_login(person))
    return client


def asked_and_made(sown: Sown, subject: Subject) -> Petition:
    asked = ask(kind=Asked.COPY, subject=subject, reason="本人要求", by=sown.asker)
    decide(petition=asked, agree=True, by=sown.decider)
    make(tenant=sown.tenant.pk, petition=asked.pk, by=sown.decider.pk)
    asked.refresh_from_db()
    return asked


def test_the_register_says_of_every_kind_how_it_comes_into_a_copy() -> None:
    assert set(HOW) == set(Holds)
    assert {holds for holds, how in HOW.items() if how is How.EXPLAINED} == set(EXPLAINED)
    personal = {Holds.COLLEAGUE, Holds.VAULT, Holds.OWNED, Holds.FREE, Holds.FILE}
    missing = {
        column
        for column, entry in REGISTER.items()
        if entry.holds in personal and how_of(entry) is How.EXPLAINED
    }
    assert missing == {"mfa.Authenticator.data"}


def columns_with(number: int) -> set[str]:
    """Return the columns in which a name or number of theirs stands, looked for row by row."""
    values = values_of(number)
    looks = re.compile("|".join(map(re.escape, values.values())), re.IGNORECASE)
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for column in _texts_of(model):
            held = model._base_manager.annotate(t=Cast(column, TextField())).values_list("t")
            if any(looks.search(text or "") for (text,) in held):
                found.add(f"{model._meta.label}.{column}")
    return found


def _texts_of(model: type[Model]) -> list[str]:
    binary = {"BinaryField"}
    return [f.name for f in model._meta.fields if f.get_internal_type() not in binary]


@pytest.mark.parametrize("number", [0, 1])
def test_every_column_that_names_them_is_in_their_copy(sown: Sown, number: int) -> None:
    subject = sown.subjects[number]
    petition = asked_and_made(sown, subject)
    assert petition.state == State.DONE.value
    with zipfile.ZipFile(petition.copy.path) as book:
        rows = json.loads(book.read("data.json"))
        sheets = load_workbook(BytesIO(book.read("data.xlsx")), read_only=True).sheetnames
    assert petition.counts["rows"] == len(rows)
    assert set(sheets) == {each["part"].replace(".", " ")[:31] for each in rows}
    fields = {each["field"]: each["value"] for each in rows if each["part"] == "fields"}
    assert fields["mail"] == values_of(number)[Field.MAIL]
    told = {each["column"] for each in rows if each["part"] == "passages"}
    told |= {f"{each['part']}.{key}" for each in rows for key in each}
    called = {key for each in rows if each["part"] == "person" for key in each}
    told |= {f"org.{kind}.{key}" for key in called for kind in ("Person", "Login")}
    stands = columns_with(number)
    assert "customers.Conversation.text" in stands
    assert stands - told == set()
    assert any(each["part"] == "named_in_files" for each in rows)
    assert {each["what"] for each in rows if each["part"] == "explained"} == {
        holds.value for holds in EXPLAINED
    }


def test_a_copy_tells_nothing_of_anybody_else(sown: Sown) -> None:
    Task.objects.filter(about__endswith=":0").update(
        body=[{"says": f"{name_of(0)}与{name_of(1)}同行，13900000001", "params": {}}]
    )
    petition = asked_and_made(sown, sown.subjects[0])
    with zipfile.ZipFile(petition.copy.path) as book:
        said = book.read("data.json").decode()
    assert name_of(0) in said
    other = {name for name, value in values_of(1).items() if value in said}
    assert other <= {"name"}, "numbers and addresses of others are masked; names carry the sense"


def test_ones_own_copy_needs_nobody_else_and_holds_ones_files(sown: Sown) -> None:
    keeper, client = sown.keeper, signed_in(sown.keeper)
    task = Task.objects.filter(owner=keeper).first()
    assert task is not None
    inbox.attach(task=task, name="报价.txt", content="价目".encode(), by=keeper)
    sent = client.post("/privacy/mine/copy/")
    petition = Petition.objects.get(kind="copy")
    assert (petition.state, petition.decided_by) == (State.AGREED.value, None)
    assert client.post("/privacy/mine/copy/").status_code == 302
    assert Petition.objects.count() == 1, "one at a time"
    page = client.get(sent["Location"]).content.decode()
    assert "正在办理" in page
    make(tenant=sown.tenant.pk, petition=petition.pk, by=keeper.pk)
    make(tenant=sown.tenant.pk, petition=petition.pk, by=keeper.pk)
    path = f"/privacy/requests/{petition.pk}/copy.zip"
    answer = client.get(path)
    with zipfile.ZipFile(BytesIO(b"".join(answer))) as book:
        assert any(name.endswith("报价.txt") for name in book.namelist())
        assert any(name.endswith(".mp3") for name in book.namelist())
    [read] = SensitiveRead.objects.filter(reading="handed_out")
    assert read.by == keeper
    assert signed_in(sown.asker).get(path).status_code == 404, "nobody else's to fetch"
    DataCopy.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 409
    kept = DataCopy.objects.get().path
    assert kept.exists()
    retain(tenant=sown.tenant.pk, on="2026-11-27")
    assert not kept.exists()


def test_a_copy_goes_with_who_is_erased(sown: Sown) -> None:
    petition = asked_and_made(sown, sown.subjects[0])
    kept = petition.copy.path
    assert kept.exists()
    asked = ask(kind=Asked.ERASURE, subject=sown.subjects[0], reason="本人要求", by=sown.asker)
    decide(petition=asked, agree=True, by=sown.decider)
    erase(tenant=sown.tenant.pk, petition=asked.pk, by=sown.decider.pk)
    assert not kept.exists()
    assert not list((home() / "person-copies").rglob("*.zip"))
    assert SHAPES.search(name_of(0))
