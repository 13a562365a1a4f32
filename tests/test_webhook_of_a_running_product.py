"""A webhook from end to end: an event by the API, and what another system gets of it.

Once by the product as its users open it (``bihuan up``), with every process of its own; and
once, quickly, by the same steps taken here one after the other.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from bihuan.base.following import take_steps
from bihuan.base.jobs.registry import known_jobs
from bihuan.integrations.tests.hook_receiver import Receiver, receiving
from bihuan.org.actions import make_token
from tests.disaster import environment
from tests.fresh_home import copy_fresh_home
from tests.make import make_admin, make_person
from tests.rounds import FIRST_START_SECONDS, HOST, LONGEST_SECONDS, Site, kept_open

FOUNDED = """
from bihuan.base.starting import prepare
prepare()
from bihuan.org.domain.role import Role
from tests.make import make_admin, make_person
from bihuan.org.actions import make_token
admin = make_admin()
make_person("lin")
print(make_token(person=admin, name="erp", by=admin)[1])
"""
ROOT = Path(__file__).resolve().parent.parent
Ask = Callable[[str, str, str, str, dict[str, str]], tuple[int, bytes]]


@dataclass
class Program:
    """Another system: it asks by the API, and is told at its own address."""

    ask: Ask
    token: str
    receiver: Receiver
    hook: int = 0
    refs: itertools.count[int] = field(default_factory=itertools.count)

    def call(self, method: str, path: str, body: object = None) -> Any:
        ref = f"ref-{next(self.refs)}"
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": ref}
        status, said = self.ask(method, f"/api/v1{path}", json.dumps(body), ref, headers)
        assert status in (200, 201), said
        return json.loads(said)

    def listen(self) -> None:
        asked = {"name": "ERP", "url": self.receiver.url, "kinds": ["fact.recorded"]}
        made = self.call("POST", "/webhooks", asked)
        self.hook, self.receiver.secret = made["webhook"]["id"], made["secret"]

    def record(self) -> int:
        """Record a fact and return its place in the ledger."""
        fact = {
            "kind": "contract.signed",
            "source": "erp",
            "source_ref": f"sale-{next(self.refs)}",
            "business_on": "2026-03-02",
            "person": "lin",
            "amount": "1",
        }
        seq: int = self.call("POST", "/facts", fact)["seq"]
        return seq

    def told(self) -> list[int]:
        return [each["data"]["seq"] for each in self.receiver.got]


def goes_the_whole_way(erp: Program, until: Callable[[Callable[[], bool]], None]) -> None:
    """Tell, fail and tell again, change the secret, and send again what was told."""
    receiver = erp.receiver
    erp.listen()
    first = erp.record()
    until(lambda: erp.told() == [first])
    receiver.answers = [(503, {}, "closed for the night")]
    second = erp.record()
    until(lambda: erp.told() == [first, second])
    told, refused, again = receiver.numbers
    assert refused == again != told
    former = receiver.secret
    receiver.secret = erp.call("POST", f"/webhooks/{erp.hook}/secret")["secret"]
    assert receiver.secret != former
    third = erp.record()
    until(lambda: erp.told() == [first, second, third])
    new, receiver.secret = receiver.secret, former
    fourth = erp.record()
    until(lambda: erp.told() == [first, second, third, fourth])
    receiver.secret = new
    sent = erp.call("GET", f"/webhooks/{erp.hook}/deliveries")["items"]
    [oldest] = [each for each in sent if each["number"] == told]
    erp.call("POST", f"/webhooks/{erp.hook}/deliveries/{oldest['id']}/replay")
    until(lambda: erp.told() == [first, second, third, fourth, first])
    assert receiver.numbers[-1] == told
    assert receiver.forged == 0
    kept = erp.call("GET", f"/webhooks/{erp.hook}/deliveries")
    assert (kept["count"], {each["state"] for each in kept["items"]}) == (4, {"taken"})


@pytest.mark.django_db
def test_what_a_program_records_is_told_to_another(settings: Settings, client: Client) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    admin = make_admin()
    make_person("lin")

    def ask(method: str, path: str, body: str, ref: str, headers: dict[str, str]) -> Any:
        answer = client.generic(method, path, body, "application/json", headers=headers)
        return answer.status_code, answer.content

    def until(holds: Callable[[], bool]) -> None:
        for _ in range(2):
            take_steps()
            work_off()
            if holds():
                return
            let_go()
        raise AssertionError(erp.receiver)

    with receiving() as receiver:
        erp = Program(ask, make_token(person=admin, name="erp", by=admin)[1], receiver)
        goes_the_whole_way(erp, until)


def work_off() -> None:
    """Run the jobs that tell others, as the worker finds them in its queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'integrations.tell' RETURNING args"
        )
        asked = [json.loads(args) for (args,) in cursor.fetchall()]
    for args in asked:
        known_jobs()["integrations.tell"].run(**args)


def let_go() -> None:
    """Let the time pass for which a receiver that failed is left alone."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_webhook SET quiet_until = now()")
        cursor.execute(
            "UPDATE integrations_webhookdelivery SET next_at = now() WHERE state = 'failed'"
        )


@pytest.mark.slow
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="opens a product of its own")
def test_the_product_as_it_is_opened_tells_another_system(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTBOUND_ALLOWED", HOST)
    home = tmp_path / "home"
    copy_fresh_home(home, tmp_path_factory)
    founded = [sys.executable, "-c", FOUNDED]
    made = subprocess.run(
        founded, env=environment(home), cwd=ROOT, capture_output=True, text=True, check=True
    )
    with kept_open(home) as site, receiving() as receiver:
        erp = Program(over_http(site), made.stdout.split()[-1], receiver)
        wait(lambda: site.ask("GET", "/health/ready") == 200, FIRST_START_SECONDS)
        goes_the_whole_way(erp, wait)


def over_http(site: Site) -> Ask:
    def ask(method: str, path: str, body: str, ref: str, headers: dict[str, str]) -> Any:
        line = HTTPConnection(HOST, site.port, timeout=LONGEST_SECONDS)
        try:
            line.request(method, path, body, {**headers, "Content-Type": "application/json"})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    return ask


def wait(holds: Callable[[], bool], seconds: int = 2 * LONGEST_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it is not told in time"
        time.sleep(0.1)
