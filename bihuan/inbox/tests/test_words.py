"""Numbers and addresses in what people write: who reads them, and that no message carries them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.channels.mail import letter
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.models import Delivery, Task
from bihuan.inbox.queries import news_since, told
from bihuan.inbox.queries.writing import message_of
from bihuan.inbox.tests.world import SAMPLE, World
from bihuan.org.actions import share
from bihuan.org.models import Person
from tests.examples import examples
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db
MOBILE, MAIL, CARD = "13912345678", "han.mei@example.com", "11010519491231002X"
SECRETS = (MOBILE, MAIL, CARD)
SHOWN = ("139****5678", "h***@example.com", "1****************X")


class Written(World):
    """A task of a rep, full of numbers, of which one has a copy and another a share."""

    def __init__(self) -> None:
        super().__init__()
        self.copied = make_person("copied", unit=self.units["west"])
        self.guest = make_person("guest", unit=self.units["west"])
        today = clock.today(self.tenant.time_zone)
        self.task = actions.make_task(
            title=f"回电 {MOBILE}",
            body=f"邮箱 {MAIL}，证件 {CARD}",
            due_on=today + timedelta(days=3),
            checklist=[f"先打 {MOBILE}"],
            owner=self.rep,
            by=self.east,
            key=1,
        )
        self.task.copies.create(person=self.copied, added_at=clock.now())
        actions.comment(task=self.task, text=f"也可写信到 {MAIL}", by=self.rep)
        share(
            kind="inbox.task",
            thing_id=self.task.pk,
            whom=self.guest,
            until=today + timedelta(days=9),
            reason="看看",
            by=self.rep,
        )


@pytest.fixture
def world() -> Written:
    return Written()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def texts(client: Client, task: Task) -> Iterator[str]:
    """Return what every door says of a task."""
    for door in (f"/inbox/tasks/{task.pk}/", f"/api/v1/inbox/tasks/{task.pk}"):
        answer = client.get(door)
        assert answer.status_code == 200
        yield answer.content.decode()
    for which in ("mine", "team", "copied", "made"):
        yield client.get("/inbox/", {"which": which}).content.decode()
        yield client.get("/api/v1/inbox/tasks", {"which": which}).content.decode()
        book = load_workbook(
            io.BytesIO(client.get("/inbox/tasks/export.xlsx", {"which": which}).content)
        )
        yield str([list(row) for row in book.active.values])


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("rep", SECRETS),
        ("east", SECRETS),
        ("head", SECRETS),
        ("copied", SHOWN),
        ("guest", SHOWN),
        ("officer", SHOWN),
        ("admin", SHOWN),
    ],
)
def test_words_of_a_task_are_read_as_its_map_says(
    world: Written, who: str, shown: tuple[str, ...]
) -> None:
    found = "\n".join(texts(signed_in(getattr(world, who)), world.task))
    assert [each for each in (*SECRETS, *SHOWN) if each in found] == list(shown)


def test_notices_news_and_mails_carry_no_numbers_even_to_who_reads_them_elsewhere(
    world: Written,
) -> None:
    said = NoticeDraft(
        kind="test.told",
        about=About("test.thing", 1),
        sentence=Sentence("%(what)s", {"what": f"{MOBILE} {MAIL} {CARD}"}),
        link="/inbox/",
        asks=plain(f"回电 {MOBILE}"),
    )
    actions.notify(draft=said, people=[world.rep.pk], by=world.east)
    client = signed_in(world.rep)
    heard = [
        client.get(f"/inbox/notices/{more}").content.decode() for more in ("", "?which=asking")
    ]
    heard.append(client.get("/api/v1/inbox/notices").content.decode())
    heard += [each.text for each in news_since(world.rep, 0, clock.now())]
    for delivery in Delivery.objects.filter(person=world.rep):
        message = message_of(delivery, to="rep@example.com")
        heard += [message.title, message.asks, *message.lines]
        sent = letter(message)
        heard += [str(sent.subject), str(sent.body), *(str(each) for each in sent.alternatives)]
    text = "\n".join(heard)
    assert not [each for each in SECRETS if each in text]
    assert [each for each in SHOWN if each in text] == list(SHOWN)


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
mails = st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.(com|cn)", fullmatch=True)
words = st.sampled_from(["价格", "客户说", "，", "\n", "120 万", " ", ""])


@pytest.mark.properties
@settings(max_examples=examples(100), deadline=None)
@given(before=words, mobile=mobiles, between=words, address=mails, after=words)
def test_no_message_carries_a_phone_or_an_address(
    before: str, mobile: str, between: str, address: str, after: str
) -> None:
    typed = f"{before}电话{mobile}。{between}邮箱{address}，{after}"
    inner = Sentence("“%(title)s” is due.", {"title": typed})
    for sentence in (plain(typed), inner, Sentence("%(what)s", {"what": inner})):
        text = told(sentence)
        assert mobile not in text
        assert address not in text


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("east", {"words", "answer"}),
        ("head", {"words", "answer"}),
        ("west", {"words"}),
        ("officer", set()),
        ("admin", set()),
    ],
)
def test_words_of_a_proposal_and_its_answers_are_read_as_its_map_says(
    world: Written, who: str, reads: set[str]
) -> None:
    draft = ProposalDraft(
        kind=SAMPLE,
        about=About("test.event", 1),
        title=plain(f"降价 {MOBILE}"),
        words=(plain(f"联系 {MAIL}"),),
        terms={str(each.pk): {"north": ["100", "80"]} for each in (world.east, world.west)},
        deadline_at=clock.now() + timedelta(days=3),
    )
    asked = {world.east: world.units["east"], world.west: world.units["west"]}
    made = actions.propose(draft=draft, to=asked, by=world.head)
    actions.answer(proposal=made, choice=Choice.REFUSE, reason=f"先问 {CARD}", by=world.east)
    client = signed_in(getattr(world, who))
    doors = (f"/inbox/proposals/{made.pk}/", f"/api/v1/inbox/proposals/{made.pk}")
    for door in (*doors, "/inbox/proposals/", "/api/v1/inbox/proposals"):
        answer = client.get(door)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert MOBILE not in text
        if door in doors:
            told = {"words": MAIL in text, "answer": CARD in text}
            assert {name for name, is_read in told.items() if is_read} == reads
            assert (SHOWN[1] in text) == ("words" not in reads)
            assert (SHOWN[2] in text) == ("answer" not in reads and who != "west")
