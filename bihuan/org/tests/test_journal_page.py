"""The audit trail as it is read: by page, by program and by command; and every verb in words."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.base import journal
from bihuan.base.acting import Door, through
from bihuan.base.journal.fields import Reader
from bihuan.base.journal.reading import PAGE_SIZE, JournalAsked, page_of_journal
from bihuan.base.journal.words import verbs
from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.commands import journal as command
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant
from tests.make import make_admin, make_login, make_person, make_tenant

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


def asked(tenant: Tenant, **narrowed: object) -> list[str]:
    page = page_of_journal(
        tenant_id=tenant.pk,
        zone=tenant.time_zone,
        asked=JournalAsked(**narrowed),  # type: ignore[arg-type]  # each test says what it asks
    )
    return [line.entry.verb for line in page.lines]


@pytest.fixture
def admin() -> Person:
    return make_admin()


@pytest.fixture
def client(admin: Person) -> Client:
    made = Client()
    made.force_login(make_login(admin))
    return made


def renamed(admin: Person) -> JournalEntry:
    """Let somebody be renamed through the API, and return the entry of it."""
    lin = make_person("lin")
    with through(Door.API, number="request-77"):
        actions.put_person(tenant=lin.tenant, code=lin.code, name="欧阳修远", by=admin)
    return JournalEntry.objects.get(verb="person.changed")


def test_each_thing_that_is_asked_narrows_the_trail(admin: Person) -> None:
    entry = renamed(admin)
    tenant = admin.tenant
    everything = asked(tenant)
    assert len(everything) > 3
    assert asked(tenant, request="request-77") == ["person.changed"]
    assert asked(tenant, subject=entry.subject)[0] == "person.changed"
    assert set(asked(tenant, verb="person.changed")) == {"person.changed"}
    assert "unit.added" not in asked(tenant, subject="org.person")
    assert asked(tenant, who=0) == []
    assert "person.changed" in asked(tenant, who=admin.pk)
    day = entry.recorded_at.date().replace(year=2001)
    assert asked(tenant, until=day) == []
    assert asked(tenant, since=day) == everything


def test_another_company_s_entries_are_not_there(admin: Person) -> None:
    make_person("wang", tenant=make_tenant("theirs"))
    theirs = JournalEntry.objects.exclude(tenant=admin.tenant)
    assert theirs.exists()
    assert not set(asked(admin.tenant)) - set(
        JournalEntry.objects.filter(tenant=admin.tenant).values_list("verb", flat=True)
    )


def test_pages_follow_each_other_without_gap_or_repetition(admin: Person) -> None:
    for number in range(PAGE_SIZE * 2):
        journal.record(admin, "unit.changed", admin.tenant, number=number)
    seen: list[int] = []
    before = None
    while True:
        page = page_of_journal(
            tenant_id=admin.tenant_id,
            zone=admin.tenant.time_zone,
            asked=JournalAsked(),
            before=before,
        )
        seen += [line.entry.pk for line in page.lines]
        if page.next_before is None:
            break
        before = page.next_before
    everything = JournalEntry.objects.filter(tenant=admin.tenant).order_by("-pk")
    assert seen == list(everything.values_list("pk", flat=True))


def test_the_page_says_what_was_done_in_words_and_shows_no_name_that_was(
    admin: Person, client: Client
) -> None:
    entry = renamed(admin)
    listed = client.get("/org/journal/", {"verb": "person.changed"}).content.decode()
    assert "修改人员姓名" in listed
    shown = client.get(f"/org/journal/{entry.pk}/").content.decode()
    assert "request-77" in shown
    assert "一段 4 字的文本" in shown
    assert "欧阳修远" not in shown
    book = client.get("/org/journal/export.xlsx")
    assert book.status_code == 200
    assert book.content[:2] == b"PK"


def test_units_and_roles_are_named_and_what_the_product_does_is_the_system_s(
    admin: Person, client: Client
) -> None:
    """An auditor reads where somebody went, not which rows were written."""
    tenant, robot = admin.tenant, actions.robot_of(admin.tenant)
    suzhou = actions.put_unit(tenant=tenant, code="sz", name="苏州组", kind="team", by=robot)
    lin = make_person("lin")
    seat = actions.Seat(unit_id=suzhou.pk, role=Role.REP)
    actions.place_people(tenant=tenant, seats={lin.pk: [seat]}, by=robot)
    entry = JournalEntry.objects.filter(verb="person.assigned").latest("pk")
    shown = client.get(f"/org/journal/{entry.pk}/").content.decode()
    assert all(word in shown for word in ("苏州组", "销售", "部门", "角色", "生效日期", "系统"))
    assert "valid_from" not in shown


def test_a_row_is_looked_up_once_however_often_it_is_named(admin: Person) -> None:
    unit = actions.root_of(admin.tenant)
    reader = Reader()
    with CaptureQueriesContext(connection) as asked:
        said = {reader.value_of("org.person", "unit", unit.pk) for _ in range(3)}
    assert (said, len(asked)) == ({unit.name}, 1)
    assert reader.value_of("org.person", "unit", 0) == "0"
    assert reader.value_of("org.tenant", "about", "org.person:5") == "人员 5"


def test_nonsense_in_the_filters_narrows_nothing(admin: Person, client: Client) -> None:
    answer = client.get("/org/journal/", {"since": "x", "before": "x", "verb": "no.such"})
    assert answer.status_code == 200
    assert "新增人员" in answer.content.decode() or "安排岗位" in answer.content.decode()


def test_programs_and_commands_read_the_same(admin: Person, client: Client) -> None:
    entry = renamed(admin)
    answer = client.get("/api/v1/journal", {"verb": "person.changed"}).json()
    [told] = answer["entries"]
    assert (told["id"], told["door"], told["request"]) == (entry.pk, "api", "request-77")
    assert told["changes"][0]["field"] == "name"
    printed = CliRunner().invoke(command, ["--verb", "person.changed", "--json"])
    assert printed.exit_code == 0, printed.output
    [line] = json.loads(printed.output)["entries"]
    assert (line["id"], line["who"]) == (entry.pk, admin.pk)
    plain = CliRunner().invoke(command, ["--who", admin.code])
    assert plain.exit_code == 0
    assert "修改人员姓名" in plain.output


def test_every_verb_that_an_action_writes_reads_in_words() -> None:
    """A verb put together from a choice reads in words for each of its choices."""
    written = set()
    for path in ROOT.rglob("*.py"):
        if "tests" not in path.parts:
            written |= set(_verbs_in(ast.parse(path.read_text(encoding="utf-8"))))
    assert len(written) > 100
    named = verbs()
    for verb in written:
        if verb.endswith("*"):
            assert any(each.startswith(verb[:-1]) for each in named), verb
        else:
            assert verb in named, f"{verb} has no words: say them in the app's ready()"


def _verbs_in(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.record":
            verb = node.args[1]
            if isinstance(verb, ast.Constant):
                found.append(str(verb.value))
            elif isinstance(verb, ast.JoinedStr):
                found.append(ast.unparse(verb.values[0]).strip("'") + "*")
    return found
