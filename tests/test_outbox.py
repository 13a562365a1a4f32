"""Deliveries to a receiver that fails 30 of 100, by workers that are killed in between.

Each arrives at least once under an id that never changes, none out of order, and what
the page of deliveries says is what the receiver has in its log.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from bihuan.base import clock
from bihuan.facts.tests.conftest import address, empty_database, own_database
from bihuan.inbox import actions
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.domain.wish import Quiet
from bihuan.inbox.models import Delivery
from bihuan.integrations.actions import WeComDraft, set_wecom
from bihuan.org.models import Person
from tests.make import make_admin, make_login, make_person
from tests.wecom import FakeWeCom, fake_wecom

__all__ = ["empty_database", "own_database"]

PEOPLE = 50
STEPS = 5
"""How many messages about one thing follow each other."""
WORKERS = 2
FAILING = 30
LONGEST_SECONDS = 3000


@dataclass
class Outcome:
    """What the receiver's log says, and how often a worker was killed."""

    wecom: FakeWeCom
    kills: int = 0
    firsts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [body["textcard"]["title"] for body in self.wecom.taken]


@contextmanager
def sender(wecom: FakeWeCom) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ,
        "DATABASE_URL": address(),
        "WECOM_URL": wecom.url,
        "WECOM_TIMEOUT": "1",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "tests.jobs.senders"]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def tell_everybody(things: int) -> Person:
    """Tell each of fifty people of so many things, five messages about each; returns an admin."""
    admin = make_admin()
    people = [make_person(f"p{number}") for number in range(PEOPLE)]
    never = clock.now().time().replace(microsecond=0)
    actions.set_company_wish(
        tenant=admin.tenant, choices={}, quiet=Quiet(never, never), digest_at=never, by=admin
    )
    set_wecom(
        tenant=admin.tenant,
        draft=WeComDraft(corp_id="ww1", agent_id=1, secret="s"),
        by=admin,
    )
    for thing in range(things):
        for step in range(STEPS):
            draft = NoticeDraft(
                kind=f"trial.{step}",
                about=About("trial.thing", thing),
                sentence=plain(f"{thing}/{step}"),
                link="/inbox/",
                asks=Sentence("Acknowledge"),
            )
            actions.notify(draft=draft, people=[each.pk for each in people], by=admin)
    return admin


def send_all(wecom: FakeWeCom, *, count: int, kills: int) -> Outcome:
    """Have workers send all, killing one of them again and again; returns what came of it.

    The kills are spread over the arrivals, so each hits workers that are sending.
    """
    outcome = Outcome(wecom)
    ends = time.monotonic() + LONGEST_SECONDS
    with ExitStack() as stack:
        running = [stack.enter_context(sender(wecom)) for _ in range(WORKERS)]
        while Delivery.objects.not_over().exists():
            assert time.monotonic() < ends, Counter(
                Delivery.objects.values_list("state", flat=True)
            )
            time.sleep(0.2)
            if len(wecom.taken) * (kills + 1) >= count * (outcome.kills + 1):
                running.pop(0).kill()
                running.append(stack.enter_context(sender(wecom)))
                outcome.kills += 1
    return outcome


def check(outcome: Outcome, admin: Person, count: int) -> dict[str, Any]:
    """Compare the receiver's log with what was to be sent and with what the page says."""
    log = [(body["touser"], body["textcard"]["url"]) for body in outcome.wecom.taken]
    by_wecom = Delivery.objects.filter(channel="wecom").select_related("person")
    ours = {
        (each.person.code, f"http://localhost:8000/inbox/d/{each.pk}/"): each.letter.title
        for each in by_wecom
    }
    assert len(ours) == count
    assert set(log) == set(ours), "each arrives, and under its own id"
    contents: dict[tuple[str, str], set[str]] = {}
    for body in outcome.wecom.taken:
        key = (body["touser"], body["textcard"]["url"])
        contents.setdefault(key, set()).add(repr(body))
    assert {len(each) for each in contents.values()} == {1}, "what is sent again is the same"
    latest: dict[tuple[str, str], int] = {}
    for body in outcome.wecom.taken:
        thing, step = body["textcard"]["title"].split("/")
        before = latest.get((body["touser"], thing), 0)
        assert int(step) in (before, before + 1), "nothing overtakes what came before it"
        latest[body["touser"], thing] = int(step)
    assert set(latest.values()) == {STEPS - 1}
    shown = page_counts(admin)
    assert shown["wecom"] == {"sent": len(set(log))}
    assert shown["in_app"] == {"sent": count}
    return {
        "deliveries": count,
        "arrivals": len(log),
        "faults": outcome.wecom.faults,
        "kills": outcome.kills,
        "attempts": sum(by_wecom.values_list("attempts", flat=True)),
    }


def page_counts(admin: Person) -> dict[str, dict[str, int]]:
    """Return what the page of deliveries says, by channel and state, without its zeros."""
    client = Client()
    client.force_login(make_login(admin))
    page = client.get("/inbox/deliveries/").content.decode()
    counts: dict[str, dict[str, int]] = {}
    for code, line in re.findall(r'<tr data-channel="(\w+)">(.*?)</tr>', page, re.DOTALL):
        cells = re.findall(r'data-state="(\w+)">(?:<a [^>]*>)?([\d,]+)', line)
        numbers = {state: int(number.replace(",", "")) for state, number in cells}
        counts[code] = {state: number for state, number in numbers.items() if number}
    return counts


@pytest.mark.parametrize(
    ("things", "kills"),
    [
        pytest.param(2, 3, id="500"),
        pytest.param(40, 20, id="10000", marks=pytest.mark.slow),
    ],
)
def test_every_delivery_arrives_in_order_under_one_id_though_senders_die_and_receivers_fail(
    own_database: str, things: int, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake_wecom() as wecom:
        wecom.failing = FAILING
        began = time.monotonic()
        admin = tell_everybody(things)
        told = time.monotonic()
        count = things * STEPS * PEOPLE
        outcome = send_all(wecom, count=count, kills=kills)
        figures = check(outcome, admin, count)
    assert outcome.kills >= kills
    figures |= {"writing": int(told - began), "sending": int(time.monotonic() - told)}
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201  # The figures are what is asked for.
