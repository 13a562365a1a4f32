"""The pages, the API, the command line and files: one deed through many doors."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.kernel.errors import ProblemsFound
from bihuan.org.access import NotYourRole
from bihuan.org.models import Person
from bihuan.playbooks import actions
from bihuan.playbooks.actions import FileGiven
from bihuan.playbooks.commands import playbook
from bihuan.playbooks.domain.play import Kind, Tags
from bihuan.playbooks.models import HandedItem, Play, PlayVersion
from bihuan.playbooks.queries import as_html, bundle_of
from bihuan.playbooks.reader.bundle import BundleTooLarge, BundleUnreadable, write_bundle
from bihuan.playbooks.tests.world import World, hand, make_play, make_world, text
from tests.make import make_login

pytestmark = pytest.mark.django_db

SHEET = "---\nkind: {kind}\ntitle_zh: {title}\nmetrics: [{metric}]\n---\n\n正文\n"


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![a](https://example.com/a.png)", "<img"),
        ("[a](javascript:alert(1))", "<a "),
        ("[a](data:text/html;base64,AA)", "<a "),
        ('<https://example.com/" onclick="x>', 'onclick="x'),
        ('[a](https://example.com/"onclick=x)', '"onclick'),
        ("&lt;b&gt;<b>", "<b>"),
    ],
)
def test_nothing_that_is_typed_becomes_markup(typed: str, never: str) -> None:
    assert never not in as_html(typed)


def test_headings_lie_below_those_of_the_page_and_steps_have_a_box() -> None:
    shown = as_html("## 一\n\n### 甲\n\n- [ ] 二\n\n[三](https://example.com/?a=1&b=2)")
    assert "<h2>一</h2>\n<h3>甲</h3>" in shown
    assert "<li>☐ 二</li>" in shown
    assert 'href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow"' in shown


def test_a_play_is_written_previewed_and_published_in_the_browser(world: World) -> None:
    client = client_of(world.leader)
    preview = client.post(reverse("playbooks:preview"), {"body_zh": "**粗**<b>"})
    assert "<strong>粗</strong>&lt;b&gt;" in preview.content.decode()
    given = {"kind": "script", "title_zh": "回访", "body_zh": "一", "metrics": ["visits"]}
    made = client.post(reverse("playbooks:add"), {**given, "industries": "医疗，零售、医疗"})
    play = Play.objects.get()
    assert made.headers["Location"] == reverse("playbooks:play", args=[play.pk])
    assert play.versions.get().read_tags == Tags(metrics=("visits",), industries=("医疗", "零售"))
    client.post(reverse("playbooks:publish", args=[play.pk]), {"number": "1"})
    page = client_of(world.rep).get(reverse("playbooks:list"), {"q": "回访", "metric": "visits"})
    assert "回访" in page.content.decode()


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(world: World) -> None:
    given = {"kind": "video", "title_zh": "", "link": "http://x", "files": ""}
    page = client_of(world.leader).post(reverse("playbooks:add"), given)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"title_zh", "link"}
    assert Play.objects.count() == 0


def test_a_file_is_handed_over_to_be_kept_and_never_shown(world: World) -> None:
    given = FileGiven("手册.pdf", b"%PDF-1.7 x")
    play = actions.write_play(kind=Kind.VIDEO, text=text(), files=[given], by=world.leader)
    address = reverse("playbooks:file", args=[play.pk, given.digest])
    assert client_of(world.rep).get(address).status_code == 404
    answer = client_of(world.leader).get(address)
    assert answer.content == b"%PDF-1.7 x"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_pack_is_read_used_and_judged_with_one_tap_each(world: World) -> None:
    play = make_play(world)
    pack = hand(world)
    client = client_of(world.rep)
    assert "约见三步" in client.get(reverse("playbooks:pack", args=[pack.pk])).content.decode()
    opened = client.post(reverse("playbooks:open", args=[pack.pk, 1]))
    there = reverse("playbooks:play", args=[play.pk])
    assert opened.headers["Location"] == f"{there}?version=1&pack={pack.pk}"
    htmx = {"HX-Request": "true"}
    used = client.post(reverse("playbooks:use", args=[pack.pk, 1]), headers=htmx)
    assert reverse("playbooks:use", args=[pack.pk, 1]) not in used.content.decode()
    client.post(reverse("playbooks:rate", args=[pack.pk, 1]), {"helpful": "yes"}, headers=htmx)
    item = HandedItem.objects.get()
    assert (item.opened_at is None, item.used_on, item.helpful) == (False, world.today(), True)
    answer = client.get(f"/api/v1/playbooks/packs/{pack.pk}").json()
    assert [(each["title"], each["helpful"]) for each in answer["plays"]] == [("约见三步", True)]


def test_the_lists_need_as_many_statements_for_many_as_for_one(
    world: World,
) -> None:
    client = client_of(world.leader)
    counts = []
    for number in range(2):
        for each in range(5):
            make_play(world, f"{number}-{each}")
        for each in range(4):
            hand(world, number=number * 10 + each)
        counts.append([_count(client, name) for name in ("list", "packs", "effect")])
    assert counts[0] == counts[1]


def _count(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as told:
        assert client.get(reverse(f"playbooks:{name}")).status_code == 200
    return len(told)


def test_excel_says_what_the_page_says(world: World) -> None:
    play = make_play(world, "=回访")
    item = hand(world).items.get()
    actions.use_item(item=item, by=world.rep)
    client = client_of(world.leader)
    book = load_workbook(BytesIO(client.get(reverse("playbooks:effect_export")).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][0] == "'=回访"
    assert rows[1][2:9] == (1, 1, 1, 0, 0, None, None)
    library = load_workbook(BytesIO(client.get(reverse("playbooks:export")).content))
    assert library.worksheets[0]["A2"].value == play.code
    packs = load_workbook(BytesIO(client.get(reverse("playbooks:packs_export")).content))
    assert packs.worksheets[0]["A2"].value == "rep"


def zipped(**files: str) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.md", content)
    return kept.getvalue()


def test_a_library_goes_out_and_comes_in_as_it_was(world: World) -> None:
    given = FileGiven("手册.pdf", b"%PDF-1.7 x")
    play = actions.write_play(
        kind=Kind.SCRIPT, text=text(), code="a", files=[given], by=world.leader
    )
    actions.publish_play(play=play, number=1, by=world.leader)
    make_play(world, code="b", kind=Kind.CASE)
    library = Play.objects.in_library().select_related("published")
    out = write_bundle(bundle_of(library))
    assert out == write_bundle(bundle_of(library))
    same = actions.import_plays(name="x.zip", content=out, publish=True, by=world.admin)
    assert (same.added, same.changed, same.unchanged) == (0, 0, 2)
    changed = out
    actions.revise_play(play=play, text=text("别的"), base=1, keep=[], by=world.leader)
    again = actions.import_plays(name="x.zip", content=changed, publish=True, by=world.admin)
    assert (again.added, again.changed, again.unchanged) == (0, 1, 1)
    play.refresh_from_db()
    assert play.published is not None
    assert (play.published.number, play.published.title_zh) == (3, "约见三步")
    assert [each.content.digest for each in play.published.files.all()] == [given.digest]


def test_with_any_problem_nothing_comes_in(world: World) -> None:
    make_play(world, code="there", kind=Kind.CASE)
    content = zipped(
        good=SHEET.format(kind="script", title="好", metric="visits"),
        bad=SHEET.format(kind="script", title="坏", metric="invented"),
        there=SHEET.format(kind="script", title="另一类", metric="visits"),
    )
    with pytest.raises(ProblemsFound) as refusal:
        actions.import_plays(name="x.zip", content=content, publish=True, by=world.admin)
    assert {(each.file, each.column) for each in refusal.value.problems} == {
        ("bad.md", "metrics"),
        ("there.md", "kind"),
    }
    assert Play.objects.count() == 1
    file = SimpleUploadedFile("x.zip", content)
    page = client_of(world.admin).post(reverse("playbooks:bundle"), {"file": file})
    assert page.status_code == 422
    assert "bad.md" in page.content.decode()


def test_only_an_administrator_brings_plays(world: World) -> None:
    content = SHEET.format(kind="script", title="好", metric="visits").encode()
    with pytest.raises(NotYourRole):
        actions.import_plays(name="a.md", content=content, publish=False, by=world.leader)
    assert PlayVersion.objects.count() == 0


def test_a_zip_is_looked_at_before_it_is_unpacked(world: World) -> None:
    bomb = zipped(a="0" * 500_000)
    assert len(bomb) < 5_000
    with pytest.raises(BundleTooLarge):
        actions.import_plays(name="x.zip", content=bomb, publish=False, by=world.admin)
    with pytest.raises(BundleUnreadable):
        actions.import_plays(name="x.zip", content=b"PK nothing", publish=False, by=world.admin)


def test_the_command_line_does_what_the_pages_do(world: World, tmp_path: Path) -> None:
    make_play(world, code="a")
    runner = CliRunner()
    out = tmp_path / "out.zip"
    assert runner.invoke(playbook, ["export", str(out)]).exit_code == 0
    brought = runner.invoke(playbook, ["import", str(out), "--by", "admin", "--json"])
    assert json.loads(brought.output) == {"added": 0, "changed": 0, "unchanged": 1}
    shown = runner.invoke(playbook, ["show", "a"]).output
    assert shown.startswith("---\nkind: script\ntitle_zh: 约见三步\n")
    [row] = json.loads(runner.invoke(playbook, ["list", "--json"]).output)
    assert (row["code"], row["used"], row["tags"]["metrics"]) == ("a", 0, ["visits"])
